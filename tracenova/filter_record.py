"""What a trace keeps of a filter chain: one span a filter, one row a host.

The short circuit spares work: a refused host meets no further filter. A student asks
all the same whether the others would have refused it too, so while a trace is
recorded those filters are asked about a stand-in of the host, and their answers are
marked as shadows. Nothing they do reaches the request.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import compress
from typing import Any, Protocol

from tracenova import profiler
from tracenova.conf import CONF
from tracenova.refusal import Refusal, Verdict
from tracenova.trace import names

Judge = Callable[[Any, list[Any], Any], list[Verdict]]
Undo = Callable[[], None]


class Run(Protocol):
    """One filter run, while it happens."""

    def note(self, verdicts: list[Verdict]) -> None:
        """Keep the filter's answers about those who were still in the race."""


class Aside(Protocol):
    """How hosts that are out of the race can be asked without any consequence."""

    def set_aside(self, objs: list[Any]) -> Undo:
        """Let the filters of this project judge them; return what ends that."""

    def stand_in(self, obj: Any) -> Any:
        """Return a copy for a filter that nobody knows."""


class ChainRecord:
    """Keeps nothing: what runs while nobody records."""

    @staticmethod
    def of(
        objs: list[Any], spec_obj: Any, index: int, aside: Aside, judge: Judge
    ) -> "ChainRecord":
        """Return the record that fits: a real one only while a trace is recorded."""
        if profiler.is_recording():
            return _SpanRecord(objs, spec_obj, index, aside, judge)
        return ChainRecord()

    def __enter__(self) -> "ChainRecord":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    @contextmanager
    def run_of(self, filter_: Any, position: int) -> Iterator[Run]:
        """Surround one run of the filter at that position of the chain."""
        yield _NO_RUN

    def never_run(self, chain: Iterable[tuple[int, Any]]) -> None:
        """Note the filters that nobody was left for."""


_OURS = f"{__name__.partition('.')[0]}."


class _NoRun:
    def note(self, verdicts: list[Verdict]) -> None:
        pass


_NO_RUN = _NoRun()


class _SpanRecord(ChainRecord):
    """Keeps everything as spans with columns."""

    def __init__(
        self,
        objs: list[Any],
        spec_obj: Any,
        index: int,
        aside: Aside,
        judge: Judge,
    ) -> None:
        self._spec = spec_obj
        self._index = index
        self._aside = aside
        self._judge = judge
        self._shadows = bool(CONF.tracenova.shadow_verdicts)
        self._racing = list(objs)
        self._racing_labels = host_labels(objs)
        self._out: list[Any] = []
        self._out_labels: list[str] = []
        self._undo: list[Undo] = []

    def __exit__(self, *_: object) -> None:
        for undo in self._undo:
            undo()

    @contextmanager
    def run_of(self, filter_: Any, position: int) -> Iterator[Run]:
        name = type(filter_).__name__
        attributes: dict[str, profiler.Attribute | None] = {
            names.FILTER_NAME: name,
            names.FILTER_INDEX: position,
            names.INSTANCE_INDEX: self._index,
            names.FILTER_HOSTS_IN: len(self._racing),
        }
        with profiler.span(f"filter {name}", "internal", attributes) as span:
            try:
                yield _SpanRun(self, filter_, span)
            except Exception:
                # whom it stumbled over is all that can be said
                span.set({names.FILTER_HOSTS: self._racing_labels})
                raise

    def never_run(self, chain: Iterable[tuple[int, Any]]) -> None:
        if not self._out:
            return
        for position, filter_ in chain:
            with self.run_of(filter_, position) as run:
                run.note([])

    def columns(
        self, filter_: Any, verdicts: list[Verdict]
    ) -> dict[str, profiler.Attribute | None]:
        """Return the filter's rows, and count the newly refused out."""
        shadow = self._ask_about_the_refused(filter_) if self._shadows else []
        passed, reasons = _told(verdicts)
        shadow_passed, shadow_reasons = _told(shadow)
        hosts_out = sum(passed)
        columns: dict[str, profiler.Attribute | None] = {
            names.FILTER_HOSTS_OUT: hosts_out,
            names.FILTER_HOSTS: self._racing_labels + self._out_labels,
            names.FILTER_PASSED: passed + shadow_passed,
            names.FILTER_REASONS: reasons + shadow_reasons,
            names.FILTER_SHADOW: [False] * len(verdicts) + [True] * len(shadow),
        }
        if hosts_out < len(verdicts):
            self._count_out(passed)
        return columns

    def _count_out(self, passed: list[bool]) -> None:
        if self._shadows:
            refused = list(map(operator.not_, passed))
            out = list(compress(self._racing, refused))
            self._undo.append(self._aside.set_aside(out))
            self._out += out
            self._out_labels += compress(self._racing_labels, refused)
        self._racing = list(compress(self._racing, passed))
        self._racing_labels = list(compress(self._racing_labels, passed))

    def _ask_about_the_refused(self, filter_: Any) -> list[Verdict]:
        out = self._out
        if not type(filter_).__module__.startswith(_OURS):
            out = list(map(self._aside.stand_in, out))
        try:
            return self._judge(filter_, out, self._spec)
        except Exception:  # noqa: BLE001 - ask one by one, to learn whom it fails on
            return [self._ask(filter_, obj) for obj in out]

    def _ask(self, filter_: Any, obj: Any) -> Verdict:
        try:
            return self._judge(filter_, [obj], self._spec)[0]
        except Exception as error:  # noqa: BLE001 - a shadow must never break a request
            return Refusal("raised %(kind)s: %(error)s", _described(error), 0)


class _SpanRun:
    def __init__(self, record: _SpanRecord, filter_: Any, span: profiler.Span) -> None:
        self._record = record
        self._filter = filter_
        self._span = span

    def note(self, verdicts: list[Verdict]) -> None:
        self._span.set(self._record.columns(self._filter, verdicts))


def host_labels(objs: Sequence[Any]) -> list[str]:
    """Return how a trace names several hosts."""
    try:
        return [obj.label for obj in objs]
    except AttributeError:
        return [host_label(obj) for obj in objs]


def host_label(obj: Any) -> str:
    """Return how a trace names a host: ``host/node``."""
    label: str | None = getattr(obj, "label", None)
    return label or f"{obj.host}/{obj.nodename}"


def _told(verdicts: list[Verdict]) -> tuple[list[bool], list[str]]:
    """Return the columns of a filter's answers: who passed, and why not."""
    if all(verdicts):
        return [True] * len(verdicts), [""] * len(verdicts)
    passed = list(map(bool, verdicts))
    reasons = [
        "" if kept else _reason(verdict)
        for kept, verdict in zip(passed, verdicts, strict=True)
    ]
    return passed, reasons


def _reason(verdict: Verdict) -> str:
    if not isinstance(verdict, Refusal):  # a student's filter may answer plain False
        return "no reason given" if verdict is False else f"answered {verdict!r:.80}"
    try:
        return verdict.template % verdict.values
    except Exception as error:  # noqa: BLE001 - a student's own text; never in the way
        return f"{verdict.template} (unreadable: {error!r:.80})"


def _described(error: Exception) -> dict[str, Any]:
    return {"kind": type(error).__name__, "error": error}
