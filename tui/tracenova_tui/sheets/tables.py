"""A Markdown table as lines: columns aligned, long cells on several lines."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from tracenova_tui.ink import Line, Piece, wide

Wrapped = Callable[[str, int], Iterator[Line]]
_RULE = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*\|?\s*")
_GAP = 2
_ENDLESS = 10_000


def lines(rows: Sequence[str], room: int, wrapped: Wrapped) -> Iterator[Line]:
    """Yield a table in lines no wider than the room.

    Args:
        rows: its rows as they are written, ``| a | b |``.
        room: columns of the screen.
        wrapped: yields a text in lines of a width, its emphasis as roles.
    """
    cells = [_cells(row) for row in rows if not _RULE.fullmatch(row)]
    count = max((len(row) for row in cells), default=0)
    table = [row + [""] * (count - len(row)) for row in cells]
    widths = _widths(table, room - _GAP * count, wrapped)
    if sum(widths) + _GAP * count > room:
        yield from _stacked(table, room, wrapped)
        return
    for at, row in enumerate(table):
        columns = [
            list(wrapped(cell, width - 1))
            for cell, width in zip(row, widths, strict=True)
        ]
        for parts in zip_longest(*columns, fillvalue=None):
            yield _joined(parts, widths, "head" if at == 0 else "")


def _stacked(
    table: Sequence[Sequence[str]], room: int, wrapped: Wrapped
) -> Iterator[Line]:
    """Yield each row below the one before, where there is no room for columns."""
    heads = table[0]
    for row in table[1:]:
        for line in wrapped(row[0], room):
            yield [Piece(piece.text, "strong") for piece in line]
        for head, cell in zip(heads[1:], row[1:], strict=True):
            for line in wrapped(f"{head}: {cell}" if head else cell, room - 3):
                yield [Piece("   "), *line]


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _widths(table: Sequence[Sequence[str]], room: int, wrapped: Wrapped) -> list[int]:
    """Return a width for each column: what it needs, the widest cut until all fit."""
    columns = list(zip(*table, strict=True))
    widths = [max(_wide(cell, _ENDLESS, wrapped) for cell in one) for one in columns]
    words = [max(_wide(cell, 1, wrapped) for cell in one) for one in columns]
    spare = [width - word for width, word in zip(widths, words, strict=True)]
    while sum(widths) > room and max(spare) > 0:
        at = max(range(len(widths)), key=lambda one: (spare[one] > 0, widths[one]))
        widths[at] -= 1
        spare[at] -= 1
    return widths


def _wide(cell: str, room: int, wrapped: Wrapped) -> int:
    """Return the columns that a cell takes when it is wrapped to the room."""
    return max(sum(wide(one.text) for one in row) for row in wrapped(cell, room)) + 1


def _joined(parts: Sequence[Line | None], widths: Sequence[int], role: str) -> Line:
    row: Line = []
    for part, width in zip(parts, widths, strict=True):
        pieces = [Piece(one.text, one.role or role) for one in part or []]
        used = sum(wide(one.text) for one in pieces)
        row += [*pieces, Piece(" " * (width - used + _GAP))]
    return row
