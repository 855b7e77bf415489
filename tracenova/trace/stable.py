"""Ordinals instead of ids and times: the same boot gives the same bytes every time.

The result is a trace like any other: it can be shown, drawn and saved. Only the spans of
the story stay; lab start-up, periodic tasks and the client's earlier polling, whose
number depends on the machine, are left out, and so is what ``races`` tells of.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from tracenova.trace import names, races
from tracenova.trace.model import Span, Value

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_VOLATILE = re.compile(
    rf"(?P<uuid>\b{_UUID}\b)"
    r"|(?P<reservation>\br-[0-9a-z]{8}\b)"
    r"|(?P<mac>\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b)"
    r"|(?P<digest>\b(?:[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{16})\b)"
    r"|(?P<time>\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?)"
    r"|(?P<address>\b0x[0-9a-f]{6,16}\b)"
    r"|(?P<ago>\b\d+(?:\.\d+)? s ago\b)"
)
_LEFT_OUT = frozenset((names.MESSAGING_BODY_SIZE, names.CODE_LINE))


def stabilised(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans, given in story order, with ordinals for ids and times."""
    ordinals = _Ordinals()
    for number, span in enumerate(races.settled(spans), 1):
        yield replace(
            span,
            trace_id=ordinals.number("trace", span.trace_id, 32),
            span_id=ordinals.number("span", span.span_id, 16),
            parent_id=span.parent_id and ordinals.number("span", span.parent_id, 16),
            name=ordinals.text(span.name),
            start_ns=number,
            end_ns=None if span.end_ns is None else number,
            attributes=dict(_attributes(span, number, ordinals)),
            status_message=ordinals.text(span.status_message),
            events=(),
            links=(),
        )


def _attributes(
    span: Span, number: int, ordinals: "_Ordinals"
) -> Iterator[tuple[str, Value]]:
    for key, value in span.attributes.items():
        if key == names.LAMPORT:
            yield key, number
        elif key == names.ORDER:
            yield key, f"{number}.1"
        elif key == names.MESSAGING_MESSAGE_ID:
            yield key, ordinals.number("message", str(value), 32)
        elif key not in _LEFT_OUT and key != names.RPC_QUEUED_NS:
            yield key, ordinals.value(value)
    if span.kind == "consumer":
        yield names.RPC_QUEUED_NS, 0


class _Ordinals:
    """Remembers which ordinal each id got; an id keeps its shape."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, int]] = {}

    def value(self, value: Value) -> Value:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(self.value(member) for member in value)
        if isinstance(value, Mapping):
            return {key: self.value(member) for key, member in value.items()}
        return value

    def text(self, text: str) -> str:
        return _VOLATILE.sub(self._replaced, text)

    def number(self, kind: str, value: str, digits: int) -> str:
        return f"{self._ordinal(kind, value):0{digits}x}"

    def _replaced(self, match: re.Match[str]) -> str:
        kind, found = str(match.lastgroup), match.group()
        if kind == "time":
            return "1970-01-01T00:00:00"
        if kind == "address":
            return "0x0"
        if kind == "ago":
            return "N s ago"
        shown = self.number(kind, found, 12)
        if kind == "uuid":
            return f"00000000-0000-0000-0000-{shown}"
        if kind == "reservation":
            return f"r-{shown[-8:]}"
        if kind == "mac":
            return ":".join(shown[at : at + 2] for at in range(0, 12, 2))
        return shown.rjust(len(found), "0")

    def _ordinal(self, kind: str, value: str) -> int:
        known = self._seen.setdefault(kind, {})
        return known.setdefault(value, len(known) + 1)
