"""Sheets of tables as a picture."""

from collections.abc import Iterator, Sequence

from tracenova_diagrams.metrics import width, wrapped
from tracenova_diagrams.scene import Anchor, Begin, End, Line, Rect, Scene, Shape, Text
from tracenova_diagrams.table.model import Bar, Cell, Column, Sheet, Table, Words

_ROW = 20.0
_LINE = 14.0
_GAP = 18.0
_LEFT = 20.0
_BAR = 280.0
_WORDS_ROOM = 420.0
_LOOKS = {"plain": "t", "quiet": "ts", "good": "to", "fail": "tf", "strong": "ta"}


def draw(sheet: Sheet) -> Scene:
    """Return the whole sheet as one picture."""
    return _drawn(sheet, sheet.tables, sheet.title)


def pages(sheet: Sheet, most: float) -> list[Scene]:
    """Return the sheet in pictures of at most that height."""
    whole = draw(sheet)
    if whole.height <= most:
        return [whole]
    room = max(5, int((most - 160) / _ROW))
    parts = [part for table in sheet.tables for part in _cut(table, room)]
    return [
        _drawn(sheet, (part,), f"{sheet.title} (part {at} of {len(parts)})")
        for at, part in enumerate(parts, 1)
    ]


def _cut(table: Table, room: int) -> Iterator[Table]:
    for at in range(0, max(1, len(table.rows)), room):
        notes = table.notes if at + room >= len(table.rows) else ()
        rows = table.rows[at : at + room]
        yield Table(table.title, table.columns, rows, notes, table.key)


def _drawn(sheet: Sheet, tables: tuple[Table, ...], title: str) -> Scene:
    scene = Scene(title, sheet.about)
    heads: list[Shape] = [Text(_LEFT, 26, title, "th")]
    shapes: list[Shape] = []
    y, right = 44.0, _LEFT + width(title, 16, bold=True)
    for table in tables:
        drawing = _Drawing(table, y)
        if len(tables) == 1 and not table.title:  # they stay while the rows move
            heads += drawing.heads
            scene.head_height = y + _ROW
        else:
            shapes += drawing.heads
        shapes += [Begin("table", table.key, table.title), *drawing.shapes, End()]
        y, right = drawing.bottom + 16, max(right, drawing.right)
    if not tables:
        shapes.append(Text(_LEFT, 60, sheet.about, "t"))
        y, right = 80, max(right, _LEFT + width(sheet.about))
    scene.width, scene.height = round(right + _LEFT), round(y)
    scene.add(Rect(0, 0, scene.width, scene.height, "paper"))
    scene.add(Begin("heads", "", "title"), *heads, End())
    scene.extend(shapes)
    return scene


class _Drawing:
    """One table on its way down the sheet."""

    def __init__(self, table: Table, top: float) -> None:
        self._table = table
        self._widths = [self._width(at) for at in range(len(table.columns))]
        self.heads: list[Shape] = []
        self.shapes: list[Shape] = []
        self.right = _LEFT + sum(self._widths) + _GAP * len(self._widths)
        self.bottom = self._paint(top)

    def _width(self, at: int) -> float:
        column = self._table.columns[at]
        if column.kind == "bar":
            return max(_BAR, width(column.head, 11, bold=True))
        cells = [row[at] for row in self._table.rows]
        words = [width(c.text, 12, bold=True) for c in cells if isinstance(c, Words)]
        head = width(column.head, 11, bold=True)
        return max(min(max(words, default=0.0), _WORDS_ROOM), head)

    def _paint(self, top: float) -> float:
        y = top
        if self._table.title:
            title = self._table.title
            self.heads.append(Text(_LEFT, y + 14, title, "tb"))
            self.right = max(self.right, _LEFT + width(title, 12, bold=True))
            y += 24
        if not self._table.columns:
            return y
        words = [Words(column.head) for column in self._table.columns]
        self.heads.extend(self._row(words, y, head=True))
        y += _ROW
        self.heads.append(Line(((_LEFT, y), (self.right - _GAP, y)), "edge"))
        for number, row in enumerate(self._table.rows):
            high = self._height(row)
            if number % 2:
                wide = self.right - _GAP - _LEFT + 8
                self.shapes.append(Rect(_LEFT - 4, y, wide, high, "row"))
            self.shapes.extend(self._row(row, y))
            y += high
        for note in self._table.notes:
            for line in wrapped(note, max(680.0, self.right - 2 * _LEFT), 11):
                y += 16
                self.shapes.append(Text(_LEFT, y, line, "tv"))
                self.right = max(self.right, _LEFT + width(line, 11) + _GAP)
        return y + 6

    def _height(self, row: tuple[Cell, ...]) -> float:
        lines = [
            len(wrapped(cell.text, self._widths[at] + 1, 12))
            for at, cell in enumerate(row)
            if isinstance(cell, Words)
        ]
        return _ROW + _LINE * (max(lines, default=1) - 1)

    def _row(
        self, row: Sequence[Cell], y: float, *, head: bool = False
    ) -> Iterator[Shape]:
        x = _LEFT
        for at, cell in enumerate(row):
            wide, column = self._widths[at], self._table.columns[at]
            if isinstance(cell, Bar):
                yield from _bar(cell, column, x, y, wide)
            else:
                yield from _words(cell, column, x, y, wide, head)
            x += wide + _GAP


def _words(
    cell: Words, column: Column, x: float, y: float, wide: float, head: bool
) -> Iterator[Shape]:
    anchor: Anchor = "start"
    if column.kind == "number":
        x, anchor = x + wide, "end"
    elif column.kind == "mark":
        x, anchor = x + wide / 2, "middle"
    look = "tg" if head else _LOOKS[cell.tone]
    for line in wrapped(cell.text, wide + 1, 12):
        y += _LINE
        yield Text(x, y, line, look, anchor)


def _bar(bar: Bar, column: Column, x: float, y: float, wide: float) -> Iterator[Shape]:
    scale = wide / column.most if column.most else 0.0
    for segment in bar.segments:
        left = x + segment.start * scale
        long = max(3.0, segment.length * scale)
        look = "barf" if segment.failed else f"part{(segment.part - 1) % 6 + 1}"
        yield Rect(left, y + 3, long, _ROW - 7, look, 1.5)
        wide_label = width(segment.label, 10) + 6
        if segment.label and wide_label + 4 < long:
            middle = left + long / 2
            if not segment.failed:
                inner = (middle - wide_label / 2, y + 4.5, wide_label, _ROW - 10)
                yield Rect(*inner, "mask", 3)
            look = "tfs" if segment.failed else "ts"
            yield Text(middle, y + 13.5, segment.label, look, "middle")
