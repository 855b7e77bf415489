"""Expectations on a trace, written down in a file: for CI and for lessons.

::

    [chosen]
    host = "compute2"

    [[hop]]                       # in this order, others may come between
    from = "nova-conductor"
    to = "nova-scheduler"
    method = "select_destinations"

    [[hop]]
    method = "reply: NoValidHost"
    absent = true                 # nowhere in the story

    [[verdict]]
    host = "compute3"
    filter = "RamFilter"
    passed = false
    reason = "requested 2048 MB"  # is part of it

    [[state]]                     # in this order
    vm_state = "active"

    [notifications]
    include = ["compute.instance.create.end"]

    [errors]
    none = true
"""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracenova.trace.trace import Trace


class ExpectationError(Exception):
    """The file of expectations cannot be used; the message is one clear line."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One expectation and whether the trace meets it."""

    expected: str
    holds: bool
    found: str = ""


_HOP_KEYS = frozenset(
    (
        "from",
        "to",
        "kind",
        "method",
        "topic",
        "version",
        "namespace",
        "source",
        "status",
    )
)
_KEYS: Mapping[str, frozenset[str]] = {
    "hop": _HOP_KEYS | {"absent", "count"},
    "chosen": frozenset(("host", "attempts")),
    "verdict": frozenset(("host", "filter", "passed", "shadow", "reason", "attempt")),
    "state": frozenset(("vm_state", "task_state", "power_state", "by")),
    "notifications": frozenset(("include", "exclude")),
    "errors": frozenset(("none", "include")),
}


def load(path: Path | str) -> dict[str, list[dict[str, Any]]]:
    """Read a file of expectations, TOML or (``*.json``) JSON.

    Raises:
        ExpectationError: it cannot be read, or holds a word that means nothing.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExpectationError(f"{path}: cannot be read: {reason}") from error
    except ValueError as error:
        reason = str(error).splitlines()[0]
        raise ExpectationError(f"{path}: {reason}") from error
    if not isinstance(raw, dict) or not raw:
        raise ExpectationError(f"{path}: holds no expectation")
    return {kind: _checked(path, kind, given) for kind, given in raw.items()}


def _checked(path: Path, kind: str, given: Any) -> list[dict[str, Any]]:
    if kind not in _KEYS:
        known = ", ".join(_KEYS)
        raise ExpectationError(f"{path}: unknown expectation {kind!r} (known: {known})")
    listed = given if isinstance(given, list) else [given]
    for one in listed:
        if not isinstance(one, dict):
            raise ExpectationError(f"{path}: {kind} is not a table")
        if unknown := sorted(set(one) - _KEYS[kind]):
            known = ", ".join(sorted(_KEYS[kind]))
            raise ExpectationError(
                f"{path}: {kind}: unknown key {unknown[0]!r} (known: {known})"
            )
    return listed


def check(
    trace: Trace, expected: Mapping[str, Sequence[dict[str, Any]]]
) -> list[Finding]:
    """Return each expectation with its answer, in the order of the file."""
    return [
        finding
        for kind, given in expected.items()
        for finding in _CHECKS[kind](trace, given)
    ]


def _hops(trace: Trace, given: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    rows = [hop.to_dict() for hop in trace.hops()]
    reached = 0
    for one in given:
        wanted = {key: one[key] for key in one if key in _HOP_KEYS}
        at = [n for n, row in enumerate(rows) if _matches(row, wanted)]
        words = "hop " + _words(wanted)
        if one.get("absent"):
            yield Finding(f"no {words}", not at, f"hops {_numbers(at)}" if at else "")
        elif "count" in one:
            found = f"{len(at)} of them"
            yield Finding(f"{one['count']} × {words}", len(at) == one["count"], found)
        else:
            later = next((n for n in at if n >= reached), None)
            found = f"hop {later + 1}" if later is not None else "not found"
            if later is None and at:
                found = f"only earlier: hops {_numbers(at)}"
            reached = reached if later is None else later + 1
            yield Finding(words, later is not None, found)


def _chosen(trace: Trace, given: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    choices = trace.choices()
    for one in given:
        if "host" in one:
            last = choices[-1].selected if choices else None
            wanted = one["host"] or None
            holds = last == wanted or (last or "").partition("/")[0] == wanted
            yield Finding(f"chosen: {wanted or 'nobody'}", holds, last or "nobody")
        if "attempts" in one:
            attempts = max((choice.attempt for choice in choices), default=0)
            holds = attempts == one["attempts"]
            yield Finding(f"{one['attempts']} attempts", holds, str(attempts))


def _verdicts(trace: Trace, given: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    for one in given:
        asked = [
            verdict
            for verdict in trace.verdicts()
            if one.get("host") in (None, verdict.host, verdict.host.partition("/")[0])
            and one.get("filter") in (None, verdict.filter)
            and one.get("attempt") in (None, verdict.attempt)
        ]
        holds = any(
            one.get("passed") in (None, verdict.passed)
            and one.get("shadow") in (None, verdict.shadow)
            and str(one.get("reason", "")) in verdict.reason
            for verdict in asked
        )
        found = "; ".join(
            f"{v.filter} {'passed' if v.passed else 'refused'} {v.host}"
            + (f": {v.reason}" if v.reason else "")
            for v in asked[:3]
        )
        yield Finding("verdict " + _words(one), holds, found or "not asked")


def _states(trace: Trace, given: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    changes = trace.state_changes()
    reached = 0
    for one in given:
        later = next(
            (
                at
                for at, change in enumerate(changes)
                if at >= reached and _is_state(change, one)
            ),
            None,
        )
        reached = reached if later is None else later + 1
        found = "not reached" if later is None else f"change {later + 1}"
        yield Finding("state " + _words(one), later is not None, found)


def _is_state(change: Any, wanted: Mapping[str, Any]) -> bool:
    for key, value in wanted.items():
        found = getattr(change, key)
        after = found[1] if isinstance(found, tuple) else found
        if (after or "") != (value or ""):
            return False
    return True


def _notifications(trace: Trace, given: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    told = [notification.event_type for notification in trace.notifications()]
    for one in given:
        for event in one.get("include", []):
            yield Finding(f"notification {event}", event in told)
        for event in one.get("exclude", []):
            yield Finding(f"no notification {event}", event not in told)


def _errors(trace: Trace, given: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    failures = trace.errors()
    found = "; ".join(f"{f.service} {f.name}: {f.error_type}" for f in failures[:3])
    for one in given:
        if one.get("none"):
            yield Finding("no errors", not failures, found)
        for error in one.get("include", []):
            holds = any(failure.error_type == error for failure in failures)
            yield Finding(f"error {error}", holds, found)


_CHECKS: Mapping[
    str, Callable[[Trace, Sequence[dict[str, Any]]], Iterator[Finding]]
] = {
    "hop": _hops,
    "chosen": _chosen,
    "verdict": _verdicts,
    "state": _states,
    "notifications": _notifications,
    "errors": _errors,
}


def _matches(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all((row[key] or "") == (value or "") for key, value in wanted.items())


def _words(wanted: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in wanted.items())


def _numbers(at: Sequence[int]) -> str:
    return ", ".join(str(number + 1) for number in at)
