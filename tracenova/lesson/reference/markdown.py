"""Markdown for pages that nobody edits by hand."""

import inspect
from collections.abc import Iterable, Sequence

_NOTE = (
    "*Made from the code by `python -m tracenova.lesson.reference lessons/reference`; "
    "do not edit.*"
)


def page(title: str, about: str, *parts: str) -> str:
    """Return a page: title, what it is about, its parts."""
    return "\n\n".join([f"# {title}", about, _NOTE, *parts]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def code(value: object) -> str:
    """Return a value as code, "" when there is none."""
    return f"`{value}`" if value not in ("", None) else ""


def meaning(thing: object) -> str:
    """Return the first line of the thing's docstring."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def twin(thing: object) -> str:
    """Return the path in Nova that the thing's docstring names, as code."""
    for line in (inspect.getdoc(thing) or "").splitlines():
        if line.startswith("Nova: "):
            return code(line.removeprefix("Nova: ").split()[0].rstrip(".,;"))
    return ""


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
