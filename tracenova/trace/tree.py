"""Spans as trees, and the order in which the story walks them.

The order is a linear extension of causality, and the same in every run: first what a
step does itself, in program order; a thread it starts is told where it was started; what
it asks for and waits for is told inline; what it only sends off (casts, fanouts) is told
when the service that sent it has finished, first sent first told.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NamedTuple

from tracenova.trace import names
from tracenova.trace.model import Span

Key = tuple[str, str]
_NOT_WAITED_FOR = frozenset(("cast", "fanout", "notify", "publish", "send"))


class Step(NamedTuple):
    """The walk enters or leaves a span."""

    at: Literal["enter", "leave"]
    span: Span


def no_pause() -> None:
    """Go on at once."""


class SpanTree:
    """All spans of a trace file, by parent and child.

    Attributes:
        pause: is called before each root is walked, where a long trace is told on a
            thread that others should not wait for.
    """

    def __init__(self, spans: Iterable[Span]) -> None:
        self.pause: Callable[[], None] = no_pause
        self._by_key: dict[Key, Span] = {span.key: span for span in spans}
        self._children: dict[Key, list[Span]] = {}
        self._walks: dict[Key, list[Step]] = {}
        self.roots: list[Span] = []
        for span in self._by_key.values():
            parent = (span.trace_id, span.parent_id or "")
            if parent in self._by_key and parent != span.key:
                self._children.setdefault(parent, []).append(span)
            else:
                self.roots.append(span)
        for siblings in self._children.values():
            if len(siblings) > 1:
                siblings.sort(key=_sort_key(siblings))
        self.roots.sort(key=lambda span: (span.start_ns, span.lamport, span.span_id))

    def __iter__(self) -> Iterator[Span]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def children(self, span: Span) -> list[Span]:
        """Return what the span caused directly, in program order."""
        return self._children.get(span.key, [])

    def parent(self, span: Span) -> Span | None:
        """Return what caused the span, None for a root or when it is not recorded."""
        return self._by_key.get((span.trace_id, span.parent_id or ""))

    def ancestors(self, span: Span) -> Iterator[Span]:
        """Yield what caused the span, and what caused that, up to a root."""
        seen = {span.key}
        above = self.parent(span)
        while above is not None and above.key not in seen:
            yield above
            seen.add(above.key)
            above = self.parent(above)

    def consumers(self, producer: Span) -> list[Span]:
        """Return who received a message."""
        return [s for s in self.children(producer) if s.kind == "consumer"]

    def walk(self, root: Span) -> list[Step]:
        """Return entering and leaving of every span below the root, in story order.

        Every view walks; the steps are kept.
        """
        self.pause()
        known = self._walks.get(root.key)
        if known is None:
            known = self._walks[root.key] = self._walked(root)
        return known

    def _walked(self, root: Span) -> list[Step]:
        """Walk with a stack of its own: a trace may be deeper than Python's."""
        children_of = self._children
        steps = [Step("enter", root)]
        stack = [self._frame(root, deque())]
        while stack:
            span, children, deferred, sends_off = stack[-1]
            for child in children:
                is_consumer = child.kind == "consumer"
                if sends_off and is_consumer:
                    deferred.append(child)
                    continue
                steps.append(Step("enter", child))
                if child.key in children_of:
                    mine = deferred
                    if is_consumer or child.kind == "server":
                        mine = deque()
                    stack.append(self._frame(child, mine))
                    break
                steps.append(Step("leave", child))
            else:
                stack.pop()
                if span is not None:
                    steps.append(Step("leave", span))
                    if deferred and (is_entity(span) or not stack):
                        stack.append(_Frame(None, iter(deferred), deque()))
        return steps

    def _frame(self, span: Span, deferred: deque[Span]) -> "_Frame":
        sends_off = span.kind == "producer" and not is_waited_for(span)
        return _Frame(span, iter(self.children(span)), deferred, sends_off)

    def story(self) -> Iterator[Step]:
        """Walk all roots, earliest first."""
        for root in self.roots:
            yield from self.walk(root)


class _Frame(NamedTuple):
    span: Span | None
    children: Iterator[Span]
    deferred: deque[Span]
    sends_off: bool = False


def is_entity(span: Span) -> bool:
    """Say whether a service starts to work for somebody here."""
    return span.kind in ("server", "consumer")


def is_waited_for(producer: Span) -> bool:
    """Say whether the sender of a message waits for the answer."""
    operation = producer.text(names.MESSAGING_OPERATION_NAME) or producer.text(
        names.MESSAGING_OPERATION
    )
    return operation not in _NOT_WAITED_FOR


def _sort_key(siblings: list[Span]) -> Callable[[Span], tuple[Any, ...]]:
    by_place = all(names.ORDER in span.attributes for span in siblings)
    by_clock = all(names.LAMPORT in span.attributes for span in siblings)

    def key(span: Span) -> tuple[Any, ...]:
        place = _place(str(span.attributes[names.ORDER])) if by_place else ()
        clock = span.lamport if by_clock else 0
        return place, clock, span.start_ns, span.span_id

    return key


def _place(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split("."))
    except ValueError:
        return ()
