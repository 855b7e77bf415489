"""What a trace keeps of a filter chain: one span a filter, one row a host.

The short circuit spares work: a refused host meets no further filter. A student asks
all the same whether the others would have refused it too, so while a trace is
recorded those filters are asked about a stand-in of the host, and their answers are
marked as shadows. Nothing they do reaches the request.
"""

import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import compress
from typing import Any, Protocol

from tracenova import profiler
from tracenova.conf import CONF
from tracenova.refusal import Verdict
from tracenova.told import Told, raised
from tracenova.trace import names

Judge = Callable[[Any, list[Any], Any], list[Verdict]]
Undo = Callable[[], None]


class Run(Protocol):
    """One filter run, while it happens."""

    def note(self, verdicts: list[Verdict], survivors: list[Any]) -> None:
        """Keep the filter's answers about the race, and who is still in it."""


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
    def note(self, verdicts: list[Verdict], survivors: list[Any]) -> None:
        pass


_NO_RUN = _NoRun()


class Rows:
    """The hosts of one moment: who is in the race, and after them who is out.

    Their names and the columns in which all rows are alike are made once, when a trace
    wants them, and shared by all filters and weighers that see the same hosts.
    """

    def __init__(self, racing: list[Any], out: list[Any] | None = None) -> None:
        self.racing = racing
        self.out = out or []

    @functools.cached_property
    def labels(self) -> tuple[str, ...]:
        """Their names, ``host/node``."""
        return tuple(host_labels(self.racing) + host_labels(self.out))

    @functools.cached_property
    def shadow(self) -> tuple[bool, ...]:
        """Who is only asked so that we know."""
        return (False,) * len(self.racing) + (True,) * len(self.out)

    @functools.cached_property
    def all_passed(self) -> tuple[bool, ...]:
        """The answers of a filter that refuses nobody."""
        return (True,) * (len(self.racing) + len(self.out))

    @functools.cached_property
    def no_reasons(self) -> tuple[str, ...]:
        """Its reasons."""
        return ("",) * (len(self.racing) + len(self.out))


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
        self._rows = Rows(list(objs))
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
            names.FILTER_HOSTS_IN: len(self._rows.racing),
        }
        with profiler.span(f"filter {name}", "internal", attributes) as span:
            try:
                yield _SpanRun(self, filter_, span)
            except Exception:
                # whom it stumbled over is all that can be said
                span.set({names.FILTER_HOSTS: host_labels(self._rows.racing)})
                raise

    def never_run(self, chain: Iterable[tuple[int, Any]]) -> None:
        if not self._rows.out:
            return
        for position, filter_ in chain:
            with self.run_of(filter_, position) as run:
                run.note([], [])

    def columns(
        self, filter_: Any, verdicts: list[Verdict], survivors: list[Any]
    ) -> profiler.Later:
        """Return what will make the filter's rows, and count the newly refused out."""
        rows = self._rows
        told = Told(verdicts)
        told_shadow = Told(self._ask_about_the_refused(filter_))
        if not _is_ours(filter_):  # who knows what its answers hold, and change later
            told.read()
            told_shadow.read()
        if survivors != rows.racing:
            self._count_out(verdicts, survivors)
        return functools.partial(_columns, rows, told, told_shadow)

    def _count_out(self, verdicts: list[Verdict], survivors: list[Any]) -> None:
        racing, out = self._rows.racing, self._rows.out
        if self._shadows:
            refused = racing
            if survivors:
                refused = list(compress(racing, map(operator.not_, verdicts)))
            self._undo.append(self._aside.set_aside(refused))
            out = out + refused
        self._rows = Rows(list(survivors), out)

    def _ask_about_the_refused(self, filter_: Any) -> list[Verdict]:
        out = self._rows.out
        if not out:
            return []
        if not _is_ours(filter_):
            out = list(map(self._aside.stand_in, out))
        try:
            return self._judge(filter_, out, self._spec)
        except Exception:  # noqa: BLE001 - ask one by one, to learn whom it fails on
            return [self._ask(filter_, obj) for obj in out]

    def _ask(self, filter_: Any, obj: Any) -> Verdict:
        try:
            return self._judge(filter_, [obj], self._spec)[0]
        except Exception as error:  # noqa: BLE001 - a shadow must never break a request
            return raised(error)


def _columns(
    rows: Rows, told: Told, told_shadow: Told
) -> dict[str, profiler.Attribute | profiler.Column | None]:
    passed, reasons, numbers = rows.all_passed, rows.no_reasons, None
    if told.refuses or told_shadow.refuses:
        passed = told.passed + told_shadow.passed
        reasons = told.reasons + told_shadow.reasons
        numbers = told.numbers + told_shadow.numbers
    return {
        names.FILTER_HOSTS_OUT: sum(told.passed),
        names.FILTER_HOSTS: rows.labels,
        names.FILTER_PASSED: passed,
        names.FILTER_REASONS: reasons,
        names.FILTER_NUMBERS: numbers if numbers and any(numbers) else None,
        names.FILTER_SHADOW: rows.shadow,
    }


def _is_ours(filter_: Any) -> bool:
    return type(filter_).__module__.startswith(_OURS)


class _SpanRun:
    def __init__(self, record: _SpanRecord, filter_: Any, span: profiler.Span) -> None:
        self._record = record
        self._filter = filter_
        self._span = span

    def note(self, verdicts: list[Verdict], survivors: list[Any]) -> None:
        self._span.set_later(self._record.columns(self._filter, verdicts, survivors))


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
