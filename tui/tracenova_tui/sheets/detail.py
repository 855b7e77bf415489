"""The pane beside every view: all that is known of one hop."""

from collections.abc import Iterator
from typing import Any

from tracenova.trace import names
from tracenova.trace.decisions import Message
from tracenova.trace.model import Hop, Span
from tracenova_tui.clocktext import duration, since, size
from tracenova_tui.ink import Line, line
from tracenova_tui.marks import arrow, role
from tracenova_tui.sheets import tree, wrap
from tracenova_tui.sheets.base import Listed

_SHOWN_ELSEWHERE = frozenset(
    (names.RPC_ARGS, names.RPC_RESULT, names.NOTIFICATION_PAYLOAD, names.DOMAIN_XML)
)


class DetailSheet(Listed):
    """One hop: who, what, when, the message with its arguments, the source."""

    name = "Hop"
    empty = "Nothing is under the cursor."
    help = ("All that is known of the hop under the cursor.",)

    def depends(self) -> tuple[Any, ...]:
        """Return the cursor."""
        return self.player.at, self.player.span_id

    def write(self, width: int) -> None:
        """Write everything about the span under the cursor."""
        hop = self.player.hop
        span = self.story.span(self.player.span_id)
        if hop is None:
            return
        for one in self._lines(hop, span, width):
            for row in wrap.folded(one, width):
                self.put(row, self.player.span_id)

    def _lines(self, hop: Hop, span: Span | None, width: int) -> Iterator[Line]:
        yield line(
            (f" hop {hop.seq}  ", "strong"),
            (arrow(hop), role(hop)),
            (f"  {kind(hop)}", "dim"),
        )
        yield from wrap.words(hop.method, width, "strong")
        yield line(" ", hop.from_, (" → ", "dim"), hop.to)
        if hop.status == "error":
            yield from wrap.words(f"✗ {hop.error}", width, "error")
        if hop.status == "running":
            yield line((" ◌ running", "accent"))
        yield from self._times(hop)
        message = self.story.message_of(hop.span_id)
        if message is not None:
            yield from envelope(message)
        if hop.note:
            yield from wrap.words(hop.note, width, "dim")
        if hop.source:
            yield line((" Nova  ", "dim"), hop.source)
        if span is not None and (code := span.text(names.CODE_FUNCTION)):
            yield from wrap.words(
                code.removeprefix("tracenova."), width, "dim", " here  "
            )
        yield []
        if span is not None and span.span_id != hop.span_id:
            yield line(
                (" inside it: ", "dim"), (span.name, "strong"), f" {span.service}"
            )
        yield from self._contents(message, span)

    def _times(self, hop: Hop) -> Iterator[Line]:
        at = since(hop.start_ns - self.story.begins_ns)
        took = "" if hop.duration_ns is None else f"took {duration(hop.duration_ns)}"
        queued = "" if hop.queued_ns is None else f"queued {duration(hop.queued_ns)}  "
        yield line(f" at {at}  {queued}{took}")

    def _contents(self, message: Message | None, span: Span | None) -> Iterator[Line]:
        if message is not None:
            yield from document("arguments", message.args)
            yield from document("result", message.result)
        if span is None:
            return
        shown = {k: v for k, v in span.attributes.items() if k not in _SHOWN_ELSEWHERE}
        if shown:
            yield line((" span ", "head"), (f"{span.kind} {span.span_id}", "dim"))
            for key, value in shown.items():
                yield from tree.lines(value, 2, key)
        if xml := span.text(names.DOMAIN_XML):
            yield line((" domain XML", "head"))
            for text in xml.splitlines():
                yield line(f"  {text}")


def envelope(message: Message) -> Iterator[Line]:
    """Yield the lines of a message's envelope: address, versions, delivery."""
    server = f"  server {message.server}" if message.server else ""
    yield line((" topic ", "dim"), message.topic, (server, "dim"))
    yield line(
        (" version ", "dim"), message.version or "–",
        ("  cap ", "dim"), message.version_cap or "none",
        ("  endpoint ", "dim"), message.endpoint_version or "–",
    )  # fmt: skip
    acked = {True: "acknowledged", False: "not acknowledged"}.get(
        message.acked or False
    )
    if message.acked is None:
        acked = "acknowledgement not seen"
    copies = f"  delivered to {message.delivered}" if message.delivered > 1 else ""
    if not message.delivered:
        acked = "not delivered yet"
    yield line((f" {size(message.size)}  {acked}{copies}", "dim"))


def document(title: str, text: str | None) -> Iterator[Line]:
    """Yield a JSON document under a title; nothing when there is none."""
    if text is None:
        return
    yield line((f" {title}", "head"))
    yield from tree.lines(tree.parsed(text), 2)
    yield []


def kind(hop: Hop) -> str:
    """Return what kind of hop it is, in words."""
    if hop.is_reply:
        return "answer"
    return {
        "http": "HTTP request",
        "call": "RPC call, waits for the reply",
        "cast": "cast, nobody waits",
        "fanout": "fanout, to each",
        "db": "database",
        "driver": "in process",
    }[hop.kind]
