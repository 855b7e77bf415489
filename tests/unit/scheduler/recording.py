"""A tracing backend that keeps every span in a list, for tests of what is recorded."""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

from tracenova import profiler


class RecordedSpan:
    """One span, as the code under test filled it."""

    def __init__(self, name: str, attributes: Mapping[str, Any]) -> None:
        self.name = name
        self.attributes = dict(attributes)
        self.error: BaseException | None = None

    def set(self, attributes: Mapping[str, Any]) -> None:
        """Keep the attributes."""
        self.attributes.update(attributes)

    def rename(self, name: str) -> None:
        """Take another name."""
        self.name = name

    def fail(self, error: BaseException) -> None:
        """Keep the error."""
        self.error = error


class RecordingBackend:
    """Keeps spans in the order in which they began."""

    def __init__(self) -> None:
        self.spans: list[RecordedSpan] = []

    @contextmanager
    def span(
        self, name: str, kind: str, attributes: Mapping[str, Any]
    ) -> Iterator[RecordedSpan]:
        """Keep the block as a span."""
        span = RecordedSpan(name, attributes)
        self.spans.append(span)
        try:
            yield span
        except BaseException as error:
            span.fail(error)
            raise

    def inject(self, carrier: MutableMapping[str, Any]) -> None:
        """Write nothing."""

    @contextmanager
    def extracted(self, carrier: Mapping[str, Any]) -> Iterator[None]:
        """Read nothing."""
        yield

    def witnessed(self, carrier: Mapping[str, Any]) -> None:
        """Know no clock."""

    def named(self, prefix: str) -> list[RecordedSpan]:
        """Return the spans whose name begins so."""
        return [span for span in self.spans if span.name.startswith(prefix)]


@contextmanager
def recording() -> Iterator[RecordingBackend]:
    """Record the block; what was installed before comes back afterwards."""
    before = profiler._backend
    backend = RecordingBackend()
    profiler.install(backend)
    try:
        yield backend
    finally:
        profiler.install(before)
