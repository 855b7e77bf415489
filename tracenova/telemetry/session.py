"""One stretch of recording: what is switched on together and off together."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tracenova import profiler
from tracenova.telemetry.backend import OpenTelemetryBackend
from tracenova.telemetry.feed import LiveFeed
from tracenova.telemetry.processor import QueueProcessor, Sink
from tracenova.telemetry.sinks import FileSink, HttpSink, MemorySink
from tracenova.trace.model import Span
from tracenova.trace.trace import Trace

LOG = logging.getLogger(__name__)


class Session:
    """A recording that is under way.

    Attributes:
        feed: subscribe here to watch live.
    """

    def __init__(
        self,
        save: Path | None = None,
        otlp_url: str | None = None,
        on_problem: Callable[[str], None] | None = None,
        *,
        append: bool = False,
        keep: bool = True,
    ) -> None:
        report = on_problem or LOG.warning
        self.feed = LiveFeed()
        self._memory = MemorySink()
        sinks: list[Sink] = [self._memory] if keep else []
        self._file: FileSink | None = None
        if save is not None:
            self._file = FileSink(save, report, append=append)
            sinks.append(self._file)
        if otlp_url is not None:
            sinks.append(HttpSink(otlp_url, report))
        self._processor = QueueProcessor(self.feed, sinks)
        self.backend = OpenTelemetryBackend(self._processor)

    @property
    def spans(self) -> list[Span]:
        """Everything that has ended so far."""
        self.flush()
        return list(self._memory.spans)

    @property
    def unsaved(self) -> str | None:
        """Why the file does not hold everything; None: it does."""
        return self._file.problem if self._file else None

    def trace(self) -> Trace:
        """Return what has been recorded so far as a trace to ask questions of."""
        return Trace(self.spans)

    def flush(self) -> None:
        """Wait until everything that has ended is written."""
        self._processor.flush()

    def stop(self) -> None:
        """Write what is left and close files and connections."""
        self._processor.stop()


@contextmanager
def recording(
    save: Path | None = None,
    otlp_url: str | None = None,
    on_problem: Callable[[str], None] | None = None,
    *,
    append: bool = False,
    keep: bool = True,
) -> Iterator[Session]:
    """Record every span within the block.

    Args:
        save: write an OTLP/JSON-lines file here; an older file is replaced.
        otlp_url: send to this OTLP/HTTP collector as well.
        on_problem: told, once per sink, that spans cannot be kept; the block goes on.
        append: add to the file instead of replacing it.
        keep: hold the spans in memory too, for ``session.trace()``; a service that
            runs for days says False.
    """
    session = Session(save, otlp_url, on_problem, append=append, keep=keep)
    before = profiler.installed()
    profiler.install(session.backend)
    try:
        yield session
    finally:
        profiler.install(before)
        session.stop()
