"""Keeps the spans of a run in memory, in the read model's own shape.

The scheduler alone needs no OpenTelemetry: one thread, one service, no messages.
"""

import time
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, Final

from tracenova import profiler
from tracenova.trace import names
from tracenova.trace.model import Span, StatusCode, Value

_RESOURCE: Final[Mapping[str, Value]] = {
    names.SERVICE_NAME: "nova-scheduler",
    names.HOST_NAME: "controller",
}


class WitnessedSpan:
    """One span while it happens."""

    def __init__(self, name: str, attributes: Mapping[str, Any]) -> None:
        self.name = name
        self.attributes = dict(attributes)
        self.error: BaseException | None = None

    def set(self, attributes: Mapping[str, Any]) -> None:
        """Keep the attributes."""
        self.attributes.update(attributes)

    def set_later(self, make: profiler.Later) -> None:
        """Keep the attributes; here nobody is in a hurry."""
        self.set(make())

    def rename(self, name: str) -> None:
        """Take another name."""
        self.name = name

    def fail(self, error: BaseException) -> None:
        """Keep the error."""
        self.error = error


class Witness:
    """A tracing backend that writes down what it sees, in the order of the ends.

    Attributes:
        seen: the spans in the order of their beginnings.
        spans: the finished ones as the read model knows them.
    """

    def __init__(self) -> None:
        self.seen: list[WitnessedSpan] = []
        self.spans: list[Span] = []
        self._open: list[str] = []
        self._places: list[int] = [0]

    @contextmanager
    def span(
        self, name: str, kind: str, attributes: Mapping[str, Any]
    ) -> Iterator[WitnessedSpan]:
        """Keep the block as a span."""
        span = WitnessedSpan(name, attributes)
        self.seen.append(span)
        span_id = f"{len(self.seen):016x}"
        parent = self._open[-1] if self._open else None
        self._places[-1] += 1
        place = f"{self._places[-1]}.1"
        self._open.append(span_id)
        self._places.append(0)
        start_ns = time.time_ns()
        try:
            yield span
        except BaseException as error:
            span.fail(error)
            raise
        finally:
            self._open.pop()
            self._places.pop()
            self.spans.append(_finished(span, span_id, parent, place, start_ns))

    def inject(self, carrier: MutableMapping[str, Any]) -> None:
        """Write nothing: there are no messages."""

    @contextmanager
    def extracted(self, carrier: Mapping[str, Any]) -> Iterator[None]:
        """Continue nothing."""
        yield

    def witnessed(self, carrier: Mapping[str, Any]) -> None:
        """Know no clock."""

    def named(self, prefix: str) -> list[WitnessedSpan]:
        """Return the spans whose name begins so."""
        return [span for span in self.seen if span.name.startswith(prefix)]


def _finished(
    span: WitnessedSpan, span_id: str, parent: str | None, place: str, start_ns: int
) -> Span:
    attributes: dict[str, Value] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in span.attributes.items()
        if value is not None
    }
    attributes[names.ORDER] = place
    status: StatusCode = "unset"
    if span.error is not None:
        status = "error"
        attributes[names.ERROR_TYPE] = type(span.error).__name__
    return Span(
        trace_id="0" * 31 + "1",
        span_id=span_id,
        parent_id=parent,
        name=span.name,
        start_ns=start_ns,
        end_ns=time.time_ns(),
        attributes=attributes,
        resource=_RESOURCE,
        status=status,
        status_message="" if span.error is None else str(span.error)[:1000],
    )


@contextmanager
def witnessing() -> Iterator[Witness]:
    """Witness the block; what recorded before comes back afterwards."""
    before = profiler.installed()
    witness = Witness()
    profiler.install(witness)
    try:
        yield witness
    finally:
        profiler.install(before)


@contextmanager
def unseen() -> Iterator[None]:
    """Record nothing of the block."""
    before = profiler.installed()
    profiler.install(None)
    try:
        yield
    finally:
        profiler.install(before)
