"""One span → one row: who asks whom, by which means, for what."""

from dataclasses import dataclass
from http import HTTPStatus

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


@dataclass(slots=True)
class Row:
    """A hop in the making: it has no number yet, and its words may change.

    A large trace has a hundred thousand of them; the ``Hop`` is made once, at the end.
    """

    from_: str
    to: str
    kind: HopKind
    method: str
    span_id: str
    start_ns: int
    duration_ns: int | None = None
    status: HopStatus = "ok"
    error: str = ""
    topic: str | None = None
    version: str | None = None
    namespace: str | None = None
    source: str | None = None
    note: str = ""
    queued_ns: int | None = None
    from_host: str = ""
    to_host: str = ""
    group: str | None = None

    @property
    def hop(self) -> Hop:
        """The hop as it would be told now, without a number."""
        return self.numbered(0)

    def numbered(self, seq: int) -> Hop:
        """Return the finished hop."""
        return Hop(
            seq,
            self.from_,
            self.to,
            self.kind,
            self.method,
            self.topic,
            self.version,
            self.namespace,
            self.source,
            self.note,
            self.span_id,
            self.start_ns,
            self.duration_ns,
            self.queued_ns,
            self.status,
            self.error,
        )

    def name_hosts(self) -> None:
        """Tell the compute services apart by their hosts."""
        if self.from_ == "nova-compute" and self.from_host:
            self.from_ = f"{self.from_}@{self.from_host}"
        if self.to == "nova-compute" and self.to_host:
            self.to = f"{self.to}@{self.to_host}"

    def extend_by(self, other: "Row") -> None:
        """Let this row stand for its neighbour of the same group too."""
        if self.duration_ns is not None and other.duration_ns is not None:
            end_ns = max(
                self.start_ns + self.duration_ns, other.start_ns + other.duration_ns
            )
            self.duration_ns = end_ns - self.start_ns
        else:
            self.duration_ns = None
        if other.status != "ok":
            self.status, self.error = other.status, other.error


def row_of(tree: SpanTree, span: Span, entry: vocabulary.Entry | None) -> Row | None:
    """Return the row that a span begins; None for one that begins none."""
    if span.kind == "producer":
        row = _message_row(tree, span)
    elif span.kind == "client":
        row = _client_row(tree, span)
    elif span.kind == "server" and tree.parent(span) is None:
        row = _request_from_outside(span)
    elif span.kind in ("internal", "unspecified"):
        row = _row(span, span.service, "driver", span.name)
        row.to_host = row.from_host
    else:
        return None
    _put_in_words(row, span, entry)
    return row


def response_of(tree: SpanTree, span: Span) -> Row | None:
    """Return the row of an HTTP response, at the end of the request's handling."""
    status = span.number(names.HTTP_STATUS)
    if status is None or span.end_ns is None:
        return None
    parent = tree.parent(span)
    method = _phrase(status)
    entry = vocabulary.find(f"{method} to {span.name}", {})
    return Row(
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
        from_host=span.host,
        to_host=parent.host if parent else "",
    )


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
    return Row(
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
        from_host=span.host,
        to_host=producer.host,
    )


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
        row = _row(span, BUS, "cast", method)
        row.topic = topic
        return row
    consumers = tree.consumers(span)
    to = consumers[0].service if consumers else ""
    to = to or _SERVICE_OF_TOPIC.get(topic or "", topic or "")
    method = span.text(names.RPC_METHOD) or span.name.rpartition(".")[2]
    row = _row(span, to, kind_of(span), method)
    row.to_host = consumers[0].host if consumers else span.text(names.RPC_SERVER) or ""
    row.topic = topic
    row.version = span.text(names.RPC_VERSION)
    row.namespace = span.text(names.RPC_NAMESPACE) or None
    row.queued_ns = queued_ns(span, consumers)
    return row


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
        return _row(span, to, kind, span.name)
    servers = [child for child in tree.children(span) if child.kind == "server"]
    to = span.text(names.PEER_SERVICE) or (servers[0].service if servers else "?")
    method = span.name
    if kind == "http":
        method = f"{span.text(names.HTTP_METHOD)} {http_target(span)}"
    row = _row(span, to, kind, method)
    row.to_host = servers[0].host if servers else ""
    return row


def _request_from_outside(span: Span) -> Row:
    method = f"{span.text(names.HTTP_METHOD) or ''} {http_target(span)}".strip()
    row = _row(span, span.service, "http", method)
    row.from_, row.from_host, row.to_host = "client", "", span.host
    return row


def _row(span: Span, to: str, kind: HopKind, method: str) -> Row:
    status: HopStatus = "running" if span.end_ns is None else "ok"
    if span.status == "error":
        status = "error"
    return Row(
        from_=span.service or "?",
        to=to or "?",
        kind=kind,
        method=method,
        span_id=span.span_id,
        start_ns=span.start_ns,
        duration_ns=span.duration_ns,
        status=status,
        error=span.error,
        from_host=span.host,
    )


def _put_in_words(row: Row, span: Span, entry: vocabulary.Entry | None) -> None:
    """Put the table's words for the step into its row."""
    is_action = span.name in vocabulary.OBJECT_ACTIONS
    failed = span.status == "error"
    row.source = _source(span, entry, failed=failed)
    if entry is not None:
        row.note, row.group = entry.note, entry.group
        if failed and entry.expected and error_type(span) == entry.expected:
            row.status, row.error = "ok", ""
        if not is_action:
            said = entry.failed if failed and entry.failed else entry.method
            row.method = said or row.method
        row.to = entry.to or row.to
    operation = vocabulary.object_operation(span.attributes) if is_action else None
    if operation:
        row.note = f"{operation}: {row.note}" if row.note else operation


def _source(span: Span, entry: vocabulary.Entry | None, *, failed: bool) -> str | None:
    if entry is None:
        return span.text(names.NOVA_SOURCE)
    return entry.failed_source if failed and entry.failed_source else entry.source


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
