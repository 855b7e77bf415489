"""The project's own layout of a sequence: one walk down the story, linear in its hops."""

from collections.abc import Iterable, Iterator, Sequence

from tracenova_diagrams.metrics import width, wrapped
from tracenova_diagrams.options import Level
from tracenova_diagrams.scene import (
    Bars,
    Begin,
    End,
    Line,
    Rect,
    Scene,
    Shape,
    Text,
)
from tracenova_diagrams.sequence.bars import Busy, activations
from tracenova_diagrams.sequence.blocks import Blocks
from tracenova_diagrams.sequence.columns import columns, gutter, head_width, numbers
from tracenova_diagrams.sequence.heads import HEAD_HEIGHT, head
from tracenova_diagrams.sequence.model import Item, Message, Note, Story
from tracenova_diagrams.sequence.rows import (
    NOTE_LINE,
    NOTE_ROOM,
    Row,
    merged_notes,
)

TITLE_HEIGHT = 36.0
_TAB = 18.0
_BARS_AT_ONCE = 100  # as one shape; a viewer paints only the shapes in sight
_END = End()
_NOTE_LOOKS = {"plain": "note", "good": "noteg", "fail": "notef", "ref": "ref"}


def draw(story: Story, level: Level) -> Scene:
    """Return the whole story as one picture."""
    return Drawing(story, level).scene


def pages(story: Story, level: Level, most: float) -> list[Scene]:
    """Return the story in pictures of at most that height.

    Every page keeps the heads; the title says which part it is.
    """
    whole = Drawing(story, level)
    if whole.scene.height <= most:
        return [whole.scene]
    parts = list(whole.cut(most))
    return [
        Drawing(story, level, part, f" (part {at} of {len(parts)})").scene
        for at, part in enumerate(parts, 1)
    ]


class Drawing:
    """A story on paper.

    Attributes:
        left: x where the lifelines begin, right of the numbers.
        columns: x of each lifeline.
        rows: every item with its place.
        bands: key, top and bottom of each group.
        bars: when each participant is at work.
        bottom: y where the lifelines end.
    """

    def __init__(
        self,
        story: Story,
        level: Level,
        items: Sequence[Item] | None = None,
        part: str = "",
    ) -> None:
        self._story = story
        self.left = gutter(story.items)
        self.columns = columns(story.participants, story.items, level, self.left)
        self._items = list(merged_notes(story.items if items is None else items))
        self.bands: list[tuple[str, float, float]] = []
        titled = {key for key, title in story.groups.items() if title}
        self._blocks = Blocks(self.columns, titled)
        self.scene = Scene(story.title + part, story.about)
        self.rows = self._placed()
        self.bars = activations(self.rows)
        self._busy = Busy(self.columns, self.bars)
        self._paint()

    def cut(self, most: float) -> Iterator[list[Item]]:
        """Yield the items in parts that fit the height."""
        room = most - TITLE_HEIGHT - HEAD_HEIGHT - 90
        part: list[Item] = []
        since = self.rows[0].top if self.rows else 0.0
        for row in self.rows:
            if part and row.top + row.form.height - since > room:
                yield part
                part, since = [], row.top
            part.append(row.item)
        if part:
            yield part

    def _placed(self) -> list[Row]:
        rows = []
        y = TITLE_HEIGHT + HEAD_HEIGHT + 14
        group, opened = "", 0.0
        for item in self._items:
            if item.group != group:
                if self._story.groups.get(group):
                    self.bands.append((group, opened, y + 2))
                    y += 8
                group, opened = item.group, y
                if self._story.groups.get(group):
                    y += _TAB
            row = self._blocks.row(item, y)
            rows.append(row)
            y += row.form.height
        if self._story.groups.get(group):
            self.bands.append((group, opened, y + 2))
            y += 8
        self.bottom = y + 10
        return rows

    def _paint(self) -> None:
        scene = self.scene
        shown = self._marks()
        ends = [self.left + 200.0, *(x + 44 for x in self.columns.values())]
        ends += [
            self.columns[who.name] + head_width(who) / 2
            for who in self._story.participants
        ]
        ends.append(_right(shown))
        ends.append(_right(self._blocks.shapes()))
        ends.append(self.left + width(scene.title, 16, bold=True))
        scene.width = round(max(ends) + 16)
        scene.head_height = TITLE_HEIGHT + HEAD_HEIGHT
        scene.add(Rect(0, 0, scene.width, 0, "paper"))
        for _, top, bottom in self.bands:
            scene.add(
                Rect(
                    self.left - 10,
                    top,
                    scene.width - self.left,
                    bottom - top,
                    "band",
                    6,
                )
            )
        self._lifelines()
        for group, top, _ in self.bands:
            self._tab(group, top)
        scene.extend(shown)
        bottom = self._foot()
        scene.height = round(bottom)
        scene.shapes[0] = Rect(0, 0, scene.width, scene.height, "paper")
        scene.add(Begin("heads", "", "participants"))
        scene.add(Text(self.left - 10, 23, scene.title, "th"))
        for who in self._story.participants:
            scene.extend(head(who, self.columns[who.name], TITLE_HEIGHT))
        scene.add(End())

    def _tab(self, group: str, top: float) -> None:
        text = self._story.groups[group]
        wide = width(text, 11, bold=True) + 20
        self.scene.add(
            Rect(self.left - 10, top, wide, 19, "tab", 6),
            Text(self.left, top + 13.5, text, "tg"),
        )

    def _lifelines(self) -> None:
        top = TITLE_HEIGHT + HEAD_HEIGHT
        for x in self.columns.values():
            self.scene.add(Line(((x, top), (x, self.bottom)), "life"))
        for who, spans in self.bars.items():
            x = self.columns[who]
            for at in range(0, len(spans), _BARS_AT_ONCE):
                some = tuple(spans[at : at + _BARS_AT_ONCE])
                self.scene.add(Bars(x - 5, 10, some, "bar"))

    def _foot(self) -> float:
        y = self.bottom
        if not self._story.omitted:
            return y + 12
        text = f"Not drawn at this level: {', '.join(self._story.omitted)}."
        self.scene.add(Text(self.left - 10, y + 14, text, "ts"))
        self.scene.width = max(
            self.scene.width, round(self.left + width(text, 10) + 20)
        )
        return y + 28

    def _marks(self) -> list[Shape]:
        shapes: list[Shape] = []
        for row in self.rows:
            if isinstance(row.item, Note):
                shapes.extend(self._note(row, row.item))
            else:
                shapes.extend(self._message(row, row.item))
        return shapes

    def _message(self, row: Row, message: Message) -> tuple[Shape, ...]:
        seqs = numbers(message)
        says = f"{seqs}: {message.source} to {message.target}: {message.label}"
        bars = self._busy.between(row.top, row.end, message.source, message.target)
        return (
            Begin("message", f"{message.seq}-{message.last_seq}", says, row.top),
            Text(self.left - 18, row.form.start + 3.5, seqs, "tn", "end"),
            self._blocks.block(row.look, message, bars),
            _END,
        )

    def note_left(self, row: Row, note: Note) -> float:
        """Return the left edge of a note: right of its lifeline, if there is room."""
        x, wide = self.columns[note.at], row.form.width
        right = max(self.columns.values()) + 120
        left = x + 12 if x + 12 + wide <= right else x - 12 - wide
        return left if left >= self.left else x + 12

    def _note(self, row: Row, note: Note) -> Iterator[Shape]:
        left, wide = self.note_left(row, note), row.form.width
        yield Begin("note" if not note.key else "filters", note.key, note.lines[0])
        yield Rect(left, row.top, wide, row.form.end, _NOTE_LOOKS[note.tone], 3)
        y = row.top + NOTE_LINE + 1
        for line in note.lines:
            look = "tfs" if line.startswith("✗") else "tv"
            for part in wrapped(line, NOTE_ROOM, 11):
                yield Text(left + 9, y, part, look)
                y += NOTE_LINE
        yield End()


def _right(shapes: Iterable[Shape]) -> float:
    """Return how far to the right the shapes reach."""
    right = 0.0
    for shape in shapes:
        if isinstance(shape, Rect):
            right = max(right, shape.x + shape.width)
        elif isinstance(shape, Text) and shape.anchor == "start":
            right = max(right, shape.x + width(shape.text, 12))
    return right
