"""The drawing of each message, spelled once for all messages that look alike.

A long trace repeats a few arrows: it is laid out and written as fast as it has rows.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence

from tracenova_diagrams.metrics import width
from tracenova_diagrams.scene import Anchor, Block, Rect, Shape, Text
from tracenova_diagrams.sequence.arrows import arrow, loop
from tracenova_diagrams.sequence.model import Item, Message, Note
from tracenova_diagrams.sequence.rows import (
    LINE,
    LOOP_WORDS,
    SLANTED_FROM_NS,
    SMALL,
    Form,
    Look,
    Row,
    formed,
)

_BESIDE = 11.0  # from a lifeline to the words of an arrow
_HALF = 5.5  # of a bar and its edge
_CLEAR = 9.0  # from the middle of a bar to words that pass it by


class Blocks:
    """Knows the form and the shapes of every message of a picture."""

    def __init__(self, columns: Mapping[str, float], groups: Collection[str]) -> None:
        self._columns = columns
        self._groups = groups
        self._looks: dict[Hashable, Look] = {}

    def row(self, item: Item, top: float) -> Row:
        """Return the row of an item whose upper edge is at ``top``."""
        if isinstance(item, Note):
            look = Look(formed(item, self._columns), {})
        else:
            key = self._key(item)
            known = self._looks.get(key)
            if known is None:
                known = self._looks[key] = Look(formed(item, self._columns), {})
            look = known
        return Row(item, top, look.form, look)

    def block(self, look: Look, message: Message, bars: tuple[float, ...]) -> Block:
        """Return the shapes of a message; ``bars``: what its words must not cover."""
        known = look.blocks.get(bars)
        if known is None:
            drawn = tuple(self._drawn(look.form, message, bars))
            known = look.blocks[bars] = Block(drawn)
        return known

    def shapes(self) -> Iterator[Shape]:
        """Yield every shape, those that occur many times once."""
        for look in self._looks.values():
            for block in look.blocks.values():
                yield from block.shapes

    def _key(self, message: Message) -> Hashable:
        """Return all that the drawing of a message depends on."""
        return (
            message.source,
            message.target,
            message.kind,
            message.label,
            message.tag,
            message.is_reply,
            message.returns,
            message.failed,
            message.queued_ns if message.queued_ns >= SLANTED_FROM_NS else 0,
            message.group in self._groups,
        )

    def _drawn(
        self, form: Form, message: Message, bars: Sequence[float]
    ) -> Iterator[Shape]:
        x1, x2 = self._columns[message.source], self._columns[message.target]
        mask = "maskband" if message.group in self._groups else "mask"
        if x1 == x2:
            yield from loop(form, message, x1)
            yield from _words(form, message, x1 + LOOP_WORDS, "start", mask)
        else:
            yield from self._over(form, message, (x1, x2), bars, mask)
            yield from arrow(form, message, x1, x2, mask)

    def _over(
        self,
        form: Form,
        message: Message,
        ends: tuple[float, float],
        bars: Sequence[float],
        mask: str,
    ) -> Iterator[Shape]:
        """Yield the words above an arrow, where it leaves or where there is room."""
        wide = words_width(form, bold=bool(message.failed))
        left = free_place(wide, ends, bars)
        if any(left - 2 < x < left + wide + 2 for x in self._columns.values()):
            high = LINE * len(form.labels) + SMALL * len(form.tags)
            right = left + wide
            is_free = not any(left < x + _HALF and x - _HALF < right for x in bars)
            for start, end in _between(left - 2, right + 2, bars if is_free else ()):
                yield Rect(start, form.start - 4 - high, end - start, high, mask)
        if ends[0] < ends[1]:
            yield from _words(form, message, left, "start", mask)
        else:
            yield from _words(form, message, left + wide, "end", mask)


def words_width(form: Form, *, bold: bool = False) -> float:
    """Return how wide the words above an arrow are."""
    labels = [width(line, 12, bold=bold) for line in form.labels]
    return max([*labels, *(width(line, 10) for line in form.tags)])


def free_place(wide: float, ends: tuple[float, float], bars: Sequence[float]) -> float:
    """Return the left edge of words that lie on no bar, near where the arrow leaves."""
    x1, x2 = ends
    ahead = 1 if x2 > x1 else -1
    first = x1 + _BESIDE if ahead > 0 else x1 - _BESIDE - wide
    left = first
    for x in sorted(bars, reverse=ahead < 0):
        if left - _CLEAR < x < left + wide + _CLEAR:
            left = x + _CLEAR if ahead > 0 else x - _CLEAR - wide
    fits = left + wide <= x2 - _BESIDE if ahead > 0 else left >= x2 + _BESIDE
    return left if fits else first


def _between(
    left: float, right: float, bars: Sequence[float]
) -> Iterator[tuple[float, float]]:
    """Yield the parts of a stretch that no bar stands on."""
    for x in sorted(bars):
        if left < x + _HALF and x - _HALF < right:
            if left < x - _HALF:
                yield left, x - _HALF
            left = x + _HALF
    if left < right:
        yield left, right


def _words(
    form: Form, message: Message, x: float, anchor: Anchor, mask: str
) -> Iterator[Shape]:
    look = "tf" if message.failed else "t"
    y = 12.0
    for line in form.labels:
        yield Text(x, y, line, look, anchor)
        y += LINE
    for line in form.tags:
        yield Text(x, y - 2, line, "ts", anchor)
        y += SMALL
    lower = max(form.back + LINE, form.end + LINE, y)
    for line in form.errors:
        wide = width(line, 11)
        left = x if anchor == "start" else x - wide
        yield Rect(left - 2, lower - 11, wide + 4, LINE, mask)
        yield Text(x, lower, line, "tfs", anchor)
        lower += LINE
