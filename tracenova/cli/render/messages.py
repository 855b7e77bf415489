"""The bus as a table: envelope, versions, waits."""

from collections.abc import Iterator

from tracenova.cli import text
from tracenova.cli.render import hops
from tracenova.trace.decisions import Message
from tracenova.trace.trace import Trace

_ROOMY = 130
_HEAD = (
    "from",
    "",
    "to",
    "message",
    "versions",
    "bytes",
    "queued",
    "took",
    "state",
)
_NARROW = ("from", "", "to", "message; versions, ⧖ queued, took, state")


def lines(trace: Trace, columns: int, instance: str | None = None) -> Iterator[str]:
    """Yield the table of messages."""
    messages = trace.messages(instance=instance)
    if not messages:
        yield "no messages in this trace"
        return
    rows = [_row(message) for message in messages]
    head: tuple[str, ...] = _HEAD
    right = frozenset((5, 6, 7))
    if columns < _ROOMY:
        # where there is no room beside it, the envelope goes below the message
        head, right = _NARROW, frozenset[int]()
        rows = [_narrow(row) for row in rows]
    yield from text.table(head, rows, columns, right=right, last_fills=False)
    yield ""
    yield from text.paragraph(
        f"{len(messages)} messages.  ━━━▶ call  ───▷ cast or notification  ══▷ fanout.  "
        "versions: sent, cap, known.  sent: the message's version; cap: the newest the "
        "sender may use; known: what the receiver implements.",
        columns,
    )


def _row(message: Message) -> tuple[str, ...]:
    to_one = f" @{message.server}" if message.server else ""
    versions = (message.version, message.version_cap, message.endpoint_version)
    is_rpc = message.operation != "notification"
    return (
        message.from_,
        hops.MARKS.get(message.operation, hops.MARKS["cast"]),
        message.to,
        f"{message.topic}.{message.method}{to_one}" if is_rpc else message.method,
        "/".join(version or "–" for version in versions) if is_rpc else "",
        "" if message.size is None else str(message.size),
        text.duration(message.queued_ns),
        text.duration(message.duration_ns),
        _state(message),
    )


def _narrow(row: tuple[str, ...]) -> tuple[str, ...]:
    """Return a row of two lines: who and what above, the rest of the envelope below."""
    from_, mark, to, method, versions, _, queued, took, state = row
    waited = f"⧖ {queued}" if queued not in ("", "–") else ""
    below = "  ".join(part for part in (versions, waited, took, state) if part)
    return from_, mark, to, f"{method}\n{below}"


def _state(message: Message) -> str:
    if message.status == "error":
        return f"✗ {hops.reason(message.error)}"
    if message.status == "running":
        return "◌"
    if message.operation == "notification":
        return "told"
    if not message.delivered:
        return "not taken"
    state = "acked" if message.acked else "taken"
    failed = message.failure and f", then ✗ {hops.reason(message.failure)}"
    return f"{state}{failed}"
