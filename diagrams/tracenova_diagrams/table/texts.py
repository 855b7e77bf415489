"""Sheets as dot, Mermaid, PlantUML and plain text."""

from collections.abc import Iterator, Sequence

from tracenova_diagrams import escape
from tracenova_diagrams.metrics import cells, wrapped_cells
from tracenova_diagrams.table.model import Bar, Cell, Column, Sheet, Table

_BLOCKS = "▏▎▍▌▋▊▉█"
_NARROWEST = 5
MOST_CHARACTERS = 48_000  # Mermaid refuses 50 000


def dot(sheet: Sheet) -> str:
    """Return a dot file with a node for every table."""
    lines = ["digraph {\n  rankdir=TB\n  node [shape=plain fontname=Helvetica]\n"]
    lines.append(f"  label={escape.dot(sheet.title)}\n  labelloc=t\n")
    for at, table in enumerate(sheet.tables):
        lines.append(f"  t{at} [label=<{_dot_table(table)}>]\n")
        if at:
            lines.append(f"  t{at - 1} -> t{at} [style=invis]\n")
    return "".join(lines) + "}\n"


def _dot_table(table: Table) -> str:
    across = max(1, len(table.columns))
    rows = [f'<TR><TD COLSPAN="{across}"><B>{_dot(table.title)}</B></TD></TR>']
    heads = "".join(f"<TD><B>{_dot(c.head)}</B></TD>" for c in table.columns)
    if heads:
        rows.append(f"<TR>{heads}</TR>")
    for row in table.rows:
        shown = "".join(f'<TD ALIGN="LEFT">{_dot(_said(cell))}</TD>' for cell in row)
        rows.append(f"<TR>{shown}</TR>")
    wide = f'<TR><TD COLSPAN="{across}" ALIGN="LEFT">'
    rows.extend(f"{wide}{_dot(note)}</TD></TR>" for note in table.notes)
    return f'<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0">{"".join(rows)}</TABLE>'


def _dot(text: str) -> str:
    return escape.dot_html(text) or " "


def mermaid(sheet: Sheet) -> list[str]:
    """Return Mermaid flowcharts, a box for every row, in parts that it accepts."""
    found: list[str] = []
    lines: list[str] = []
    number = 0
    for table in sheet.tables:
        said = [f"<b>{escape.mermaid(table.title)}</b>"]
        said += [_mermaid_row(table.columns, row) for row in table.rows]
        said += [escape.mermaid(note) for note in table.notes]
        for at, text in enumerate(said):
            if sum(map(len, lines)) + len(text) > MOST_CHARACTERS or len(lines) > 400:
                found.append("flowchart TB\n" + "".join(lines))
                lines = []
            lines.append(f'  r{number}["{text or "–"}"]\n')
            if at and len(lines) > 1:
                lines.append(f"  r{number - 1} --- r{number}\n")
            number += 1
    return [*found, "flowchart TB\n" + ("".join(lines) or f'  r0["{_none(sheet)}"]\n')]


def _mermaid_row(columns: Sequence[Column], row: Sequence[Cell]) -> str:
    pairs = []
    for column, cell in zip(columns, row, strict=True):
        if said := _said(cell):
            name = f"{column.head}: " if column.head else ""
            pairs.append(escape.mermaid(f"{name}{said}"))
    return " · ".join(pairs)


def plantuml(sheet: Sheet) -> str:
    """Return PlantUML text: tables of its salt."""
    lines = [f"@startsalt\n{{\n<b>{escape.plantuml(sheet.title)}\n"]
    if not sheet.tables:
        lines.append(f"{escape.plantuml(_none(sheet))}\n")
    for table in sheet.tables:
        lines.append(f"<b>{_salt(table.title)}\n{{#\n")
        lines.append(" | ".join(f"<b>{_salt(c.head)}" for c in table.columns) + "\n")
        lines.extend(
            " | ".join(_salt(_said(cell)) for cell in row) + "\n" for row in table.rows
        )
        lines.append("}\n")
        lines.extend(f"{_salt(note)}\n" for note in table.notes)
    return "".join(lines) + "}\n@endsalt\n"


def _salt(text: str) -> str:
    shown = escape.plantuml(text).strip()
    return shown or "."


def _none(sheet: Sheet) -> str:
    return sheet.about


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
            cells(escape.visible(_said(row[at])))
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


def _said(cell: Cell) -> str:
    return cell.said if isinstance(cell, Bar) else cell.text
