"""Runs of the scheduler alone: one case after the other, none in another's way."""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tracenova.scheduler import whereabouts
from tracenova.scheduler.cases import answer
from tracenova.scheduler.cases.answer import Answered
from tracenova.scheduler.cases.changes import (
    Change,
    changed,
    filters_of,
    weighers_of,
)
from tracenova.scheduler.cases.document import CaseError, Json, load
from tracenova.scheduler.cases.world import plugin_classes


class _TooLong(BaseException):
    """The patience for one case is over; no plug-in's ``except Exception`` stops it."""


@dataclass(frozen=True, slots=True)
class Result:
    """One case: its answer, with changes a second one, or what was wrong with it."""

    name: str
    before: Answered | None = None
    after: Answered | None = None
    changes: tuple[str, ...] = ()
    error: CaseError | None = None

    @property
    def exit_code(self) -> int:
        """2 cannot be asked, 1 somebody got no host, 0 all did."""
        last = self.after or self.before
        if self.error is not None or last is None:
            return 2
        return 0 if last.is_enough else 1

    def document(self) -> Json:
        """Return what ``--json`` prints."""
        if self.error is not None:
            text = f"error:{self.error.kind}: {self.error.problem}"
            return {"case": self.name, "error": text, "field": self.error.field}
        assert self.before is not None
        if self.after is None:
            return self.before.told
        return {
            "case": self.name,
            "changes": list(self.changes),
            "before": self.before.told,
            "after": self.after.told,
        }


class Runs:
    """How all cases of one command are asked.

    Args:
        changes: for the second answer.
        without: filters to leave out of it.
        plugins: files or modules with filters and weighers.
        patience_s: seconds after which a case is given up.
    """

    def __init__(
        self,
        changes: Sequence[Change],
        without: Sequence[str],
        plugins: Sequence[str],
        patience_s: float,
    ) -> None:
        self._changes = changes
        self._without = without
        self._plugins = plugins
        self._patience_s = patience_s

    def run(self, path: Path) -> Result:
        """Answer one case; whatever is wrong with it is in the result."""
        name = path.stem
        try:
            case = load(path)
            name = case["case"]
            with patience(self._patience_s):
                return self._answered(case)
        except CaseError as error:
            return Result(name, error=error)
        except _TooLong as late:
            problem = f"not done after {self._patience_s:g} s, in {late}"
            return Result(name, error=CaseError(name, "", problem, "TimeoutError"))
        except Exception as error:  # noqa: BLE001 - one case must not cost the others
            kind = type(error).__name__
            return Result(name, error=CaseError(name, "", str(error), kind))

    def _answered(self, case: Json) -> Result:
        case = self._with_plugins(case)
        before = answer.answered(case, self._plugins)
        if not (self._changes or self._without):
            return Result(case["case"], before)
        twin = changed(case, self._changes, self._without)
        after = answer.answered(twin, self._plugins)
        said = [str(each) for each in self._changes]
        said += [f"without {name}" for name in self._without]
        return Result(case["case"], before, after, tuple(said))

    def _with_plugins(self, case: Json) -> Json:
        """Let the classes of the plug-in files take part."""
        if not self._plugins:
            return case
        found = plugin_classes(case, self._plugins)
        filters, weighers = ([name for _, name in each] for each in found)
        names = filters_of(case)
        multipliers = weighers_of(case)
        return {
            **case,
            "filters": [*names, *(name for name in filters if name not in names)],
            "weighers": {**dict.fromkeys(weighers), **multipliers},
        }


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Interrupt the block when it takes longer; works in the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_: int, frame: FrameType | None) -> None:
        raise _TooLong(whereabouts.acting(frame) or "the scheduler")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
