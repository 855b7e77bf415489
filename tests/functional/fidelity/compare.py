"""Compares the story of a boot with the reference list of hops, row by row.

What is compared: who asks whom, by which means, for what, with which version and
namespace, at which line of Nova. Notes are words, and not compared, but for the object
operation behind ``object_action``, which only the note tells.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from tracenova.trace.model import Hop

HERE = Path(__file__).parent
_COMPARED = ("topic", "version", "namespace", "source")
_OPERATION = re.compile(r"([A-Z]\w+\.\w+)")
_PLACEHOLDER = re.compile(r"\{[^}]*\}")

Key = tuple[str, ...]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One row where story and reference part ways.

    Attributes:
        kind: ``missing`` from the story, ``extra`` in it, or ``changed``.
        row: the reference's number of the row; for an extra one, of the row before.
        what: in words.
    """

    kind: str
    row: int
    what: str


def reference(name: str) -> list[dict[str, Any]]:
    """Return one of the reference lists: ``success``, ``no_valid_host``."""
    rows: list[dict[str, Any]] = json.loads((HERE / "hops.json").read_text())[name]
    return rows


def known_differences(name: str) -> list[dict[str, Any]]:
    """Return the committed differences of one list, each with its reason."""
    table = tomllib.loads((HERE / "differences.toml").read_text())
    rows: list[dict[str, Any]] = table.get(name, [])
    return rows


def compare(
    hops: Sequence[Hop],
    expected: Sequence[Row],
    known: Iterable[Mapping[str, Any]] = (),
    hosts: Mapping[str, str] | None = None,
) -> list[Difference]:
    """Return where the story differs from the reference, the known places left out.

    Args:
        hops: the story.
        expected: the reference's rows.
        known: rows of ``differences.toml``: ``row``, ``kind``, ``reason``.
        hosts: the reference's host names → the lab's, ``{"host1": "compute3"}``.
    """
    told = [hop.to_dict() for hop in hops]
    wanted = [_renamed(row, hosts or {}) for row in expected]
    left, right = [key(row) for row in wanted], [key(row) for row in told]
    found: list[Difference] = []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            for a, b in zip(wanted[i1:i2], told[j1:j2], strict=True):
                found.extend(_changed(a, b))
        else:
            found.extend(_difference("missing", r["seq"], r) for r in wanted[i1:i2])
            before = wanted[i1 - 1]["seq"] if i1 else 0
            found.extend(_difference("extra", before, r) for r in told[j1:j2])
    excused = {(entry["row"], entry["kind"]) for entry in known}
    return [one for one in found if (one.row, one.kind) not in excused]


def key(row: Row) -> Key:
    """Return what must be equal for two rows to be the same hop."""
    return row["from"], row["to"], row["kind"], normal(row)


def normal(row: Row) -> str:
    """Return the method without what may differ in wording."""
    method = str(row["method"])
    if row["kind"] == "http":
        return _http(method)
    if row["kind"] == "db" or method.startswith("object_"):
        text = method if row["kind"] == "db" else str(row["note"])
        operation = _OPERATION.search(text)
        return operation.group(1) if operation else method
    return method


def _http(method: str) -> str:
    verb, _, rest = method.partition(" ")
    if verb.isdecimal():
        return verb
    path, _, query = rest.partition(" ")[0].partition("?")
    keys = sorted(pair.partition("=")[0] for pair in query.split("&") if pair)
    return f"{verb} {_PLACEHOLDER.sub('{}', path)}?{'&'.join(keys)}"


def _renamed(row: Row, hosts: Mapping[str, str]) -> dict[str, Any]:
    renamed = dict(row)
    for side in ("from", "to"):
        service, at, host = str(row[side]).partition("@")
        renamed[side] = service + at + hosts.get(host, host)
    return renamed


def _changed(wanted: Row, told: Row) -> list[Difference]:
    differs = [
        f"{name} {wanted[name]!r}, told {told[name]!r}"
        for name in _COMPARED
        if wanted[name] != told[name]
    ]
    if not differs:
        return []
    what = f"{wanted['method']}: {'; '.join(differs)}"
    return [Difference("changed", wanted["seq"], what)]


def _difference(kind: str, number: int, row: Row) -> Difference:
    return Difference(kind, number, f"{row['from']} → {row['to']}: {row['method']}")
