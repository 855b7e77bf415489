"""Hand-built span trees: a clock that ticks, program order noted as the backend does."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tracenova.trace import names
from tracenova.trace.model import Span, SpanKind, StatusCode, Value

MS = 1_000_000
TRACE_ID = "a" * 32
UUID = "11111111-2222-3333-4444-555555555555"


class Node:
    """A span under construction."""

    def __init__(self, span_id: str, service: str, host: str) -> None:
        self.span_id = span_id
        self.service = service
        self.host = host
        self.children = 0
        self.attributes: dict[str, Value] = {}
        self.status: StatusCode = "unset"
        self.message = ""


class Builder:
    """Collects spans; ``with builder.span(...)`` nests."""

    def __init__(self, trace_id: str = TRACE_ID, start_ns: int = 10 * MS) -> None:
        self.spans: list[Span] = []
        self.trace_id = trace_id
        self._now = start_ns
        self._count = 0
        self._stack: list[Node] = []
        self._resources: dict[tuple[str, str], dict[str, Value]] = {}

    @contextmanager
    def span(
        self,
        name: str,
        kind: SpanKind = "internal",
        service: str | None = None,
        host: str | None = None,
        parent: str | None = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> Iterator[Node]:
        """Build one span around what is built within the block."""
        above = self._stack[-1] if self._stack else None
        self._count += 1
        node = Node(
            f"{int(self.trace_id[:4], 16):04x}{self._count:012x}",
            service or (above.service if above else "client"),
            host if host is not None else (above.host if above else "lab"),
        )
        place = f"{above.children if above else 0}.1"
        if above:
            above.children += 1
        start_ns = self._tick()
        lamport = start_ns // MS
        node.attributes |= {names.LAMPORT: lamport, names.ORDER: place}
        node.attributes |= attributes or {}
        self._stack.append(node)
        yield node
        self._stack.pop()
        parent_id = parent or (above.span_id if above else None)
        self.spans.append(
            Span(
                trace_id=self.trace_id,
                span_id=node.span_id,
                parent_id=parent_id,
                name=name,
                kind=kind,
                start_ns=start_ns,
                end_ns=self._tick(),
                attributes=node.attributes,
                resource=self._resource(node.service, node.host),
                status=node.status,
                status_message=node.message,
            )
        )

    def _tick(self) -> int:
        self._now += MS
        return self._now

    def _resource(self, service: str, host: str) -> dict[str, Value]:
        fresh: dict[str, Value] = {names.SERVICE_NAME: service, names.HOST_NAME: host}
        return self._resources.setdefault((service, host), fresh)

    # --- the usual steps ------------------------------------------------------

    def http(self, peer: str, method: str, target: str, function: str = "f") -> Any:
        """A request of the acting service."""
        return self.span(
            f"{method} {target.partition('?')[0]}",
            "client",
            attributes={
                names.HTTP_METHOD: method,
                names.URL_TEMPLATE: target,
                names.PEER_SERVICE: peer,
                names.CODE_FUNCTION: f"tracenova.x.{function}",
            },
        )

    def db(self, operation: str, where: str = "cell-db", function: str = "f") -> None:
        """A database operation of the acting service."""
        with self.span(
            operation,
            "client",
            attributes={
                names.DB_SYSTEM: "sqlite",
                names.DB_NAMESPACE: where,
                names.CODE_FUNCTION: f"tracenova.x.{function}",
            },
        ):
            pass

    def send(
        self,
        operation: str,
        topic: str,
        method: str,
        version: str = "1.0",
        function: str = "f",
        args: str = "{}",
        more: Mapping[str, Any] | None = None,
    ) -> Any:
        """A message of the acting service."""
        return self.span(
            f"{topic}.{method}",
            "producer",
            attributes={
                names.MESSAGING_OPERATION_NAME: operation,
                names.MESSAGING_DESTINATION: topic,
                names.RPC_METHOD: method,
                names.RPC_VERSION: version,
                names.RPC_ARGS: args,
                names.CODE_FUNCTION: f"tracenova.x.{function}",
                **(more or {}),
            },
        )

    def receive(self, service: str, host: str, method: str) -> Any:
        """A service works on a message."""
        return self.span(
            f"{method} receive",
            "consumer",
            service,
            host,
            attributes={names.RPC_METHOD: method},
        )

    def notify(self, event: str, function: str = "f") -> None:
        """A notification of the acting service."""
        with self.span(
            event,
            "producer",
            attributes={
                names.MESSAGING_OPERATION_NAME: "publish",
                names.MESSAGING_DESTINATION: "notifications",
                names.NOTIFICATION_EVENT_TYPE: event,
                names.CODE_FUNCTION: f"tracenova.x.{function}",
            },
        ):
            pass
