"""Markdown as lines: headings, paragraphs, lists, tables and code, no more."""

import re
from collections.abc import Iterator

from tracenova_tui.ink import Line, Piece, cut, escaped, wide

_INLINE = re.compile(r"\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\([^)]*\)|\*([^*\s][^*]*)\*")
_ITEM = re.compile(r"(\s*)([-*+]|\d+[.)])\s+(.*)")
_RULE = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*\|?\s*")


def lines(text: str, width: int) -> Iterator[Line]:
    """Yield a document in lines no wider than the width; code is cut."""
    room = max(16, width - 2)
    paragraph: list[str] = []
    rows = iter(text.splitlines())
    for row in rows:
        item = _ITEM.fullmatch(row)
        if paragraph and (not row.strip() or item or row.startswith(("#", "```", "|"))):
            yield from _wrapped(" ".join(paragraph), room)
            paragraph = []
        if row.lstrip().startswith("```"):
            yield from _code(rows, room)
        elif row.startswith("#"):
            yield from _heading(row, room)
        elif row.startswith("|"):
            if not _RULE.fullmatch(row):
                yield [Piece(" "), Piece(cut(escaped(row), room), "")]
        elif item:
            paragraph = [f"{item[1]}{'•' if item[2] in '-*+' else item[2]} {item[3]}"]
        elif row.strip():
            paragraph.append(row.strip())
        else:
            yield []
    if paragraph:
        yield from _wrapped(" ".join(paragraph), room)


def _heading(row: str, room: int) -> Iterator[Line]:
    title = escaped(row.lstrip("#").strip())
    role = "accent" if row.startswith("# ") else "head"
    for one in _wrapped(title, room):
        yield [Piece(piece.text, role) for piece in one]


def _code(rows: Iterator[str], room: int) -> Iterator[Line]:
    for row in rows:
        if row.lstrip().startswith("```"):
            return
        yield [Piece("   "), Piece(cut(escaped(row), room - 2), "key")]


def _wrapped(text: str, room: int) -> Iterator[Line]:
    """Yield a paragraph, its emphasis kept, later lines of an item indented."""
    item = re.match(r"\s*(?:•|\d+[.)]) ", text)
    hang = len(item[0]) if item else 0
    row: Line = [Piece(" ")]
    used, fresh = 0, True
    for word, role in _words(text):
        size = wide(word)
        if not fresh and used + size > room and word.strip():
            yield row
            row, used, fresh = [Piece(" " * (hang + 1))], hang, True
        if not fresh or word.strip():
            row.append(Piece(word, role))
            used, fresh = used + size, False
    yield row


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Yield words and blanks, each with its role."""
    for part, role in _emphasised(text):
        for word in re.split(r"(\s+)", escaped(part)):
            if word:
                yield word, role


def _emphasised(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    for match in _INLINE.finditer(text):
        yield text[at : match.start()], ""
        bold, code, link, slanted = match.groups()
        yield (
            bold or code or link or slanted,
            "strong" if bold else "key" if code else "",
        )
        at = match.end()
    yield text[at:], ""
