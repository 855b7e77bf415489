"""An OTLP/HTTP collector that reads protobuf as any other does, and keeps it."""

import contextlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass
class Collector:
    """What has arrived so far.

    Attributes:
        spans: by id, each with the name of its service.
        problems: requests that no collector would have taken.
    """

    url: str
    spans: dict[str, tuple[str, Span]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def take(self, path: str, content_type: str | None, body: bytes) -> bytes:
        """Keep what a request brought; return the answer's body."""
        if (path, content_type) != ("/v1/traces", "application/x-protobuf"):
            self.problems.append(f"{content_type} at {path}")
        request = ExportTraceServiceRequest.FromString(body)
        for of_resource in request.resource_spans:
            about = values(of_resource.resource.attributes)
            for of_scope in of_resource.scope_spans:
                for span in of_scope.spans:
                    self.spans[span.span_id.hex()] = (str(about["service.name"]), span)
        return bytes(ExportTraceServiceResponse().SerializeToString())


def values(attributes: Any) -> dict[str, Any]:
    """Return attributes by name, as Python's own values."""
    return {each.key: _value(each.value) for each in attributes}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return tuple(map(_value, value.array_value.values))
    if kind == "kvlist_value":
        return values(value.kvlist_value.values)
    return getattr(value, kind) if kind else None


@contextlib.contextmanager
def collecting() -> Iterator[Collector]:
    """Listen within the block."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            kind = self.headers["Content-Type"]
            answer = collector.take(self.path, kind, self.rfile.read(length))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector = Collector(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
