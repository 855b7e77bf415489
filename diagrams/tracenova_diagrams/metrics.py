"""How wide a text is, without asking any font library.

Widths are those of DejaVu Sans, the widest of the fonts that a picture may meet, so a
text never runs out of the room that the layout gave it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from tracenova_diagrams.escape import visible

_ASCII = (
    "318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 "
    "636 636 636 636 636 636 337 337 838 838 838 531 1000 684 686 698 770 632 575 775 "
    "752 295 295 656 557 863 748 787 603 787 695 635 611 732 684 989 685 611 685 390 "
    "337 390 838 500 500 613 635 550 635 615 352 635 634 278 278 579 278 974 634 612 "
    "635 635 411 521 392 634 592 818 592 592 525 636 337 636 838"
)
_WIDTHS = {chr(32 + at): int(wide) for at, wide in enumerate(_ASCII.split())}
_WIDTHS["·"] = _WIDTHS["\u00a0"] = 318
_SPACED = re.compile(r" *[^ ]+ ?| +")
_BREAKS_AFTER = frozenset(" /,&(:=@-?")
_BREAKS_A_NAME = _BREAKS_AFTER | {"_"}  # only one that is longer than a line


@lru_cache(maxsize=16384)
def width(text: str, size: float = 12.0, *, bold: bool = False) -> float:
    """Return how many pixels the text takes at a font size, as it is shown."""
    total = sum(_WIDTHS.get(char) or _other(char) for char in visible(text))
    return total * size / 1000 * (1.1 if bold else 1.0)


def _other(char: str) -> int:
    if _has_no_width(char):
        return 0
    return 1000 if unicodedata.east_asian_width(char) in "WF" else 850


@lru_cache(maxsize=16384)
def wrapped(text: str, room: float, size: float = 12.0) -> tuple[str, ...]:
    """Return the text in lines that fit the room; nothing is cut."""
    if width(text, size) <= room:
        return (text,)
    lines, line = [], ""
    for part in _parts(text, room, size):
        if line and width(line + part.rstrip(), size) > room:
            lines.append(line.rstrip())
            line = ""
        line += part
    return tuple(lines) + ((line.rstrip(),) if line.strip() or not lines else ())


def _parts(text: str, room: float, size: float) -> Iterator[str]:
    """Yield words; a path or a word longer than a line in parts where it may break."""
    for word in _SPACED.findall(text):
        if "/" not in word and width(word.rstrip(), size) <= room:
            yield word
            continue
        for part in _words(word, _BREAKS_AFTER):
            if width(part.rstrip(), size) <= room:
                yield part
                continue
            for piece in _words(part):
                yield from _pieces(piece, room, size)


def _words(text: str, after: frozenset[str] = _BREAKS_A_NAME) -> list[str]:
    words, word = [], ""
    for char in text:
        word += char
        if char in after:
            words.append(word)
            word = ""
    return [*words, word] if word else words


def _pieces(word: str, room: float, size: float) -> list[str]:
    """Cut a word that is longer than a whole line."""
    pieces, piece = [], ""
    for char in word:
        if piece and width(piece + char, size) > room:
            pieces.append(piece)
            piece = ""
        piece += char
    return [*pieces, piece]


def cells(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
        if not _has_no_width(char)
    )


def _has_no_width(char: str) -> bool:
    return bool(unicodedata.combining(char)) or char == "\u200e"


def wrapped_cells(text: str, columns: int) -> list[str]:
    """Return the text in lines of at most that many columns; nothing is cut."""
    lines, line = [], ""
    for word in _words(text):
        rest = word
        while rest:
            if cells(line + rest.rstrip()) <= columns:
                line += rest
                break
            if line.strip():
                lines.append(line.rstrip())
                line = ""
                continue
            taken = rest[: max(1, columns // 2)]
            while cells(taken) < columns and len(taken) < len(rest):
                longer = rest[: len(taken) + 1]
                if cells(longer) > columns:
                    break
                taken = longer
            lines.append(taken)
            rest = rest[len(taken) :]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines
