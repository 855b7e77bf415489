"""Lines as plain data: pieces of text that say what they are, not how they look.

Every view is made of such lines; a theme turns roles into styles, the linear mode and
the tests read the text alone.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class Piece(NamedTuple):
    """Some text and its role: ``dim``, ``error``, ``accent`` … ("" for plain)."""

    text: str
    role: str = ""


Line = list[Piece]


def line(*parts: str | tuple[str, str]) -> Line:
    """Return a line from texts and (text, role) pairs; control characters escaped."""
    return [
        Piece(escaped(part))
        if isinstance(part, str)
        else Piece(escaped(part[0]), part[1])
        for part in parts
    ]


def escaped(text: str) -> str:
    r"""Return the text with control characters spelled out, ``\x1b`` for ESC."""
    return _UNSAFE.sub(_spelled, text)


def _spelled(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def plain(pieces: Iterable[Piece]) -> str:
    """Return the line's text without trailing blanks."""
    return "".join(piece.text for piece in pieces).rstrip()


def wide(text: str) -> int:
    """Return how many columns the text takes."""
    return cell_len(text)


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Return the text in exactly so many columns; what is cut ends in ``…``."""
    text = cut(escaped(text), columns)
    space = " " * (columns - cell_len(text))
    return space + text if right else text + space


@cache
def _columns(char: str) -> int:
    return cell_len(char)


def cut(text: str, columns: int) -> str:
    """Return the text in at most so many columns; what is cut ends in ``…``."""
    if cell_len(text) <= columns:
        return text
    return (
        set_cell_size(text, max(0, columns - 1)).rstrip() + "…" if columns > 0 else ""
    )


class Canvas:
    """One line that is painted on at places, later strokes over earlier ones."""

    def __init__(self, columns: int) -> None:
        self._cells: list[tuple[str, str]] = [(" ", "")] * columns

    def put(self, at: int, text: str, role: str = "") -> None:
        """Paint the text from column ``at``; what falls off the line is lost."""
        for char in text:
            size = _columns(char)
            if size and at >= 0 and at + size <= len(self._cells):
                self._cells[at] = (char, role)
                for more in range(at + 1, at + size):
                    self._cells[more] = ("", role)
            at += size

    def line(self) -> Line:
        """Return what was painted."""
        pieces: Line = []
        text, role = "", ""
        for char, its in self._cells:
            if its != role and text:
                pieces.append(Piece(text, role))
                text = ""
            role = its
            text += char
        pieces.append(Piece(text, role))
        return pieces
