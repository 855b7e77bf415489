"""The way of a finished span: from the service's thread to a worker, then to the sinks.

The service only puts the span in a queue (under a microsecond); turning it into JSON,
writing and sending happens on a thread of its own, in batches.
"""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace import Span as SdkSpan

from tracenova.telemetry.convert import Converter
from tracenova.telemetry.feed import LiveFeed
from tracenova.trace.model import Moment, Span

LOG = logging.getLogger(__name__)
FLUSH_INTERVAL_S = 0.1


class Sink(Protocol):
    """Somewhere that finished spans are kept."""

    def accept(self, spans: Sequence[Span]) -> None:
        """Keep the spans. Called by one thread only; must not raise."""

    def close(self) -> None:
        """No more spans will come."""


class QueueProcessor(SpanProcessor):
    """Hands spans over to the sinks and to the live feed on its own thread."""

    def __init__(self, feed: LiveFeed, sinks: Sequence[Sink]) -> None:
        self._feed = feed
        self._sinks = list(sinks)
        self._converter = Converter()
        self._queue: queue.SimpleQueue[ReadableSpan | Moment | Callable[[], None]] = (
            queue.SimpleQueue()
        )
        self._hurry = threading.Event()
        self._running = True
        self._batch: list[Span] = []
        feed.connect(self._queue.put)
        self._worker = threading.Thread(
            target=self._work, name="tracenova-spans", daemon=True
        )
        self._worker.start()

    def on_start(self, span: SdkSpan, parent_context: Context | None = None) -> None:
        """Tell live watchers that the span has begun."""
        if self._feed.is_watched:
            began = self._converter.converted(span, ended=False)
            self._queue.put(Moment("started", began.start_ns, span=began))

    def on_end(self, span: ReadableSpan) -> None:
        """Take over the finished span."""
        self._queue.put(span)

    def flush(self, timeout_s: float = 10.0) -> None:
        """Return when everything that ended before the call has reached the sinks."""
        if self._worker is threading.current_thread() or not self._worker.is_alive():
            return
        done = threading.Event()
        self._queue.put(done.set)
        self._hurry.set()
        done.wait(timeout_s)

    def stop(self) -> None:
        """Flush, close the sinks and end the thread."""
        if self._running:
            self.flush()
            self._running = False
            self._queue.put(lambda: None)
            self._worker.join(10.0)
            for sink in self._sinks:
                sink.close()

    def _work(self) -> None:
        while self._running:
            self._take(self._queue.get())
            if self._feed.is_watched:
                self._take_at_once(time.monotonic() + FLUSH_INTERVAL_S)
            else:
                self._take_together()
            self._write()

    def _take_at_once(self, until: float) -> None:
        with contextlib.suppress(queue.Empty):
            while self._running and (left_s := until - time.monotonic()) > 0:
                self._take(self._queue.get(timeout=left_s))

    def _take_together(self) -> None:
        """Sleep while the spans come: to be woken for each would slow the services."""
        self._hurry.wait(FLUSH_INTERVAL_S)
        self._hurry.clear()
        for _ in range(self._queue.qsize()):
            self._take(self._queue.get())

    def _take(self, item: ReadableSpan | Moment | Callable[[], None]) -> None:
        if isinstance(item, ReadableSpan):
            span = self._converter.converted(item)
            self._batch.append(span)
            if self._feed.is_watched:
                self._feed.tell(Moment("ended", span.end_ns or 0, span=span))
        elif isinstance(item, Moment):
            self._feed.tell(item)
        else:
            self._write()
            item()

    def _write(self) -> None:
        batch, self._batch = self._batch, []
        if not batch:
            return
        for sink in self._sinks:
            try:
                sink.accept(batch)
            except Exception:
                LOG.exception("A span sink failed: %s", type(sink).__name__)
