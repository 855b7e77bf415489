"""Text for terminals: tables that fit, nothing cut, no control characters.

Width: ``COLUMNS``, else the terminal's, else 80. Colour only where a terminal wants it
(``NO_COLOR`` is respected), and never as the only sign of anything.
"""

import functools
import os
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_NARROWEST = 6
_GAP = "  "


def escaped(text: str) -> str:
    r"""Return the text with control characters spelled out, ``\x1b`` for ESC."""
    return _UNSAFE.sub(_spelled, text)


def _spelled(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def width() -> int:
    """Return how many columns there are to write on."""
    return max(40, shutil.get_terminal_size((80, 24)).columns)


def is_coloured() -> bool:
    """Say whether standard output wants colour."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()


def strong(text: str) -> str:
    """Return the text in bold, where that is possible."""
    return f"\x1b[1m{text}\x1b[0m" if is_coloured() else text


def cells(text: str) -> int:
    """Return how many columns the text takes."""
    return len(text) + sum(map(_extra_cells, _NOT_ASCII.findall(text)))


@functools.cache
def _extra_cells(char: str) -> int:
    if unicodedata.combining(char):
        return -1
    return 1 if unicodedata.east_asian_width(char) in "WF" else 0


def duration(ns: int | None) -> str:
    """Return a duration as people read it: ``850 µs``, ``12 ms``, ``3.4 s``."""
    if not ns:
        return "–"
    for unit, size in (("s", 1_000_000_000), ("ms", 1_000_000), ("µs", 1_000)):
        if ns >= size:
            value = ns / size
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return f"{ns} ns"


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    columns: int,
    right: frozenset[int] = frozenset(),
    last_fills: bool = True,
) -> Iterator[str]:
    """Yield the lines of a table that fits the width; long cells are wrapped.

    A column without any content is left out.

    Args:
        head: the columns' names.
        rows: the cells; a newline begins a new line of the cell, other control
            characters are escaped here.
        columns: how wide the table may be.
        right: which columns are numbers, aligned to the right.
        last_fills: the last column takes what is left of the width.
    """
    used = [at for at in range(len(head)) if any(row[at] for row in rows)]
    used = used or list(range(len(head)))
    names = [[head[at]] for at in used]
    clean = [[_lines(row[at]) for at in used] for row in rows]
    widths = [
        max(cells(line) for row in (names, *clean) for line in row[place])
        for place in range(len(used))
    ]
    _shrink(widths, columns, last_fills=last_fills)
    numbers = frozenset(place for place, at in enumerate(used) if at in right)
    for line in _row(names, widths, numbers):
        yield strong(line)
    for row in clean:
        yield from _row(row, widths, numbers)


def _lines(cell: str) -> list[str]:
    return [escaped(line) for line in cell.split("\n")]


def _row(
    row: Sequence[Sequence[str]], widths: Sequence[int], right: frozenset[int]
) -> Iterator[str]:
    wrapped = [
        [part for line in cell for part in _wrapped(line, max(1, widths[at]))]
        for at, cell in enumerate(row)
    ]
    for line in range(max(map(len, wrapped), default=0)):
        parts = [cell[line] if line < len(cell) else "" for cell in wrapped]
        yield _line(parts, widths, right)


def _wrapped(line: str, columns: int) -> list[str]:
    if len(line) <= columns and line == line.strip():
        return [line]
    return textwrap.wrap(line, columns, break_on_hyphens=False) or [""]


def _shrink(widths: list[int], columns: int, *, last_fills: bool) -> None:
    """Make columns narrower until the table fits, the widest first."""
    room = columns - len(_GAP) * (len(widths) - 1)
    if last_fills and sum(widths[:-1]) + _NARROWEST * 4 <= room:
        widths[-1] = min(widths[-1], room - sum(widths[:-1]))
        return
    while sum(widths) > room and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1


def _line(parts: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> str:
    padded = []
    for at, (part, wide) in enumerate(zip(parts, widths, strict=True)):
        space = " " * max(0, wide - cells(part))
        padded.append(space + part if at in right else part + space)
    return _GAP.join(padded).rstrip()


def paragraph(text: str, columns: int, indent: str = "") -> list[str]:
    """Return the text wrapped to the width."""
    text = escaped(text)
    if text and len(indent) + len(text) <= columns and text == text.strip():
        return [indent + text]
    return textwrap.wrap(
        text,
        columns,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    ) or [""]
