"""A waterfall as Mermaid's gantt chart."""

from collections.abc import Iterator

from tracenova_diagrams import escape
from tracenova_diagrams.table.markup import MOST_CHARACTERS
from tracenova_diagrams.table.model import Bar, Cell, Sheet, Words

_HEAD = "gantt\n  title {}\n  dateFormat x\n  axisFormat %S.%L\n  section {}\n"
_NS = 1_000_000.0  # its smallest unit is a millisecond


def render(sheet: Sheet) -> list[str]:
    """Return charts of a sheet whose first table has a bar a row, in parts it accepts."""
    table = sheet.tables[0]
    timed = any(column.most > _NS for column in table.columns if column.kind == "bar")
    heads = [column.head for column in table.columns if column.kind == "bar"]
    head = _HEAD.format(_plain(sheet.title), _plain(heads[0]))
    parts: list[str] = []
    lines: list[str] = []
    size = len(head)
    for number, row in enumerate(table.rows, 1):
        line = _line(number, row, _NS if timed else 1.0)
        if lines and size + len(line) > MOST_CHARACTERS:
            parts.append(head + "".join(lines))
            lines, size = [], len(head)
        lines.append(line)
        size += len(line)
    return [*parts, head + "".join(lines)]


def _line(number: int, row: tuple[Cell, ...], unit: float) -> str:
    words = " · ".join(_plain(text) for text in _texts(row))
    segment = next(cell.segments[0] for cell in row if isinstance(cell, Bar))
    start = round(segment.start / unit)
    end = max(start + 1, round((segment.start + segment.length) / unit))
    mark = "crit, " if segment.failed else ""
    return f"  {number} {words} :{mark}{start}, {end}\n"


def _texts(row: tuple[Cell, ...]) -> Iterator[str]:
    for cell in row:
        if isinstance(cell, Words) and cell.text.strip():
            yield cell.text.strip()


def _plain(text: str) -> str:
    return escape.mermaid(text).replace(":", "#58;")
