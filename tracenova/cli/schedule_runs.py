"""Runs of the scheduler alone: one case after the other, none in another's way."""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

from tracenova.scheduler import whereabouts
from tracenova.scheduler.cases import answer, flips
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
class Turned:
    """The smallest changes that turn one request's first choice for one host."""

    request: int
    host: str
    flips: tuple[flips.Flip, ...]

    def data(self) -> Json:
        """Return them as plain data."""
        changes = [asdict(flip) for flip in self.flips]
        return {"request": self.request, "host": self.host, "changes": changes}


@dataclass(frozen=True, slots=True)
class Result:
    """One case: its answer, with changes a second one, or what was wrong with it."""

    name: str
    before: Answered | None = None
    after: Answered | None = None
    changes: tuple[str, ...] = ()
    turned: tuple[Turned, ...] = ()
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
        told = self.before.told
        if self.after is not None:
            told = {
                "case": self.name,
                "changes": list(self.changes),
                "before": self.before.told,
                "after": self.after.told,
            }
        if self.turned:
            told = {**told, "turns": [each.data() for each in self.turned]}
        return told


class Runs:
    """How all cases of one command are asked.

    Args:
        changes: for the second answer.
        without: filters to leave out of it.
        plugins: files or modules with filters and weighers.
        turns: hosts, or ``runner-up``, to find changes for that make them win.
        isolated: also ask every filter alone about every host.
        patience_s: seconds after which a case is given up.
    """

    def __init__(
        self,
        changes: Sequence[Change],
        without: Sequence[str],
        plugins: Sequence[str],
        patience_s: float,
        turns: Sequence[str] = (),
        isolated: bool = True,
    ) -> None:
        self._changes = changes
        self._without = without
        self._plugins = plugins
        self._patience_s = patience_s
        self._turns = turns
        self._isolated = isolated

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
        before = answer.answered(case, self._plugins, isolated=self._isolated)
        turned = tuple(self._turned(case, before.told))
        if not (self._changes or self._without):
            return Result(case["case"], before, turned=turned)
        twin = changed(case, self._changes, self._without)
        after = answer.answered(twin, self._plugins, isolated=self._isolated)
        said = [str(each) for each in self._changes]
        said += [f"without {name}" for name in self._without]
        return Result(case["case"], before, after, tuple(said), turned)

    def _turned(self, case: Json, told: Json) -> Iterator[Turned]:
        """Yield what would have turned each request's first choice for the hosts."""
        if not self._turns:
            return
        asked = {**case, "plugins": [*self._plugins, *(case.get("plugins") or ())]}
        for at, request in enumerate(told["requests"]):
            step = next(iter(request.get("instances", ())), None)
            if step is None:
                continue
            for wanted in self._turns:
                host = _meant(wanted, step, case)
                if host is not None and host != step.get("selected"):
                    found = flips.flips(flips.Question(asked, host, at))
                    yield Turned(at, host, tuple(found))

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


def _meant(wanted: str, step: Json, case: Json) -> str | None:
    """Return ``host|node`` of a host that is named, or of the runner-up, if any.

    Raises:
        CaseError: there is no such host.
    """
    if wanted == "runner-up":
        order = [host for host, _ in step.get("weighed", ())]
        return next((host for host in order if host != step.get("selected")), None)
    for host in step["input"]:
        if wanted in (host, *host.split("|"), host.replace("|", "/", 1)):
            found: str = host
            return found
    raise CaseError(case["case"], f"--turn {wanted}", "there is no such host")


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
