"""Two stories aligned hop by hop: + added, − removed, ~ changed."""

from dataclasses import dataclass
from typing import Any

from tracenova.trace.difference import decision_changes, hop_changes
from tracenova.trace.model import Hop
from tracenova_tui.ink import Line, Piece, cut, escaped, line, pad, wide
from tracenova_tui.marks import arrow, words
from tracenova_tui.player import Player
from tracenova_tui.sheets import wrap
from tracenova_tui.sheets.base import Listed
from tracenova_tui.story import Story


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: a hop of each side, or of one of them; what differs."""

    before: Hop | None
    after: Hop | None
    what: str = ""

    @property
    def differs(self) -> bool:
        """Whether the sides are not the same."""
        return self.before is None or self.after is None or bool(self.what)


class CompareSheet(Listed):
    """The left story, the right story, and the sentences about their decisions."""

    name = "Compare"
    empty = "Neither trace has any hops."
    help = (
        "Left the first trace, right the second, hop by hop.",
        "+ only right   − only left   ~ both, but different",
    )

    def __init__(self, left: Story, player: Player, right: Story) -> None:
        super().__init__(left, player)
        self.right = right
        self._different: list[int] = []

    def head(self, width: int) -> list[Line]:
        """Return the names of both."""
        half = (width - 6) // 2
        return [line((f"   {pad(self.story.name, half)} │ {self.right.name}", "head"))]

    def write(self, width: int) -> None:
        """Write the decisions that differ, then all hops."""
        self._different = []
        decided = decision_changes(self.story.trace, self.right.trace)
        for sentence in decided:
            self._different.append(len(self))
            for one in wrap.words(sentence, width, "strong", " ~ "):
                self.put(one)
        if decided:
            self.put()
        for pair in pairs(self.story, self.right):
            if pair.differs:
                self._different.append(len(self))
            self.put(_line(pair, width), (pair.before or pair.after or _NONE).span_id)
        if not self._different and len(self):
            self.put(line(("   The same story and the same decisions.", "ok")))

    def next_difference(self, at: int, by: int) -> int | None:
        """Return the line of the next difference from a line, in a direction."""
        if by > 0:
            return next((one for one in self._different if one > at), None)
        return next((one for one in reversed(self._different) if one < at), None)

    def data(self) -> Any:
        """Return the pairs as plain data."""
        return [
            {
                "before": pair.before and pair.before.to_dict(),
                "after": pair.after and pair.after.to_dict(),
                "what": pair.what,
            }
            for pair in pairs(self.story, self.right)
        ]


_NONE = Hop(0, "", "", "driver", "")


def pairs(left: Story, right: Story) -> list[Pair]:
    """Return both stories as one list, aligned."""
    changes = hop_changes(left.trace, right.trace)
    removed = {c.before.seq for c in changes if c.kind == "removed" and c.before}
    added = {c.after.seq for c in changes if c.kind == "added" and c.after}
    changed = {
        c.before.seq: c.what for c in changes if c.kind == "changed" and c.before
    }
    old, new = left.trace.hops(), right.trace.hops()
    found: list[Pair] = []
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and old[i].seq in removed:
            found.append(Pair(old[i], None))
            i += 1
        elif j < len(new) and new[j].seq in added:
            found.append(Pair(None, new[j]))
            j += 1
        elif i < len(old) and j < len(new):
            found.append(Pair(old[i], new[j], changed.get(old[i].seq, "")))
            i, j = i + 1, j + 1
        else:
            break
    return found


def _line(pair: Pair, width: int) -> Line:
    half = (width - 6) // 2
    if pair.after is None:
        mark, role = "−", "warn"
    elif pair.before is None:
        mark, role = "+", "ok"
    else:
        mark, role = ("~", "accent") if pair.what else (" ", "")
    pieces = [
        Piece(f" {mark} ", role or "dim"),
        Piece(pad(_words(pair.before), half), role or "dim"),
        Piece(" │ ", "line"),
        Piece(pad(_words(pair.after), half), role or "dim"),
    ]
    if pair.what:
        said = cut(f" {escaped(pair.what)}", half // 2)
        room = half - wide(said)
        pieces[-1] = Piece(pad(_words(pair.after), room), role or "dim")
        pieces.append(Piece(said, "accent"))
    return pieces


def _words(hop: Hop | None) -> str:
    if hop is None:
        return ""
    failed = f"  ✗ {hop.error}" if hop.status == "error" else ""
    from_, to = (name.removeprefix("nova-") for name in (hop.from_, hop.to))
    return escaped(f"{hop.seq:>3} {from_} {arrow(hop)} {to}  {words(hop)}{failed}")
