"""How high each row is, and where on it the arrow runs."""

from collections.abc import Iterable, Iterator, Mapping
from math import log2
from typing import NamedTuple

from tracenova_diagrams.metrics import width, wrapped
from tracenova_diagrams.scene import Block
from tracenova_diagrams.sequence.model import Item, Note

LINE = 14.0
SMALL = 12.0
NOTE_LINE = 14.0
NOTE_ROOM = 330.0
LOOP_WORDS = 42.0  # from a lifeline to the words of an arrow to itself
SLANTED_FROM_NS = 1_000_000


class Form(NamedTuple):
    """How an item is laid out, counted from the upper edge of its row.

    Attributes:
        start: y where the arrow leaves.
        end: y where it arrives; lower than ``start`` when the message waited.
        back: y of the answer on the same row; 0 when there is none.
        labels: the label in lines; so the tag and the error.
        height: of the whole row.
        width: of a note.
    """

    start: float
    end: float
    back: float
    labels: tuple[str, ...]
    tags: tuple[str, ...]
    errors: tuple[str, ...]
    height: float
    width: float = 0.0


class Look(NamedTuple):
    """What many messages share: a form, and drawings by the bars that are crossed."""

    form: Form
    blocks: dict[tuple[float, ...], Block]


class Row(NamedTuple):
    """One item with its place on the paper; ``top`` is y of the upper edge."""

    item: Item
    top: float
    form: Form
    look: Look

    @property
    def start(self) -> float:
        """Y where the arrow leaves."""
        return self.top + self.form.start

    @property
    def end(self) -> float:
        """Y where it arrives."""
        return self.top + self.form.end

    @property
    def back(self) -> float:
        """Y of the answer on the same row; 0 when there is none."""
        return self.top + self.form.back if self.form.back else 0.0


def merged_notes(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items, neighbouring notes of one participant's states as one."""
    held: Note | None = None
    for item in items:
        if isinstance(item, Note) and item.kind == "state":
            if held and (held.at, held.group) == (item.at, item.group):
                tone = held.tone if held.tone != "plain" else item.tone
                held = held._replace(lines=held.lines + item.lines, tone=tone)
                continue
            if held:
                yield held
            held = item
            continue
        if held:
            yield held
            held = None
        yield item
    if held:
        yield held


def formed(item: Item, columns: Mapping[str, float]) -> Form:
    """Return how an item is laid out between the lifelines."""
    if isinstance(item, Note):
        return _note(item)
    inside = item.source == item.target
    x, target = columns[item.source], columns[item.target]
    room = _beside(x, columns.values()) if inside else abs(x - target) - 26
    size = 13.2 if item.failed else 12.0  # it is set in bold
    labels = wrapped(item.label, max(60.0, room - 16 * bool(item.failed)), size)
    said = item.tag
    if item.queued_ns >= SLANTED_FROM_NS:
        waited = f"waited\u00a0{waiting(item.queued_ns)}".replace(" ", "\u00a0")
        said += f"{' · ' if said else ''}{waited}"
    tags = wrapped(said, max(60.0, room), 10) if said else ()
    is_new = item.failed and item.failed != item.label
    errors = wrapped(f"✗ {item.failed}", max(140.0, room), 11) if is_new else ()
    start = 4 + LINE * len(labels) + SMALL * len(tags)
    if inside:
        height = max(30.0, 12 + LINE * len(labels) + SMALL * len(tags))
        height += LINE * len(errors) + 6
        return Form(12, 25, 0, labels, tags, errors, height)
    end = start + _slope(item.queued_ns)
    back = end + 12 if item.returns is not None else 0.0
    height = max(end, back) + 6 + LINE * len(errors)
    return Form(start, end, back, labels, tags, errors, height)


def _beside(x: float, lifelines: Iterable[float]) -> float:
    """Return the room for words right of a lifeline's arrow to itself."""
    right = min((other for other in lifelines if other > x), default=x + 300)
    return max(100.0, min(250.0, right - x - LOOP_WORDS - 8))


def _note(note: Note) -> Form:
    lines = tuple(part for line in note.lines for part in wrapped(line, NOTE_ROOM, 11))
    wide = max(width(line, 11) for line in lines) + 18
    height = NOTE_LINE * len(lines) + 10
    return Form(0, height, 0, lines, (), (), height + 4, wide)


def _slope(queued_ns: int) -> float:
    if queued_ns < SLANTED_FROM_NS:
        return 0.0
    return min(30.0, round(8 + 3 * log2(queued_ns / SLANTED_FROM_NS + 1)))


def waiting(queued_ns: int) -> str:
    """Return a waiting time as people read it."""
    ms = queued_ns / 1e6
    if ms >= 1000:
        return f"{ms / 1000:.1f} s"
    return f"{ms:.0f} ms" if ms >= 10 else f"{ms:.1f} ms"
