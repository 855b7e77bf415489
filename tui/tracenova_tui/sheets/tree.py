"""JSON documents as trees of lines; Nova's objects by their class."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tracenova_tui.ink import Line, line

_LONGEST = 400


def parsed(text: str | None) -> Any:
    """Return the document, or the text itself when it is none (or was cut)."""
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def lines(value: Any, indent: int = 0, key: str = "") -> Iterator[Line]:
    """Yield a document as lines, two columns deeper a level."""
    title, value = _titled(value)
    label = f"{key} " if key else ""
    space = " " * indent
    if isinstance(value, Mapping) and value:
        if label or title:
            yield line(
                space, (f"▾ {label}".rstrip(), "dim"), (f" {title}".rstrip(), "strong")
            )
            indent += 2
        for name, member in value.items():
            yield from lines(member, indent, str(name))
    elif isinstance(value, (list, tuple)) and value and not _is_flat(value):
        yield line(space, (f"▾ {label}", "dim"), (f"{len(value)} of them", "dim"))
        for number, member in enumerate(value, 1):
            yield from lines(member, indent + 2, f"{number}")
    else:
        yield line(
            space, (f"{label}", "dim"), (f"{title} ".lstrip(), "strong"), _leaf(value)
        )


def _titled(value: Any) -> tuple[str, Any]:
    """Return the class of a serialized object, and what is in it."""
    if isinstance(value, Mapping) and len(value) == 1:
        name, member = next(iter(value.items()))
        if str(name)[:1].isupper() and isinstance(member, Mapping):
            return str(name), member
    return "", value


def _is_flat(value: list[Any] | tuple[Any, ...]) -> bool:
    return all(not isinstance(member, (Mapping, list, tuple)) for member in value)


def _leaf(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, (list, tuple)):
        return ", ".join(_leaf(member) for member in value) or "[]"
    text = str(value)
    more = len(text) - _LONGEST
    return text if more <= 0 else f"{text[:_LONGEST]}… ({more} more characters)"
