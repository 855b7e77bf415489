"""A sequence as dot nodes and edges with pinned places, for ``neato -n2``.

dot cannot lay out lifelines; it paints them where we put them, and whoever opens the
file can move, recolour and rename every part.
"""

from collections.abc import Iterator

from tracenova_diagrams.escape import dot as quoted
from tracenova_diagrams.metrics import width
from tracenova_diagrams.options import Level
from tracenova_diagrams.sequence.bars import Busy
from tracenova_diagrams.sequence.blocks import free_place, words_width
from tracenova_diagrams.sequence.columns import head_width, numbers
from tracenova_diagrams.sequence.draw import TITLE_HEIGHT, Drawing
from tracenova_diagrams.sequence.heads import HEAD_HEIGHT
from tracenova_diagrams.sequence.model import Message, Note, Story
from tracenova_diagrams.sequence.rows import LINE, SMALL, Row

_POINTS = 0.75
_FONT = "Liberation Sans"
_LOOKS = {
    "http": "",
    "call": "penwidth=2.2",
    "cast": "arrowhead=vee",
    "fanout": 'arrowhead=vee color="black:white:black"',
    "notify": "arrowhead=vee style=dotted",
    "db": "arrowhead=box",
    "driver": "arrowhead=obox",
}
_NOTES = {"plain": "#fff8dc", "good": "#e9f6ec", "fail": "#fdecea", "ref": "#ffffff"}
_ON_WHITE = "shape=box style=filled color=white fillcolor=white"
_FAILED = ' color="#a8201a"'
_FORMS = {"client": "box", "database": "cylinder", "bus": "cds"}


def render(story: Story, level: Level) -> str:
    """Return the dot file."""
    return "".join(_Pinned(Drawing(story, level), story).lines())


class _Pinned:
    def __init__(self, drawing: Drawing, story: Story) -> None:
        self._drawing = drawing
        self._story = story
        self._busy = Busy(drawing.columns, drawing.bars)
        self._high = drawing.scene.height
        self._points = 0

    def lines(self) -> Iterator[str]:
        yield (
            "digraph {\n  // neato -n2 -Tsvg\n"
            f'  graph [outputorder=edgesfirst pad=0.1 fontname="{_FONT}"]\n'
            f'  node [fixedsize=shape margin=0 fontname="{_FONT}" fontsize=9 label=""]\n'
            "  edge [arrowsize=0.6]\n"
        )
        title = self._story.title
        yield self._words("title", (title,), (self._drawing.left - 10, 8), 16)
        yield from self._bands()
        yield from self._lifelines()
        for number, row in enumerate(self._drawing.rows):
            if isinstance(row.item, Note):
                yield self._note(number, row, row.item)
            else:
                yield from self._message(number, row, row.item)
        yield "}\n"

    def _box(self, name: str, place: tuple[float, float, float, float]) -> str:
        """Return the beginning of a node: left, top, width and height in pixels."""
        left, top, wide, high = place
        x = (left + wide / 2) * _POINTS
        y = (self._high - top - high / 2) * _POINTS
        size = f"width={wide / 96:.3f} height={high / 96:.3f}"
        return f'  {name} [pos="{x:.1f},{y:.1f}" {size}'

    def _bands(self) -> Iterator[str]:
        right = self._drawing.scene.width - 10
        for number, (group, top, bottom) in enumerate(self._drawing.bands):
            left = self._drawing.left - 10
            box = self._box(f"g{number}", (left, top, right - left, bottom - top))
            yield f'{box} shape=box color="#8c959f"]\n'
            said = (self._story.groups[group],)
            yield self._words(f"t{number}", said, (left + 8, top + 2), 11)

    def _lifelines(self) -> Iterator[str]:
        top = TITLE_HEIGHT
        for number, who in enumerate(self._story.participants):
            x, wide = self._drawing.columns[who.name], head_width(who)
            label = quoted(who.label)[:-1] + (
                f"\\n{quoted(who.host)[1:]}" if who.host else '"'
            )
            shape = _FORMS.get(who.form, "box")
            box = self._box(f"h{number}", (x - wide / 2, top, wide, HEAD_HEIGHT))
            yield f"{box} label={label} shape={shape}]\n"
            foot = self._point(x, self._drawing.bottom)
            yield foot[1]
            line = "arrowhead=none style=dashed color=gray60"
            yield f"  h{number} -> {foot[0]} [{line}]\n"
            for at, (start, end) in enumerate(self._drawing.bars.get(who.name, ())):
                box = self._box(f"a{number}x{at}", (x - 5, start, 10, end - start))
                yield f'{box} shape=box style=filled fillcolor="#cfe2f3"]\n'

    def _point(self, x: float, y: float) -> tuple[str, str]:
        self._points += 1
        name = f"p{self._points}"
        box = self._box(name, (x, y, 0.5, 0.5))
        return name, f"{box} shape=point style=invis]\n"

    def _line(
        self, start: tuple[float, float], end: tuple[float, float], look: str
    ) -> str:
        one, other = self._point(*start), self._point(*end)
        return f"{one[1]}{other[1]}  {one[0]} -> {other[0]} [{look}]\n"

    def _words(
        self,
        name: str,
        lines: tuple[str, ...],
        place: tuple[float, float],
        size: float = 12,
        align: str = "l",
    ) -> str:
        """Return lines of text; the place is their left or right upper corner."""
        wide = max(width(line, size, bold=size > 12) for line in lines)
        left = place[0] if align == "l" else place[0] - wide
        box = self._box(name, (left, place[1], wide, (size + 2) * len(lines)))
        return f"{box} shape=none fontsize={size * _POINTS:g} {_label(lines, align)}]\n"

    def _note(self, number: int, row: Row, note: Note) -> str:
        left = self._drawing.note_left(row, note)
        box = self._box(f"n{number}", (left, row.top, row.form.width, row.form.end))
        look = f'shape=note margin=0.08 style=filled fillcolor="{_NOTES[note.tone]}"'
        return f"{box} {look} fontsize=8 {_label(row.form.labels, 'l')}]\n"

    def _message(self, number: int, row: Row, message: Message) -> Iterator[str]:
        x1, x2 = (
            self._drawing.columns[who] for who in (message.source, message.target)
        )
        place = (self._drawing.left - 18, row.start - 6)
        yield self._words(f"s{number}", (numbers(message),), place, 10, "r")
        look = "style=dashed arrowhead=vee"
        look = look if message.is_reply else _LOOKS[message.kind]
        if message.failed and message.returns is None:
            look += _FAILED
        if x1 == x2:
            yield from self._loop(row, x1, look)
        else:
            yield from self._arrow(number, row, message, (x1, x2), look)
        yield from self._said(number, row, message, (x1, x2))

    def _arrow(
        self,
        number: int,
        row: Row,
        message: Message,
        ends: tuple[float, float],
        look: str,
    ) -> Iterator[str]:
        ahead = 1 if ends[1] > ends[0] else -1
        tail, tip = ends[0] + 5 * ahead, ends[1] - 5 * ahead
        yield self._line((tail, row.start), (tip, row.end), look)
        if row.back:
            back = "style=dashed arrowhead=vee" + _FAILED * bool(message.failed)
            yield self._line((tip, row.back), (tail, row.back), back)
            if message.returns:
                align = "r" if ahead > 0 else "l"
                place = (tip - 12 * ahead, row.back - 6)
                said = self._words(f"r{number}", (message.returns,), place, 9, align)
                yield said.replace("shape=none", _ON_WHITE)

    def _said(
        self, number: int, row: Row, message: Message, ends: tuple[float, float]
    ) -> Iterator[str]:
        """Yield the words of an arrow, those above it and the error below."""
        form, align, x = row.form, "l", ends[0] + 42
        high = LINE * len(form.labels) + SMALL * len(form.tags)
        top = row.top + 1
        if ends[0] != ends[1]:
            names = (message.source, message.target)
            bars = self._busy.between(row.top, row.end, *names)
            x, top = free_place(words_width(form), ends, bars), row.start - 4 - high
            if ends[1] < ends[0]:
                x, align = x + words_width(form), "r"
        yield self._words(f"m{number}", form.labels, (x, top), 12, align)
        if form.tags:
            lower = (x, top + LINE * len(form.labels))
            yield self._words(f"k{number}", form.tags, lower, 10, align)
        if form.errors:
            lower = (x, max(row.back, row.end) + 4)
            yield self._words(f"e{number}", form.errors, lower, 11, align)

    def _loop(self, row: Row, x: float, look: str) -> Iterator[str]:
        plain = "arrowhead=none"
        yield self._line((x + 5, row.start), (x + 34, row.start), plain)
        yield self._line((x + 34, row.start), (x + 34, row.end), plain)
        yield self._line((x + 34, row.end), (x + 6, row.end), look)


def _label(lines: tuple[str, ...], align: str) -> str:
    said = "".join(f"{quoted(line)[1:-1]}\\{align}" for line in lines)
    return f'label="{said}"'
