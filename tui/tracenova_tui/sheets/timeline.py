"""Every span of the story as a bar: the waterfall."""

from dataclasses import asdict
from typing import Any

from tracenova.trace import names, timing
from tracenova.trace.decisions import Bar
from tracenova_tui.clocktext import duration
from tracenova_tui.ink import Canvas, Line, cut, escaped, pad
from tracenova_tui.player import Player
from tracenova_tui.sheets.base import Sheet
from tracenova_tui.story import Story

_WIDE = 100


class TimelineSheet(Sheet):
    """Spans by who caused whom, on one time axis."""

    name = "Timeline"
    empty = "No spans in this trace."
    help = (
        "Every span as a bar, below what caused it.",
        "━ own time on the chain that the end waited for (the critical path)",
        "─ other spans   ░ waited in a queue   ◌ still running   ✗ failed",
    )

    def __init__(self, story: Story, player: Player) -> None:
        super().__init__(story, player)
        self._total = 1

    def arrange(self, width: int) -> None:
        """Find out how long the story is."""
        self._total = max(1, self.story.ends_ns - self.story.begins_ns)

    def __len__(self) -> int:
        """How many spans there are."""
        return len(self.story.spans)

    def head(self, width: int) -> list[Line]:
        """Return the time axis."""
        names_, bars = _columns(width)
        canvas = Canvas(width)
        canvas.put(1, "span", "head")
        canvas.put(names_, "0", "dim")
        for quarter in (1, 2, 3, 4):
            text = duration(self._total * quarter // 4)
            canvas.put(names_ + bars * quarter // 4 - len(text), text, "dim")
        canvas.put(width - 8, "    took", "head")
        return [canvas.line()]

    def line(self, at: int, width: int) -> Line:
        """Return one span: its name, its bar, its duration."""
        bar = self.story.bar(at)
        names_, room = _columns(width)
        critical = bar.span_id in self.story.critical
        canvas = Canvas(width)
        failed = timing.has_failed(self.story.trace.tree, self.story.spans[at])
        role = "error" if failed else "strong" if critical else ""
        indent = min(bar.depth, 12 if width >= _WIDE else 5)
        service = escaped(bar.service or "?").removeprefix("nova-")
        name = escaped(bar.name)
        canvas.put(1 + indent, cut(name, names_ - indent - 3), role)
        rest = names_ - indent - 5 - len(name)
        if len(service) <= rest:
            canvas.put(2 + indent + len(name), service, "dim")
        colour = "error" if failed else "bar" if critical else "dim"
        self._paint_bar(canvas, bar, names_, room, ("━" if critical else "─", colour))
        took = "◌" if bar.duration_ns is None else duration(bar.duration_ns)
        canvas.put(width - 9, "✗" if failed else " ", "error")
        canvas.put(width - 8, pad(took, 8, right=True), role or "dim")
        return canvas.line()

    def _paint_bar(
        self, canvas: Canvas, bar: Bar, left: int, room: int, ink: tuple[str, str]
    ) -> None:
        begin = self._column(bar.offset_ns, room)
        ends_ns = (
            self._total if bar.duration_ns is None else bar.offset_ns + bar.duration_ns
        )
        end = max(begin, self._column(ends_ns, room))
        if bar.kind == "consumer":
            span = self.story.span(bar.span_id)
            waited = span.number(names.RPC_QUEUED_NS) if span else None
            if waited:
                first = self._column(bar.offset_ns - waited, room)
                canvas.put(left + max(0, first), "░" * (begin - max(0, first)), "warn")
        stroke, role = ink
        canvas.put(left + begin, stroke * (end - begin) or "╷", role)
        if bar.duration_ns is None:
            canvas.put(left + end - 1, "◌", "accent")
        now = self._column(self.player.now_ns - self.story.begins_ns, room)
        if not begin <= now <= end:
            canvas.put(left + now, "┊", "faint")

    def _column(self, offset_ns: int, room: int) -> int:
        return max(0, min(room - 1, offset_ns * room // self._total))

    def span_at(self, at: int) -> str | None:
        """Return the span of the line."""
        return self.story.spans[at].span_id

    def line_of(self, span_id: str) -> int | None:
        """Return the line of the span, or of what caused it."""
        places = self.story.places
        return next(
            (places[s] for s in self.story.lineage(span_id) if s in places), None
        )

    def is_future(self, at: int) -> bool:
        """Say whether the span begins after the cursor."""
        return self.story.spans[at].start_ns > self.player.now_ns

    def data(self) -> Any:
        """Return the bars as plain data."""
        tree = self.story.trace.tree
        return [asdict(bar) for bar in timing.bars(tree, self.story.spans)]


def _columns(width: int) -> tuple[int, int]:
    """Return how wide names are, and how much is left for bars."""
    names_ = max(24, min(52, width * 2 // 5))
    return names_, max(8, width - names_ - 11)
