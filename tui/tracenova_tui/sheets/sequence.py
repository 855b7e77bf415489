"""The sequence of messages between lifelines, a line each."""

from collections.abc import Sequence
from typing import Any

from tracenova.trace.model import Hop
from tracenova_tui.clocktext import duration, since
from tracenova_tui.ink import Canvas, Line, cut, escaped, line, wide
from tracenova_tui.marks import (
    BACK,
    FAILED,
    HEADS,
    HELD,
    LINES,
    RUNNING,
    WAITED,
    arrow,
    is_beside,
    is_notification,
    role,
)
from tracenova_tui.player import Player
from tracenova_tui.sheets.base import Sheet
from tracenova_tui.sheets.lanes import Lanes
from tracenova_tui.sheets.levels import Row, rows, shows
from tracenova_tui.sheets.remarks import Remark, remarks
from tracenova_tui.story import Story

_WIDE = 110
_WORTH_TELLING_NS = 1_000_000
_READABLE = 12
_MIRRORED = {"▶": "◀", "▷": "◁"}


class SequenceSheet(Sheet):
    """Who asks whom for what, in the order of the story.

    Attributes:
        level: services, rpc, full or spans.
        condensed: whether hops alike are told in one row.
        held: ids of spans whose message is held at the bus.
    """

    name = "Sequence"
    empty = "No hops yet. Live: o boots a server."
    help = (
        "Who asks whom for what, top to bottom. The heads stay while you scroll.",
        "z  next level: services → rpc → full → spans",
        "c  condense repeats, or tell each",
        "Enter on a condensed row tells each of its hops",
    )

    def __init__(self, story: Story, player: Player) -> None:
        super().__init__(story, player)
        self.level = "rpc"
        self.condensed = True
        self.held: frozenset[str] = frozenset()
        self._rows: list[Row | Remark] = []
        self._lines: dict[int, int] = {}
        self._lanes = Lanes({}, 0, 0)
        self._gutter = 6
        self._room = 80
        self._state: tuple[Any, ...] = ()

    # --- what is shown --------------------------------------------------------

    def arrange(self, width: int) -> None:
        """Choose the rows of the level, and lay out the lifelines."""
        self.story.level = "full" if self.level == "spans" else "story"
        self.player.shown = self.shows
        state = (self.story.revision, self.level, self.condensed, width)
        if state == self._state:
            return
        self._state = state
        self._gutter = 15 if width >= _WIDE else 6
        self._room = width
        told = list(rows(self.story.hops, self.level, condensed=self.condensed))
        hops = [hop for row in told for hop in row.hops]
        self._lanes = Lanes.of(hops, self._gutter, width)
        self._rows = list(remarks(told, self.story))
        self._lines = {
            hop.seq: at
            for at, row in enumerate(self._rows)
            if isinstance(row, Row)
            for hop in row.hops
        }

    def shows(self, hop: Hop) -> bool:
        """Say whether the level shows a hop."""
        return shows(self.level, hop)

    def summary(self) -> str:
        """Return how many hops are hidden at this level."""
        hidden = len(self.story.hops) - len(self._lines)
        return f"level {self.level}" + (f", {hidden} hidden (z)" if hidden else "")

    def width(self, width: int) -> int:
        """Return the width of all lifelines."""
        return self._lanes.width

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    # --- lines ----------------------------------------------------------------

    def head(self, width: int) -> list[Line]:
        """Return the participants' names over their lifelines."""
        canvas = Canvas(self._lanes.width)
        hop = self.player.hop
        for name, at in self._lanes.columns.items():
            shown = self._name(escaped(name))
            active = hop is not None and name in (hop.from_, hop.to)
            start = max(0, at - wide(shown) // 2)
            canvas.put(start, shown, "accent" if active else "head")
        return [canvas.line()] if self._lanes.columns else []

    def _name(self, name: str) -> str:
        """Return a participant's name, as much of it as fits over its lifeline."""
        room = self._lanes.pitch - 1
        short = name.removeprefix("nova-")
        host = name.partition("@")[2]
        ways = (name, short, f"@{host}" if host else short)
        return next((one for one in ways if wide(one) <= room), cut(ways[-1], room))

    def line(self, at: int, width: int) -> Line:
        """Return one row."""
        canvas = Canvas(self._lanes.width)
        for column in self._lanes.columns.values():
            canvas.put(column, "│", "line")
        row = self._rows[at]
        if isinstance(row, Remark):
            self._paint_remark(canvas, row)
        else:
            self._paint_gutter(canvas, row)
            self._paint_hop(canvas, row)
        return canvas.line()

    def _paint_gutter(self, canvas: Canvas, row: Row) -> None:
        hop = row.hop
        current = self.player.hop
        here = current is not None and any(h.seq == current.seq for h in row.hops)
        if here:
            canvas.put(0, "▸", "accent")
        canvas.put(1, f"{hop.seq:>4}", "accent" if here else "dim")
        if self._gutter > 6:
            canvas.put(6, f"{since(hop.start_ns - self.story.begins_ns):>8}", "dim")

    def _paint_hop(self, canvas: Canvas, row: Row) -> None:
        hop, columns = row.hop, self._lanes.columns
        begin, end = columns.get(hop.from_), columns.get(hop.to)
        if begin is None and end is None:
            canvas.put(
                self._gutter + 2, f"{hop.from_} {arrow(hop)} {hop.to}  {label(row)}"
            )
        elif begin is not None and (end is None or end == begin or is_beside(hop)):
            self._paint_beside(canvas, row, begin)
        elif begin is None:
            text = f"◀── {hop.from_}: {label(row)}"
            canvas.put((end or 0) + 1, text, role(hop))
        else:
            self._paint_arrow(canvas, row, begin, end or 0)

    def _paint_beside(self, canvas: Canvas, row: Row, at: int) -> None:
        hop = row.hop
        to = "" if hop.to in (hop.from_, "notification bus") else f"{hop.to} "
        if is_notification(hop):
            to = ""
        text = f"{escaped(to)}{self._label(row)}"
        mark = arrow(hop)[1:]
        after, before = self._lanes.width - at - 6, at - self._gutter - 5
        if wide(text) > after and before > after:
            text = cut(text, before)
            canvas.put(at - 5 - wide(text), f" {text} ", text_role(hop))
            canvas.put(
                at - 3, f"{_MIRRORED.get(mark[2], mark[2])}{mark[:2]}┤", role(hop)
            )
            return
        canvas.put(at, f"├{mark}", role(hop))
        canvas.put(at + 4, f" {cut(text, after)} ", text_role(hop))

    def _paint_arrow(self, canvas: Canvas, row: Row, begin: int, end: int) -> None:
        hop = row.hop
        left, right = min(begin, end), max(begin, end)
        stroke = BACK.get(hop.kind, "╌") if hop.is_reply else LINES[hop.kind]
        head = HEADS[hop.kind]
        back = _MIRRORED.get(head, head)
        canvas.put(left + 1, stroke * (right - left - 1), role(hop))
        canvas.put(begin, "├" if begin < end else "┤", role(hop))
        canvas.put(
            end - 1 if begin < end else end + 1,
            head if begin < end else back,
            role(hop),
        )
        self._paint_words(canvas, row, left, right)

    def _paint_words(self, canvas: Canvas, row: Row, left: int, right: int) -> None:
        """Put the words on the arrow, or beside it where there is room for all."""
        text, brief = self._label(row), self._label(row, brief=True)
        inside = right - left - 5
        after, before = self._lanes.width - right - 3, left - self._gutter - 3
        shown = next((one for one in (text, brief) if wide(one) <= inside), None)
        if shown is not None:
            at = left + 3 + (inside - wide(shown)) // 2
        elif wide(brief) <= after or (after >= before and after > inside):
            shown = f" {cut(text if wide(text) <= after else brief, after)} "
            at = right + 1
        elif wide(brief) <= before:
            shown = f" {text if wide(text) <= before else brief} "
            at = left - wide(shown)
        elif before > max(inside, after):
            shown = f" {cut(brief, before)} "
            at = left - wide(shown)
        elif inside >= _READABLE:
            shown, at = cut(brief, inside), left + 3
        else:
            shown, at = f" {cut(brief, after)} ", right + 1
        canvas.put(at, shown, text_role(row.hop))

    def _label(self, row: Row, *, brief: bool = False) -> str:
        text = label(row, brief=brief)
        if self.held and any(hop.span_id in self.held for hop in row.hops):
            text = f"{HELD} held: {text.removesuffix(RUNNING).rstrip()}"
        return text

    def _paint_remark(self, canvas: Canvas, remark: Remark) -> None:
        if not remark.at:
            canvas.put(self._gutter, "═" * self._lanes.width, "dim")
            canvas.put(self._gutter + 2, f" {escaped(remark.text)} ", "head")
            return
        column = self._lanes.columns.get(remark.at, self._gutter)
        text = escaped(remark.text)
        at = min(column + 1, self._room - wide(text) - 2)
        at = max(self._gutter, at)
        canvas.put(at, f" {cut(text, self._room - at - 2)} ", remark.role)

    # --- where lines are --------------------------------------------------------

    def span_at(self, at: int) -> str | None:
        """Return the span of the row's first hop."""
        row = self._rows[at]
        return row.span_id if isinstance(row, Remark) else row.hop.span_id

    def hops_at(self, at: int) -> Sequence[Hop]:
        """Return the hops that a row tells."""
        row = self._rows[at]
        return () if isinstance(row, Remark) else row.hops

    def line_of(self, span_id: str) -> int | None:
        """Return the row of a span, or the last row before it."""
        place = self.story.place_of(span_id)
        return None if place is None else self._nearest(place)

    def current(self) -> int | None:
        """Return the row of the cursor, or the last one before it."""
        return self._nearest(self.player.at)

    def _nearest(self, place: int) -> int | None:
        hops = self.story.hops
        for index in range(min(place, len(hops) - 1), -1, -1):
            if (found := self._lines.get(hops[index].seq)) is not None:
                return found
        return None

    def is_future(self, at: int) -> bool:
        """Say whether the row comes after the cursor."""
        row = self._rows[at]
        seq = row.after if isinstance(row, Remark) else row.hop.seq
        current = self.player.hop
        return current is not None and seq > current.seq

    def data(self) -> Any:
        """Return the hops of this level."""
        return [hop.to_dict() for hop in self.story.hops if self.shows(hop)]


def label(row: Row, *, brief: bool = False) -> str:
    """Return the words over an arrow, with what became of it; brief: without waits."""
    hop, text = row.hop, escaped(row.words)
    if hop.status == "running":
        text = f"{text} {RUNNING}"
    waited = hop.queued_ns or 0
    if waited >= _WORTH_TELLING_NS and len(row.hops) == 1 and not brief:
        text = f"{text} {WAITED} {duration(waited)}"
    if hop.status == "error":
        first = escaped(hop.error).split("\n")[0]
        text = f"{text} {FAILED} {first}"
    return text


def text_role(hop: Hop) -> str:
    """Return the role of a hop's words."""
    if hop.status == "error":
        return "error"
    return "dim" if is_beside(hop) or hop.is_reply else ""


__all__ = ["SequenceSheet", "label", "line"]
