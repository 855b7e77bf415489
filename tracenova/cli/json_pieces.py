"""A large answer as JSON, a piece at a time: never a second copy of it in memory."""

import json
from collections.abc import Iterator
from typing import Any

_DEPTH = 6


def json_pieces(value: Any, depth: int = _DEPTH) -> Iterator[str]:
    """Yield what ``json.dumps`` with sorted keys would return, in pieces.

    Args:
        value: dicts with text keys, lists, and what JSON knows; others become texts.
        depth: how far down containers are taken apart.
    """
    if depth and isinstance(value, dict) and value:
        yield from _members(value, depth)
    elif depth and isinstance(value, list) and value and _is_tree(value[0]):
        for at, each in enumerate(value):
            yield ", " if at else "["
            yield from json_pieces(each, depth - 1)
        yield "]"
    else:
        yield json.dumps(value, sort_keys=True, default=str)


def _members(value: dict[str, Any], depth: int) -> Iterator[str]:
    if not any(map(_is_tree, value.values())):
        yield json.dumps(value, sort_keys=True, default=str)
        return
    for at, key in enumerate(sorted(value)):
        yield f"{', ' if at else '{'}{json.dumps(key)}: "
        yield from json_pieces(value[key], depth - 1)
    yield "}"


def _is_tree(value: Any) -> bool:
    """Whether there is something below that may be large."""
    return isinstance(value, dict | list) and len(value) > 0
