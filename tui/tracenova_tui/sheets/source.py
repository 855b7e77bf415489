"""The method that runs at the cursor: this project's code, and Nova's line beside it."""

import ast
import functools
from importlib import util
from pathlib import Path
from typing import Any

from tracenova.trace import names
from tracenova.trace.model import Span
from tracenova_tui.ink import Piece, line
from tracenova_tui.sheets.base import Listed

_AROUND = 12


class SourceSheet(Listed):
    """Where the hop is sent from, with the line marked."""

    name = "Source"
    empty = "Nothing is under the cursor."
    help = (
        "The function of this project that took the step, ▶ marks the line.",
        "The head names the line of Nova 14.1.0 that it mirrors.",
        "Backspace goes back to where you came from.",
    )

    def depends(self) -> tuple[Any, ...]:
        """Return the cursor."""
        return self.player.at, self.player.span_id

    def write(self, width: int) -> None:
        """Write the function around the line."""
        hop = self.player.hop
        span = self._acting()
        if hop is None:
            return
        nova = hop.source or (span.text(names.NOVA_SOURCE) if span else None)
        self.put(line((f" hop {hop.seq} ", "strong"), f"{hop.method}"))
        self.put(
            line(
                (" Nova  ", "dim"),
                (nova or "has no line recorded for this step", "strong"),
            )
        )
        path, number = place(span) if span else (None, 0)
        if path is None or not number:
            self.put(
                line(
                    (" here  ", "dim"),
                    ("no code of this project took this step", "dim"),
                )
            )
            return
        self.put(line((" here  ", "dim"), (f"{_shown(path)}:{number}", "strong")))
        self.put()
        self._code(path, number)

    def _acting(self) -> Span | None:
        """Return the span under the cursor, or the one above it that names code."""
        span = self.story.span(self.player.span_id)
        if span is None or place(span)[0] is not None:
            return span
        for above in self.story.trace.tree.ancestors(span):
            if place(above)[0] is not None:
                return above
        return span

    def _code(self, path: Path, number: int) -> None:
        lines = _lines(path)
        first, last = function_around(path, number)
        for at in range(first, min(last, len(lines)) + 1):
            here = at == number
            mark = "▶" if here else " "
            self.put(
                [
                    Piece(f" {mark}{at:>5} ", "accent" if here else "dim"),
                    *line((lines[at - 1], "strong" if here else "")),
                ],
                self.player.span_id if here else None,
            )


def place(span: Span) -> tuple[Path | None, int]:
    """Return the file and line that took the step; (None, 0) when nobody says."""
    found = span.text(names.CODE_FILE)
    number = span.number(names.CODE_LINE) or 0
    function = span.text(names.CODE_FUNCTION) or ""
    if found and found.startswith("tracenova/"):
        path = _root() / found
        if path.is_file():
            return path, number
    if function.startswith("tracenova."):
        return _of_function(function)
    return None, 0


@functools.cache
def _of_function(function: str) -> tuple[Path | None, int]:
    """Return where a function is defined, without importing it."""
    parts = function.split(".")
    for size in range(len(parts) - 1, 0, -1):
        path = _root().joinpath(*parts[:size]).with_suffix(".py")
        if path.is_file():
            wanted = parts[-1]
            for node in ast.walk(_parsed(path)):
                if (
                    isinstance(node, (ast.FunctionDef, ast.ClassDef))
                    and node.name == wanted
                ):
                    return path, node.lineno
            return path, 1
    return None, 0


def function_around(path: Path, number: int) -> tuple[int, int]:
    """Return the first and last line of the innermost function around a line."""
    best = (max(1, number - _AROUND), number + _AROUND)
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if first <= number <= node.end_lineno:
                best = (first, node.end_lineno)
    return best


@functools.cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@functools.cache
def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


@functools.cache
def _root() -> Path:
    """Return the folder that holds the package ``tracenova``."""
    spec = util.find_spec("tracenova")
    assert spec is not None and spec.origin is not None  # noqa: PT018 - one fact
    return Path(spec.origin).parent.parent


def _shown(path: Path) -> str:
    return str(path.relative_to(_root()))
