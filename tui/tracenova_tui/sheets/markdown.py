"""Markdown as lines: headings, paragraphs, lists, tables and code, no more."""

import re
from collections.abc import Iterator

from tracenova_tui.ink import Line, Piece, cut, escaped, wide
from tracenova_tui.sheets import tables

_INLINE = re.compile(r"\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\([^)]*\)|\*([^*\s][^*]*)\*")
_ITEM = re.compile(r"(\s*)([-*+]|\d+[.)])\s+(.*)")
_CLINGING = ".,:;!?)，。：；、！？）"  # begin no line
_WORD = re.compile(r"\s+|[\u2e80-\uffef][，。：；、！？）」』”]*|[^\s\u2e80-\uffef]+")


def lines(text: str, width: int) -> Iterator[Line]:
    """Yield a document in lines no wider than the width; code is cut."""
    room = max(16, width - 3)
    for kind, rows in _blocks(text):
        match kind:
            case "code":
                for row in rows:
                    yield [Piece("   "), Piece(cut(escaped(row), room - 2), "key")]
            case "heading":
                yield from _heading(rows[0], room)
            case "table":
                yield from tables.lines(rows, room, _wrapped)
            case "blank":
                yield []
            case _:
                yield from _wrapped(_joined(rows), room)


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield rows that belong together, and what they are."""
    block: list[str] = []
    before, fenced = "", False
    for row in text.splitlines():
        if row.lstrip().startswith("```"):
            fenced = not fenced
            kind = "fence"
        else:
            kind = "code" if fenced else _kind(row, before)
        item = _ITEM.fullmatch(row) if kind == "item" else None
        if item:
            row = f"{item[1]}{'•' if item[2] in '-*+' else item[2]} {item[3]}"  # noqa: PLW2901
        goes_on = kind == before or (kind == "text" and before == "item")
        if block and (not goes_on or kind in ("item", "heading", "blank")):
            yield before, block
            block = []
        if not block:
            before = kind
        if kind != "fence":
            block.append(row)
    if block:
        yield before, block


def _kind(row: str, before: str) -> str:
    """Return what a row outside of fences is, below a row of another kind."""
    if not row.strip():
        return "blank"
    if row.startswith("#"):
        return "heading"
    if row.startswith("|"):
        return "table"
    if _ITEM.fullmatch(row):
        return "item"
    is_code = row.startswith("    ") and before in ("", "blank", "code")
    return "code" if is_code else "text"


def _joined(rows: list[str]) -> str:
    """Return rows as one paragraph; between Chinese ones there is no blank."""
    text = rows[0].rstrip()
    for row in rows[1:]:
        more = row.strip()
        blank = "" if wide(text[-1:]) == wide(more[:1]) == 2 else " "
        text += blank + more
    return text


def _heading(row: str, room: int) -> Iterator[Line]:
    title = escaped(row.lstrip("#").strip())
    role = "accent" if row.startswith("# ") else "head"
    for one in _wrapped(title, room):
        yield [Piece(piece.text, role) for piece in one]


def _wrapped(text: str, room: int) -> Iterator[Line]:
    """Yield a paragraph, its emphasis kept, later lines of an item indented."""
    item = re.match(r"\s*(?:•|\d+[.)]) ", text)
    hang = len(item[0]) if item else 0
    row: Line = [Piece(" ")]
    used, fresh = 0, True
    for word, role in _words(text):
        size = wide(word)
        breaks = word.strip() and word[0] not in _CLINGING
        if not fresh and used + size > room and breaks:
            yield row
            row, used, fresh = [Piece(" " * (hang + 1))], hang, True
        if not fresh or word.strip():
            row.append(Piece(word, role))
            used, fresh = used + size, False
    yield row


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Yield words and blanks, each with its role; a Chinese character is a word."""
    for part, role in _emphasised(text):
        for word in _WORD.findall(escaped(part)):
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
