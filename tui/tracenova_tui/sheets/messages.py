"""Every message on the bus, a line each: envelope, versions, wait, acknowledgement."""

from dataclasses import asdict
from typing import Any

from tracenova.trace.decisions import Message
from tracenova_tui.clocktext import duration, since, size
from tracenova_tui.ink import Line, line, pad
from tracenova_tui.sheets.base import Sheet

_ARROWS = {"call": "━━▶", "cast": "──▷", "fanout": "══▷", "notification": "──⚑"}


class MessagesSheet(Sheet):
    """Messages in story order; the pane shows the arguments of one."""

    name = "Messages"
    empty = "No message was sent over the bus in this trace."
    help = (
        "Every message on the bus; the pane shows its envelope, arguments and result.",
        "sent · cap · endpoint are versions: what was sent, what the sender may send,",
        "what the receiver implements. queued is the wait before somebody took it.",
    )

    def __len__(self) -> int:
        """How many messages there are."""
        return len(self.story.messages)

    def head(self, width: int) -> list[Line]:
        """Return the columns' names."""
        cells = _cells(
            width, "when", "", "topic", "method", "from → to", "sent", "cap", "endp",
            "queued", "took", "ack", "size",
        )  # fmt: skip
        return [line((cells, "head"))]

    def line(self, at: int, width: int) -> Line:
        """Return one message."""
        message = self.story.messages[at]
        when = since(message.start_ns - self.story.begins_ns)
        text = _cells(
            width, when, _ARROWS[message.operation], message.topic, shown_method(message),
            f"{message.from_} → {message.to}", message.version or "–",
            message.version_cap or "–", message.endpoint_version or "–",
            duration(message.queued_ns), duration(message.duration_ns),
            _delivery(message), size(message.size),
        )  # fmt: skip
        role = "error" if message.status == "error" else ""
        if message.operation == "notification":
            role = role or "dim"
        return line((text, role))

    def span_at(self, at: int) -> str | None:
        """Return the message's span."""
        return self.story.messages[at].span_id

    def line_of(self, span_id: str) -> int | None:
        """Return the line of the message that caused the span."""
        places = self.story.message_places
        return next(
            (places[s] for s in self.story.lineage(span_id) if s in places), None
        )

    def is_future(self, at: int) -> bool:
        """Say whether the message is sent after the cursor."""
        return self.story.messages[at].start_ns > self.player.now_ns

    def data(self) -> Any:
        """Return the messages as plain data."""
        return [asdict(message) for message in self.story.messages]


def shown_method(message: Message) -> str:
    """Return the method; of an object's operation, that operation."""
    if message.method.startswith("object_") and message.args:
        from tracenova.trace.vocabulary import object_operation

        return object_operation({"nova.rpc.args": message.args}) or message.method
    return message.method


def _delivery(message: Message) -> str:
    if message.operation == "notification":
        return ""
    if not message.delivered:
        return "◌ none"
    mark = {True: "✓", False: "✗", None: "?"}[message.acked]
    return mark if message.delivered == 1 else f"{mark} ×{message.delivered}"


def _cells(
    width: int, when: str, mark: str, topic: str, method: str, who: str, *rest: str
) -> str:
    sent, cap, endpoint, queued, took, ack, size_ = rest
    start = f" {pad(when, 8, right=True)} {pad(mark, 3)} {pad(topic, 10)} "
    end = f"{pad(sent, 5)}{pad(queued, 7, right=True)} {pad(took, 7, right=True)} {pad(ack, 4)}"
    if width >= 110:
        end = (
            f"{pad(sent, 6)}{pad(cap, 5)}{pad(endpoint, 6)}{pad(queued, 7, right=True)} "
            f"{pad(took, 7, right=True)}  {pad(ack, 6)}{pad(size_, 8, right=True)}"
        )
    room = width - len(start) - len(end) - 2
    if room >= 60:
        many = min(room * 3 // 5, 46)
        return f"{start}{pad(method, many)} {pad(who, room - many - 1)} {end}"
    return f"{start}{pad(method, max(12, room))} {end}"
