"""The messages of a trace: from sending to acknowledgement."""

from collections.abc import Iterable

from tracenova.trace import names
from tracenova.trace.decisions import Message
from tracenova.trace.model import Span
from tracenova.trace.rows import is_notification, kind_of, queued_ns, row_of
from tracenova.trace.tree import SpanTree


def messages(tree: SpanTree, spans: Iterable[Span]) -> list[Message]:
    """Return every message on the bus, notifications too, in story order."""
    return [_message(tree, span) for span in spans if span.kind == "producer"]


def _message(tree: SpanTree, span: Span) -> Message:
    row = row_of(tree, span, None)
    assert row is not None
    consumers = tree.consumers(span)
    receiver = consumers[0] if consumers else span
    acked = receiver.attributes.get(names.RPC_ACKED)
    if receiver.end_ns is None:
        acked = acked or None  # it is written down when the work has ended
    payload = span.text(names.NOTIFICATION_PAYLOAD)
    return Message(
        message_id=span.text(names.MESSAGING_MESSAGE_ID) or "",
        operation="notification" if is_notification(span) else kind_of(span),
        topic=row.topic or "",
        method=row.method,
        from_=row.from_,
        to=row.to,
        version=row.version,
        version_cap=span.text(names.RPC_VERSION_CAP),
        endpoint_version=receiver.text(names.RPC_ENDPOINT_VERSION),
        namespace=row.namespace,
        server=span.text(names.RPC_SERVER),
        size=span.number(names.MESSAGING_BODY_SIZE),
        args=span.text(names.RPC_ARGS) or payload,
        result=span.text(names.RPC_RESULT) or receiver.text(names.RPC_RESULT),
        request_id=span.text(names.REQUEST_ID),
        delivered=len(consumers),
        acked=None if acked is None else bool(acked),
        start_ns=span.start_ns,
        duration_ns=span.duration_ns,
        queued_ns=queued_ns(span, consumers),
        span_id=span.span_id,
        status=row.status,
        error=span.error,
        failure=receiver.error if consumers else "",
    )
