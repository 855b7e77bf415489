"""A lesson's Markdown as a terminal shows it."""

import re
from collections.abc import Iterator, Sequence

from tracenova.cli import text

_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_HEADING = re.compile(r"#+ ")
# Han characters, and the signs between them.
_HAN = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_CLOSING = "，。；：！？、）》”’」』】"
_WIDE = re.compile(f"[{_HAN}]")
_PIECE = re.compile(
    f"\\s*[{_HAN}][{_CLOSING}]*\\s*|[^\\s{_HAN}]+[{_CLOSING}]*\\s*|\\s+"
)
_ITEM = re.compile(r"(\s*(?:[-*]|\d+\.) )(.*)", re.DOTALL)


def lines(markdown: str, columns: int) -> Iterator[str]:
    """Yield the lines: headings strong, links without their target, text wrapped."""
    paragraph: list[str] = []
    rows: list[list[str]] = []
    fenced = False
    for line in [*markdown.splitlines(), ""]:
        if rows and not line.startswith("|"):
            yield from _table(rows, columns)
        if line.startswith("```"):
            yield from _flow(paragraph, columns)
            fenced = not fenced
        elif fenced:
            yield f"    {text.escaped(line)}"
        elif line.startswith("|"):
            rows.append(_cells(line))
        elif line.startswith("    ") and not paragraph:
            yield text.escaped(line)
        elif not line.strip() or _HEADING.match(line):
            yield from _flow(paragraph, columns)
            yield _single(line)
        elif _ITEM.fullmatch(line):
            yield from _flow(paragraph, columns)
            paragraph.append(line)
        else:
            paragraph.append(line)


def _cells(line: str) -> list[str]:
    return [_plain(cell.strip()) for cell in line.strip().strip("|").split(" | ")]


def _table(rows: list[list[str]], columns: int) -> Iterator[str]:
    """Yield a table without its ruler; rows that lack cells are filled up."""
    head, _ruler, *body = [*rows, [], []][: max(2, len(rows))]
    rows.clear()
    filled = [[*row, *[""] * len(head)][: len(head)] for row in body]
    yield from text.table(head, filled, columns)


def _single(line: str) -> str:
    if heading := _HEADING.match(line):
        return text.strong(_plain(line[heading.end() :]))
    return _plain(line)


def _plain(line: str) -> str:
    return text.escaped(_LINK.sub(r"\1", line).replace("**", ""))


def _flow(paragraph: list[str], columns: int) -> Iterator[str]:
    if not paragraph:
        return
    whole = _plain(joined(paragraph))
    paragraph.clear()
    item = _ITEM.fullmatch(whole)
    if item is None:
        yield from wrapped(whole, columns)
        return
    indent = " " * len(item[1])
    for at, line in enumerate(wrapped(item[2], columns - len(indent))):
        yield f"{indent if at else item[1]}{line}"


def folded(said: str, columns: int) -> list[str]:
    """Return a message's lines, at least one."""
    parts = [part.strip() for part in said.splitlines() if part.strip()]
    whole = text.escaped(joined(parts or [""]))
    return list(wrapped(whole, columns)) or [""]


def joined(parts: Sequence[str]) -> str:
    """Return lines as one; where Chinese meets Chinese no blank comes between."""
    whole = parts[0]
    for part in parts[1:]:
        here = part.strip()
        between = whole and here and _WIDE.match(whole[-1]) and _WIDE.match(here[0])
        whole += here if between else f" {here}"
    return whole


def wrapped(whole: str, columns: int) -> Iterator[str]:
    """Yield lines that fit; a line may end after any Chinese character."""
    line = ""
    for piece in _PIECE.findall(whole):
        if line and text.cells(line + piece.rstrip()) > columns:
            yield line.rstrip()
            line = ""
        line += piece
    if line.strip():
        yield line.rstrip()
