"""Sheets as dot, Mermaid and PlantUML: real tables, their bars as coloured cells."""

from collections.abc import Iterator

from tracenova_diagrams import escape
from tracenova_diagrams.graph.texts import mermaid_head
from tracenova_diagrams.palette import LIGHT
from tracenova_diagrams.table.model import (
    Bar,
    Cell,
    Column,
    Segment,
    Sheet,
    Table,
    Words,
    said,
)

MOST_CHARACTERS = 48_000  # Mermaid refuses 50 000
_LOOKS = {"wrappingWidth": "1200"}
_INKS = {
    "plain": "",
    "quiet": LIGHT["muted"],
    "good": LIGHT["good"],
    "fail": LIGHT["fail"],
    "strong": LIGHT["accent"],
}
_BAR = 160  # points of a full bar of dot
_BLOCKS = 24  # of a full bar of PlantUML
_NO_WORDS = "\u00a0"


def dot(sheet: Sheet) -> str:
    """Return a dot file with a node for every table."""
    lines = ["digraph {\n  rankdir=TB\n  fontname=Helvetica\n"]
    lines.append("  node [shape=plain fontname=Helvetica fontsize=12]\n")
    lines.append(f"  label={escape.dot(sheet.title)}\n  labelloc=t\n")
    if not sheet.tables:
        lines.append(f"  t0 [label={escape.dot(sheet.about)}]\n")
    for at, table in enumerate(sheet.tables):
        lines.append(f"  t{at} [label=<{_dot_table(table)}>]\n")
        if at:
            lines.append(f"  t{at - 1} -> t{at} [style=invis]\n")
    return "".join(lines) + "}\n"


def _dot_table(table: Table) -> str:
    """Return title, table and notes below each other, so that none widens another."""
    parts = [f"<B>{_dot(table.title)}</B>"] if table.title else []
    heads = "".join(f"<TD><B>{_dot(column.head)}</B></TD>" for column in table.columns)
    if heads:
        rows = "".join(
            f"<TR>{''.join(_dot_row(table, row))}</TR>" for row in table.rows
        )
        parts.append(
            f'<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" COLOR="{LIGHT["line"]}">'
            f"<TR>{heads}</TR>{rows}</TABLE>"
        )
    parts += map(_dot, table.notes)
    shown = "".join(f'<TR><TD ALIGN="LEFT">{part}</TD></TR>' for part in parts)
    return f'<TABLE BORDER="0" CELLSPACING="0">{shown}</TABLE>'


def _dot_row(table: Table, row: tuple[Cell, ...]) -> Iterator[str]:
    for column, cell in zip(table.columns, row, strict=True):
        shown = _dot_bar(cell, column) if isinstance(cell, Bar) else _dot_words(cell)
        align = {"number": "RIGHT", "mark": "CENTER"}.get(column.kind, "LEFT")
        yield f'<TD ALIGN="{align}">{shown}</TD>'


def _dot_words(cell: Words) -> str:
    ink = _INKS[cell.tone]
    shown = _dot(cell.text)
    return f'<FONT COLOR="{ink}">{shown}</FONT>' if ink else shown


def _dot_bar(bar: Bar, column: Column) -> str:
    cells, end = [], 0
    for segment in sorted(bar.segments, key=lambda each: each.start):
        start = round(segment.start / column.most * _BAR)
        if start > end:
            cells.append(_dot_piece(start - end, ""))
        end = max(
            start + 2, round((segment.start + segment.length) / column.most * _BAR)
        )
        cells.append(_dot_piece(end - start, f' BGCOLOR="{_colour(segment)}"'))
    if end < _BAR:
        cells.append(_dot_piece(_BAR - end, ""))
    looks = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
    fixed = f'FIXEDSIZE="TRUE" WIDTH="{_BAR}" HEIGHT="11"'
    return f"<TABLE {looks} {fixed}><TR>{''.join(cells)}</TR></TABLE>"


def _dot_piece(wide: int, ground: str) -> str:
    return f'<TD FIXEDSIZE="TRUE" WIDTH="{wide}" HEIGHT="11"{ground}></TD>'


def _dot(text: str) -> str:
    return escape.dot_html(text) or " "


def _colour(segment: Segment) -> str:
    return (
        LIGHT["fail"] if segment.failed else LIGHT[f"part{(segment.part - 1) % 6 + 1}"]
    )


def mermaid(sheet: Sheet) -> list[str]:
    """Return Mermaid flowcharts, a box for every table, in parts that it accepts."""
    parts: list[list[str]] = [[]]
    for table in sheet.tables:
        for box in _mermaid_boxes(table):
            if parts[-1] and sum(map(len, parts[-1])) + len(box) > MOST_CHARACTERS:
                parts.append([])
            parts[-1].append(box)
    if not sheet.tables:
        parts = [[escape.mermaid(sheet.about)]]
    return [
        mermaid_head(sheet.title, number, len(parts), _LOOKS)
        + "flowchart TB\n"
        + "".join(_mermaid_lines(boxes))
        for number, boxes in enumerate(parts, 1)
    ]


def _mermaid_lines(boxes: list[str]) -> Iterator[str]:
    for at, box in enumerate(boxes):
        yield f'  t{at}["{box}"]\n'
        if at:
            yield f"  t{at - 1} ~~~ t{at}\n"


def _mermaid_boxes(table: Table) -> Iterator[str]:
    """Yield the words of a box, of several when one would be too long."""
    title = f"<b>{escape.mermaid(table.title)}</b>" if table.title else ""
    if not table.columns:
        yield title
        return
    heads = "".join(f"<th>{escape.mermaid(c.head)}</th>" for c in table.columns)
    notes = "<br/>".join(escape.mermaid(note) for note in table.notes)
    rows: list[str] = []
    for row in table.rows:
        line = "".join(_mermaid_cells(table, row))
        if sum(map(len, rows)) + len(line) + len(title + heads) + 99 > MOST_CHARACTERS:
            yield _mermaid_table(title, heads, rows)
            rows = []
        rows.append(f"<tr>{line}</tr>")
    fits = sum(map(len, rows)) + len(title + heads + notes) + 99 <= MOST_CHARACTERS
    yield _mermaid_table(title, heads, rows) + (notes if fits else "")
    if not fits:
        yield notes


def _mermaid_table(title: str, heads: str, rows: list[str]) -> str:
    return f"{title}<table cellpadding='3'><tr>{heads}</tr>{''.join(rows)}</table>"


def _mermaid_cells(table: Table, row: tuple[Cell, ...]) -> Iterator[str]:
    for column, cell in zip(table.columns, row, strict=True):
        align = {"number": " align='right'", "mark": ""}.get(
            column.kind, " align='left'"
        )
        strong = isinstance(cell, Words) and cell.tone in ("fail", "strong")
        shown = escape.mermaid(said(cell))
        yield f"<td{align}>{f'<b>{shown}</b>' if strong else shown}</td>"


def plantuml(sheet: Sheet) -> str:
    """Return PlantUML text: tables of its salt."""
    lines = [f"@startsalt\n{{\n<size:16><b>{escape.plantuml(sheet.title)}\n"]
    if not sheet.tables:
        lines.append(f"{escape.plantuml(sheet.about)}\n")
    for table in sheet.tables:
        if table.title:
            lines.append(f"{_NO_WORDS}\n<b>{_salt(table.title)}\n")
        if table.columns:
            heads = " | ".join(f"<b>{_salt(column.head)}" for column in table.columns)
            lines.append(f"{{#\n{heads}\n")
            lines.extend(
                " | ".join(_salt_cells(table, row)) + "\n" for row in table.rows
            )
            lines.append("}\n")
        lines.extend(f"{_salt(note)}\n" for note in table.notes)
    return "".join(lines) + "}\n@endsalt\n"


def _salt_cells(table: Table, row: tuple[Cell, ...]) -> Iterator[str]:
    for column, cell in zip(table.columns, row, strict=True):
        if isinstance(cell, Bar):
            yield _salt_bar(cell, column)
            continue
        ink = _INKS[cell.tone] if cell.text else ""
        yield f"<color:{ink}>{_salt(cell.text)}" if ink else _salt(cell.text)


def _salt_bar(bar: Bar, column: Column) -> str:
    """Return blocks; what is left free is blocks too, for a font has no other width."""
    line = [LIGHT["band"]] * _BLOCKS
    for segment in bar.segments:
        start = min(_BLOCKS - 1, int(segment.start / column.most * _BLOCKS))
        end = round((segment.start + segment.length) / column.most * _BLOCKS)
        end = max(start + 1, min(_BLOCKS, end))
        line[start:end] = [_colour(segment)] * (end - start)
    shown, at = "", 0
    while at < len(line):
        end = next((e for e in range(at, len(line)) if line[e] != line[at]), len(line))
        shown += f"<color:{line[at]}>{'█' * (end - at)}</color>"
        at = end
    return shown


def _salt(text: str) -> str:
    shown = escape.plantuml(text).strip(" ")
    return f"{_NO_WORDS}{shown}{_NO_WORDS}" if shown else _NO_WORDS
