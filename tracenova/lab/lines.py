"""Finds the line of a lab file that a value stands on; tomllib does not tell."""

import re

_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?")
_KEY = re.compile(r"^\s*([\w.\-\"']+)\s*=")


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """Return the line (from 1) of the value at the path, or the nearest line above it.

    Args:
        text: the TOML text.
        path: keys and list indices, as jsonschema gives them.
    """
    best_line, best_depth = 1, 0
    for number, position in _positions(text):
        depth = _common(position, path)
        if depth > best_depth:
            best_line, best_depth = number, depth
    return best_line


def _positions(text: str) -> list[tuple[int, tuple[str | int, ...]]]:
    positions: list[tuple[int, tuple[str | int, ...]]] = []
    table: tuple[str | int, ...] = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            brackets, name = header.groups()
            table = _table_path(name, brackets == "[[", counts)
            positions.append((number, table))
        elif key := _KEY.match(line):
            positions.append((number, table + tuple(_parts(key.group(1)))))
    return positions


def _table_path(
    name: str, is_list: bool, counts: dict[str, int]
) -> tuple[str | int, ...]:
    parts: list[str | int] = []
    for part in _parts(name):
        parts.append(part)
        if part in counts and part != _parts(name)[-1]:
            parts.append(counts[part])
    if is_list:
        last = str(parts[-1])
        counts[last] = counts.get(last, -1) + 1
        parts.append(counts[last])
    return tuple(parts)


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]


def _common(position: tuple[str | int, ...], path: tuple[str | int, ...]) -> int:
    if len(position) > len(path):
        return 0
    return len(position) if position == path[: len(position)] else 0
