"""The bus as a table: envelope, versions, waits."""

from collections.abc import Iterator

from tracenova.cli import text
from tracenova.trace.decisions import Message
from tracenova.trace.trace import Trace

_HEAD = (
    "kind",
    "message",
    "from",
    "to",
    "versions",
    "bytes",
    "queued",
    "took",
    "state",
)


def lines(trace: Trace, columns: int, instance: str | None = None) -> Iterator[str]:
    """Yield the table of messages."""
    messages = trace.messages(instance=instance)
    if not messages:
        yield "no messages in this trace"
        return
    rows = [_row(message) for message in messages]
    right = frozenset((5, 6, 7))
    yield from text.table(_HEAD, rows, columns, right=right, last_fills=False)
    yield ""
    yield from text.paragraph(
        f"{len(messages)} messages.  versions: sent, cap, known.  sent: the message's version; cap: the newest the "
        "sender may use; known: what the receiver implements.",
        columns,
    )


def _row(message: Message) -> tuple[str, ...]:
    to_one = f" @{message.server}" if message.server else ""
    versions = (message.version, message.version_cap, message.endpoint_version)
    is_rpc = message.operation != "notification"
    return (
        message.operation,
        f"{message.topic}.{message.method}{to_one}" if is_rpc else message.method,
        message.from_,
        message.to,
        "/".join(version or "–" for version in versions) if is_rpc else "",
        "" if message.size is None else str(message.size),
        text.duration(message.queued_ns),
        text.duration(message.duration_ns),
        _state(message),
    )


def _state(message: Message) -> str:
    if message.status == "error":
        return f"✗ {message.error.partition('Traceback (')[0].strip()}"
    if message.status == "running":
        return "◌"
    if message.operation == "notification":
        return "told"
    if not message.delivered:
        return "not taken"
    return "acked" if message.acked else "taken"
