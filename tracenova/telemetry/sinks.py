"""Where finished spans end up: a file, an OTLP endpoint, or memory.

None of them may stop a boot: a full disk or a dead collector is reported once, through
a callback, and the run goes on.
"""

import os
import queue
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from tracenova.trace import otlp_json
from tracenova.trace.files import TraceWriter
from tracenova.trace.model import Span

Report = Callable[[str], None]
_SEND_TIMEOUT_S = 5.0
_SEND_QUEUE = 256  # batches
PROTOCOLS = ("http/protobuf", "http/json")


class FileSink:
    """Appends to a trace file.

    Attributes:
        problem: why spans are not written any more, once they are not.
    """

    def __init__(self, path: Path, report: Report, *, append: bool = False) -> None:
        self._path = path
        self._report = report
        self._writer: TraceWriter | None = None
        self.problem: str | None = None
        try:
            self._writer = TraceWriter(path, append=append)
        except OSError as error:
            self._give_up(error)

    def accept(self, spans: Sequence[Span]) -> None:
        """Append the spans, unless an earlier write failed."""
        if self._writer is None:
            return
        try:
            self._writer.write(spans)
        except OSError as error:
            self.close()
            self._give_up(error)

    def close(self) -> None:
        """Let go of the file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _give_up(self, error: OSError) -> None:
        reason = error.strerror or str(error)
        self.problem = f"{self._path}: {reason}"
        self._report(f"the trace is not saved any further: {self._path}: {reason}")


class HttpSink:
    """Sends to an OTLP/HTTP collector, on a thread of its own.

    OpenTelemetry's own variables say how: ``OTEL_EXPORTER_OTLP_PROTOCOL``
    (``http/protobuf`` unless it says ``http/json``), ``OTEL_EXPORTER_OTLP_HEADERS``.
    """

    def __init__(self, url: str, report: Report) -> None:
        url = url.rstrip("/")
        self._url = url if url.endswith("/v1/traces") else url + "/v1/traces"
        self._encode, content_type = _encoder()
        self._headers = {**_headers(), "Content-Type": content_type}
        self._report = report
        self._reported = False
        self._queue: queue.Queue[Sequence[Span] | None] = queue.Queue(_SEND_QUEUE)
        self._thread = threading.Thread(
            target=self._work, name="tracenova-otlp", daemon=True
        )
        self._thread.start()

    def accept(self, spans: Sequence[Span]) -> None:
        """Queue the spans; a collector that is too slow loses them."""
        try:
            self._queue.put_nowait(spans)
        except queue.Full:
            self._complain("the collector is too slow; spans were dropped")

    def close(self) -> None:
        """Send what is queued, for a few seconds at most."""
        try:
            self._queue.put(None, timeout=_SEND_TIMEOUT_S)
        except queue.Full:
            return
        self._thread.join(_SEND_TIMEOUT_S)

    def _work(self) -> None:
        while (spans := self._queue.get()) is not None:
            try:
                self._send(spans)
            except (OSError, ValueError, urllib.error.URLError) as error:
                self._complain(str(getattr(error, "reason", "") or error))

    def _send(self, spans: Sequence[Span]) -> None:
        body = self._encode(spans)
        request = urllib.request.Request(self._url, body, self._headers)
        with urllib.request.urlopen(request, timeout=_SEND_TIMEOUT_S) as answer:
            answer.read()

    def _complain(self, reason: str) -> None:
        if not self._reported:
            self._reported = True
            self._report(f"spans do not reach {self._url}: {reason}")


def protocol() -> str:
    """Return the protocol that OpenTelemetry's variables name.

    Raises:
        ValueError: one that is not spoken here.
    """
    for name in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        if named := os.environ.get(name):
            if named not in PROTOCOLS:
                known = " and ".join(PROTOCOLS)
                raise ValueError(f"{name}={named!r}: spoken here are {known}")
            return named
    return PROTOCOLS[0]


def _encoder() -> tuple[Callable[[Sequence[Span]], bytes], str]:
    if protocol() == "http/json":
        return _as_json, "application/json"
    from tracenova.telemetry import protobuf

    return protobuf.encode, "application/x-protobuf"


def _as_json(spans: Sequence[Span]) -> bytes:
    return otlp_json.encode_bytes(spans)


def _headers() -> dict[str, str]:
    text = os.environ.get("OTEL_EXPORTER_OTLP_HEADERS", "")
    pairs = (each.partition("=") for each in text.split(",") if "=" in each)
    return {
        name.strip(): urllib.parse.unquote(value.strip()) for name, _, value in pairs
    }


class MemorySink:
    """Keeps the spans, for tests and for the story at the end of a boot."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    def accept(self, spans: Sequence[Span]) -> None:
        """Keep the spans."""
        self.spans.extend(spans)

    def close(self) -> None:
        """Nothing to let go of."""
