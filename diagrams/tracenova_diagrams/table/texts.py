"""Sheets as plain text."""

from collections.abc import Iterator

from tracenova_diagrams import escape
from tracenova_diagrams.metrics import cells, wrapped_cells
from tracenova_diagrams.table.model import Bar, Column, Sheet, Table, said

_BLOCKS = "▏▎▍▌▋▊▉█"
_NARROWEST = 5


def text(sheet: Sheet, width: int) -> str:
    """Return the tables in lines of at most ``width`` columns."""
    return "\n".join(line.rstrip() for line in _text(sheet, width)) + "\n"


def _text(sheet: Sheet, width: int) -> Iterator[str]:
    yield from wrapped_cells(escape.visible(sheet.title), width)
    if not sheet.tables:
        yield from wrapped_cells(sheet.about, width)
    for table in sheet.tables:
        yield ""
        yield from wrapped_cells(escape.visible(table.title), width)
        yield from _Lines(table, width).lines()
        for note in table.notes:
            yield from wrapped_cells(escape.visible(note), width)


class _Lines:
    def __init__(self, table: Table, width: int) -> None:
        self._table = table
        kinds = [column.kind for column in table.columns]
        wants = [self._want(at) for at in range(len(kinds))]
        room = width - 2 * (len(kinds) - 1)
        bars = [at for at, kind in enumerate(kinds) if kind == "bar"]
        fixed = sum(want for at, want in enumerate(wants) if at not in bars)
        for at in bars:
            wants[at] = max(10, min(40, (room - fixed) // len(bars)))
        while sum(wants) > room and max(wants) > _NARROWEST:
            wants[wants.index(max(wants))] -= 1
        self._wide = wants

    def _want(self, at: int) -> int:
        column = self._table.columns[at]
        found = [cells(column.head)]
        found += [
            cells(escape.visible(said(row[at])))
            for row in self._table.rows
            if not isinstance(row[at], Bar)
        ]
        return max(found)

    def lines(self) -> Iterator[str]:
        """Yield the heads and every row, long cells wrapped."""
        if not self._table.columns:
            return
        yield from self._row([c.head for c in self._table.columns])
        yield "─" * (sum(self._wide) + 2 * (len(self._wide) - 1))
        for row in self._table.rows:
            yield from self._row(
                [
                    _blocks(cell, self._table.columns[at], self._wide[at])
                    if isinstance(cell, Bar)
                    else escape.visible(cell.text)
                    for at, cell in enumerate(row)
                ]
            )

    def _row(self, row: list[str]) -> Iterator[str]:
        parts = [
            wrapped_cells(cell, wide)
            for cell, wide in zip(row, self._wide, strict=True)
        ]
        for line in range(max(map(len, parts))):
            shown = []
            for at, cell in enumerate(parts):
                said = cell[line] if line < len(cell) else ""
                space = " " * (self._wide[at] - cells(said))
                right = self._table.columns[at].kind == "number"
                shown.append(space + said if right else said + space)
            yield "  ".join(shown)


def _blocks(bar: Bar, column: Column, wide: int) -> str:
    """Return a bar of block characters; every piece leaves a trace."""
    line = [" "] * wide
    scale = wide / column.most if column.most else 0.0
    for segment in bar.segments:
        start = min(wide - 1, int(segment.start * scale))
        end = segment.length * scale + segment.start * scale
        last = max(start + 1, min(wide, round(end)))
        mark = "▒" if segment.failed else "█▓▒░█▓"[(segment.part - 1) % 6]
        line[start:last] = mark * (last - start)
        if segment.length * scale < 0.5:
            line[start] = _BLOCKS[1]
    return "".join(line)
