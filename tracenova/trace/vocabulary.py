"""The words of the story: which steps are told, and which line of Nova takes them.

The table itself is ``vocabulary.toml``. A step is looked up by its span's name (for an
object's operation behind the conductor: by that operation) and the function that called.
"""

import functools
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from tracenova.trace import names

OBJECT_ACTIONS = frozenset(
    ("conductor.object_action", "conductor.object_class_action_versions")
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the table; the columns are explained in ``vocabulary.toml``."""

    span: str
    source: str
    functions: frozenset[str] = frozenset()
    when: str = ""
    via: str = ""
    method: str | None = None
    failed: str | None = None
    failed_source: str | None = None
    note: str = ""
    hop: Literal["", "before", "after"] = ""
    to: str | None = None
    group: str | None = None
    fold: bool = False
    expected: str | None = None


def find(span_name: str, attributes: Mapping[str, Any]) -> Entry | None:
    """Return the entry of a step, None for a step that the story has no words for."""
    entries = _table().get(subject(span_name, attributes))
    if entries is None:
        return None
    if len(entries) == 1 and not entries[0].fold:
        return entries[0]
    function = str(attributes.get(names.CODE_FUNCTION) or "").rpartition(".")[2]
    args = str(attributes.get(names.RPC_ARGS) or attributes.get(names.URL_TEMPLATE))
    via = attributes.get(names.CODE_VIA, "")
    for entry in entries:
        named = function in entry.functions and entry.when in args
        if named or (entry.via and entry.via == via):
            return entry
    return next((e for e in entries if not e.functions and not e.via), None)


def vias(span_name: str, attributes: Mapping[str, Any]) -> frozenset[str]:
    """Return which functions further up the stack matter for a step."""
    entries = _table().get(subject(span_name, attributes), ())
    return frozenset(entry.via for entry in entries if entry.via)


def source(span_name: str, function: str, attributes: Mapping[str, Any]) -> str | None:
    """Return Nova's line for a message or request that is about to be sent."""
    entry = find(span_name, {**attributes, names.CODE_FUNCTION: function})
    return entry.source if entry else None


def subject(span_name: str, attributes: Mapping[str, Any]) -> str:
    """Return what the table calls the step: ``Instance.save`` rather than its RPC."""
    if span_name in OBJECT_ACTIONS:
        return object_operation(attributes) or span_name
    found = _table().get(span_name)
    last = span_name.rpartition(".")[2]
    return last if found is None and last in _inner() else span_name


def object_operation(attributes: Mapping[str, Any]) -> str | None:
    """Return ``Instance.save`` for an object's operation that the conductor runs."""
    return _operation_in(str(attributes.get(names.RPC_ARGS) or "{}"))


@functools.lru_cache(maxsize=64)
def _operation_in(described: str) -> str | None:
    try:
        args = json.loads(described)
    except ValueError:
        return None
    if not isinstance(args, dict) or not args.get("objmethod"):
        return None
    name = args.get("objname")
    instance = args.get("objinst")
    if not name and isinstance(instance, dict) and instance:
        name = next(iter(instance))
    return f"{name}.{args['objmethod']}" if name else None


@functools.cache
def _inner() -> frozenset[str]:
    """Return the functions inside a process that the table names without a class."""
    return frozenset(
        name for name, entries in _table().items() if entries[0].hop and "." not in name
    )


@functools.cache
def _table() -> dict[str, tuple[Entry, ...]]:
    text = resources.files(__package__).joinpath("vocabulary.toml").read_text("utf-8")
    table: dict[str, tuple[Entry, ...]] = {}
    for row in tomllib.loads(text)["hop"]:
        functions = row.pop("function", [])
        named = [functions] if isinstance(functions, str) else functions
        entry = Entry(functions=frozenset(named), **row)
        table[entry.span] = (*table.get(entry.span, ()), entry)
    return table
