"""One span → one row: who asks whom, by which means, for what."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from tracenova.trace import names, vocabulary
from tracenova.trace.model import Hop, HopKind, HopStatus, Span
from tracenova.trace.tree import SpanTree

_SERVICE_OF_TOPIC = {
    "conductor": "nova-conductor",
    "scheduler": "nova-scheduler",
    "compute": "nova-compute",
}
_NOTIFICATION_TOPICS = ("notifications", "versioned_notifications")
BUS = "notification bus"


@dataclass(frozen=True, slots=True)
class Row:
    """A hop that has no number yet, and what its final form depends on."""

    hop: Hop
    from_host: str = ""
    to_host: str = ""
    group: str | None = None

    def extended_by(self, other: "Row") -> "Row":
        """Let this row stand for its neighbour of the same group too."""
        mine, theirs = self.hop, other.hop
        duration = None
        if mine.duration_ns is not None and theirs.duration_ns is not None:
            end_ns = max(
                mine.start_ns + mine.duration_ns, theirs.start_ns + theirs.duration_ns
            )
            duration = end_ns - mine.start_ns
        worse = theirs if theirs.status != "ok" else mine
        return replace(
            self,
            hop=replace(
                mine, duration_ns=duration, status=worse.status, error=worse.error
            ),
        )


def row_of(tree: SpanTree, span: Span, entry: vocabulary.Entry | None) -> Row | None:
    """Return the row that a span begins; None for one that begins none."""
    if span.kind == "producer":
        row = _message_row(tree, span)
    elif span.kind == "client":
        row = _client_row(tree, span)
    elif span.kind == "server" and tree.parent(span) is None:
        row = _request_from_outside(span)
    elif span.kind in ("internal", "unspecified"):
        row = Row(_hop(span, span.service, "driver", span.name), span.host, span.host)
    else:
        return None
    return _in_words(row, span, entry)


def response_of(tree: SpanTree, span: Span) -> Row | None:
    """Return the row of an HTTP response, at the end of the request's handling."""
    status = span.number(names.HTTP_STATUS)
    if status is None or span.end_ns is None:
        return None
    parent = tree.parent(span)
    method = _phrase(status)
    entry = vocabulary.find(method, {})
    hop = Hop(
        seq=0,
        from_=span.service,
        to=parent.service if parent else "client",
        kind="http",
        method=(entry.method or method) if entry else method,
        source=entry.source if entry else None,
        note=entry.note if entry else "",
        span_id=span.span_id,
        start_ns=span.end_ns,
        status="error" if status >= 400 else "ok",
        error=method if status >= 400 else "",
    )
    return Row(hop, span.host, parent.host if parent else "")


def reply_of(tree: SpanTree, span: Span) -> Row | None:
    """Return the row of an RPC reply; None for what nobody waits for."""
    producer = tree.parent(span)
    if producer is None or kind_of(producer) != "call" or span.end_ns is None:
        return None
    method = span.text(names.RPC_METHOD) or producer.text(names.RPC_METHOD) or ""
    entry = vocabulary.find(f"reply {method}", {})
    failed = span.status == "error"
    says = f"reply: {error_type(span) or error_type(producer)}"
    if not failed:
        says = entry.method if entry and entry.method else f"reply: {method}"
    hop = Hop(
        seq=0,
        from_=span.service,
        to=producer.service,
        kind="call",
        method=says,
        topic="reply_<uuid>",
        source=_source(span, entry, failed=failed) if entry else None,
        note=entry.note if entry and not failed else span.error,
        span_id=span.span_id,
        start_ns=span.end_ns,
        status="error" if failed else "ok",
        error=span.error,
    )
    return Row(hop, span.host, producer.host)


def kind_of(span: Span) -> HopKind:
    """Return by which means the span reaches somebody."""
    if span.kind == "producer":
        operation = span.text(names.MESSAGING_OPERATION_NAME) or span.text(
            names.MESSAGING_OPERATION
        )
        if operation == "call":
            return "call"
        return "fanout" if operation == "fanout" else "cast"
    if names.DB_OPERATION in span.attributes or names.DB_SYSTEM in span.attributes:
        return "db"
    return "http" if names.HTTP_METHOD in span.attributes else "driver"


def is_notification(span: Span) -> bool:
    """Say whether a producer span tells everybody rather than asks somebody."""
    topic = span.text(names.MESSAGING_DESTINATION) or ""
    if names.NOTIFICATION_EVENT_TYPE in span.attributes:
        return True
    return topic.startswith(_NOTIFICATION_TOPICS)


def http_target(span: Span) -> str:
    """Return the path of a request with its placeholders, and its query's keys."""
    for name in (names.URL_TEMPLATE, names.HTTP_ROUTE, names.URL_PATH):
        if found := span.text(name):
            return found
    return span.name.partition(" ")[2]


def error_type(span: Span) -> str:
    """Return the class of the error, without the mark of a remote one."""
    found = span.text(names.ERROR_TYPE) or ""
    return found.rpartition(".")[2].removesuffix("_Remote")


def _message_row(tree: SpanTree, span: Span) -> Row:
    topic = span.text(names.MESSAGING_DESTINATION)
    if is_notification(span):
        method = span.text(names.NOTIFICATION_EVENT_TYPE) or span.name
        return Row(_hop(span, BUS, "cast", method, topic=topic), span.host)
    consumers = tree.consumers(span)
    to = consumers[0].service if consumers else ""
    to = to or _SERVICE_OF_TOPIC.get(topic or "", topic or "")
    host = consumers[0].host if consumers else span.text(names.RPC_SERVER) or ""
    hop = _hop(
        span,
        to,
        kind_of(span),
        span.text(names.RPC_METHOD) or span.name.rpartition(".")[2],
        topic=topic,
        version=span.text(names.RPC_VERSION),
        namespace=span.text(names.RPC_NAMESPACE) or None,
        queued_ns=queued_ns(span, consumers),
    )
    return Row(hop, span.host, host)


def queued_ns(producer: Span, consumers: list[Span]) -> int | None:
    """Return how long a message waited; None while nobody has taken it."""
    if not consumers:
        return None
    said = consumers[0].number(names.RPC_QUEUED_NS)
    return max(0, consumers[0].start_ns - producer.start_ns) if said is None else said


def _client_row(tree: SpanTree, span: Span) -> Row:
    kind = kind_of(span)
    if kind == "db":
        to = span.text(names.DB_NAMESPACE) or span.text(names.DB_SYSTEM) or "db"
        return Row(_hop(span, to, kind, span.name), span.host)
    servers = [child for child in tree.children(span) if child.kind == "server"]
    to = span.text(names.PEER_SERVICE) or (servers[0].service if servers else "?")
    host = servers[0].host if servers else ""
    method = span.name
    if kind == "http":
        method = f"{span.text(names.HTTP_METHOD)} {http_target(span)}"
    return Row(_hop(span, to, kind, method), span.host, host)


def _request_from_outside(span: Span) -> Row:
    method = f"{span.text(names.HTTP_METHOD) or ''} {http_target(span)}".strip()
    hop = replace(_hop(span, span.service, "http", method), from_="client")
    return Row(hop, "", span.host)


def _hop(span: Span, to: str, kind: HopKind, method: str, **more: Any) -> Hop:
    status: HopStatus = "running" if span.end_ns is None else "ok"
    if span.status == "error":
        status = "error"
    return Hop(
        seq=0,
        from_=span.service or "?",
        to=to or "?",
        kind=kind,
        method=method,
        span_id=span.span_id,
        start_ns=span.start_ns,
        duration_ns=span.duration_ns,
        status=status,
        error=span.error,
        **more,
    )


def _in_words(row: Row, span: Span, entry: vocabulary.Entry | None) -> Row:
    """Put the table's words for the step into its row."""
    operation = vocabulary.object_operation(span.attributes)
    note = entry.note if entry else ""
    if operation and span.name in vocabulary.OBJECT_ACTIONS:
        note = f"{operation}: {note}" if note else operation
    failed = span.status == "error"
    changes: dict[str, Any] = {"source": _source(span, entry, failed=failed)}
    if entry is not None:
        if failed and entry.expected and error_type(span) == entry.expected:
            changes |= {"status": "ok", "error": ""}
        if span.name not in vocabulary.OBJECT_ACTIONS:
            said = entry.failed if failed and entry.failed else entry.method
            changes["method"] = said or row.hop.method
        if entry.to:
            changes["to"] = entry.to
    hop = replace(row.hop, note=note, **changes)
    return replace(row, hop=hop, group=entry.group if entry else None)


def _source(span: Span, entry: vocabulary.Entry | None, *, failed: bool) -> str | None:
    if entry is None:
        return span.text(names.NOVA_SOURCE)
    return entry.failed_source if failed and entry.failed_source else entry.source


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
