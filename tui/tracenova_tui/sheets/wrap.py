"""Text wrapped to a width, as lines."""

import re
import textwrap
from collections.abc import Iterator

from tracenova_tui.ink import Line, Piece, escaped, line, wide


def words(text: str, width: int, role: str = "", lead: str = " ") -> Iterator[Line]:
    """Yield the text in lines no wider than the width."""
    room = max(12, width - len(lead) - 1)
    for paragraph in text.splitlines() or [""]:
        for at, part in enumerate(textwrap.wrap(escaped(paragraph), room) or [""]):
            yield line((lead if at == 0 else " " * len(lead), "dim"), (part, role))


def folded(pieces: Line, width: int) -> Iterator[Line]:
    """Yield the line, or several when it is too wide; later ones keep the indent."""
    text = "".join(piece.text for piece in pieces)
    if wide(text) <= width:
        yield pieces
        return
    indent = min(len(text) - len(text.lstrip()) + 2, width // 2)
    row: Line = []
    used = 0
    for piece in pieces:
        for word in re.findall(r"\s+|\S+", piece.text):
            for part in _parts(word, width - indent):
                if used + wide(part) > width and used > indent:
                    yield row
                    row, used = [Piece(" " * indent)], indent
                    if not part.strip():
                        continue
                row.append(Piece(part, piece.role))
                used += wide(part)
    yield row


def _parts(word: str, room: int) -> Iterator[str]:
    """Yield a word, in pieces when it is wider than the room."""
    part, used = "", 0
    for char in word:
        size = wide(char)
        if used + size > room:
            yield part
            part, used = "", 0
        part += char
        used += size
    yield part
