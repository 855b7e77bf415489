"""Story order, on trees built by hand."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.trace.builder import Builder
from tests.unit.trace.sample import small_boot
from tracenova.trace import names
from tracenova.trace.model import Span
from tracenova.trace.tree import SpanTree


def order(spans: list[Span]) -> list[str]:
    """The names of the spans as the story walks them."""
    return [step.span.name for step in SpanTree(spans).story() if step.at == "enter"]


def test_a_cast_is_worked_on_after_its_sender_has_finished() -> None:
    """Nobody waits for a cast, so the sender's own story is told to its end first."""
    b = Builder()
    with b.span("request", "server"):
        with b.send("cast", "t", "first"), b.receive("s", "h", "first"):
            b.db("A.a")
        with b.send("fanout", "t", "second"), b.receive("s", "h", "second"):
            b.db("B.b")
        b.db("C.c")
    assert order(b.spans) == [
        "request",
        "t.first",
        "t.second",
        "C.c",
        "first receive",
        "A.a",
        "second receive",
        "B.b",
    ]


def test_a_call_is_worked_on_where_it_is_made() -> None:
    """The caller waits, so the answer belongs before the caller's next step."""
    b = Builder()
    with b.span("request", "server"):
        with b.send("call", "t", "ask"), b.receive("s", "h", "ask"):
            b.db("A.a")
        b.db("C.c")
    assert order(b.spans) == ["request", "t.ask", "ask receive", "A.a", "C.c"]


def test_a_cast_within_a_call_waits_for_the_callee_only() -> None:
    """The enclosing service is the one that sent it, not the whole story."""
    b = Builder()
    with b.span("request", "server"):
        with b.send("call", "t", "ask"), b.receive("s", "h", "ask"):
            with b.send("cast", "u", "tell"), b.receive("v", "h", "tell"):
                pass
            b.db("A.a")
        b.db("C.c")
    assert order(b.spans) == [
        "request",
        "t.ask",
        "ask receive",
        "u.tell",
        "A.a",
        "tell receive",
        "C.c",
    ]


def test_a_spawned_thread_is_told_where_it_was_spawned() -> None:
    """Its first span may start late; its noted place is before the next sibling."""
    b = Builder()
    with b.span("request", "server"):
        b.db("A.a")
        b.db("B.b")
        b.db("T.t")
    spawned = next(span for span in b.spans if span.name == "T.t")
    late = replace(spawned, attributes={**spawned.attributes, names.ORDER: "1.0.0.1"})
    spans = [late if span.name == "T.t" else span for span in b.spans]
    assert order(spans) == ["request", "A.a", "T.t", "B.b"]


def test_without_places_the_lamport_clock_decides() -> None:
    """Traces of other tools have neither: then the start does."""
    b = Builder()
    with b.span("request", "server"):
        b.db("A.a")
        b.db("B.b")

    def bare(span: Span, lamport: int | None) -> Span:
        return replace(
            span, attributes={} if lamport is None else {names.LAMPORT: lamport}
        )

    first, second, root = b.spans
    assert order([root, bare(first, 9), bare(second, 8)]) == ["request", "B.b", "A.a"]
    assert order([root, bare(second, None), bare(first, None)]) == [
        "request",
        "A.a",
        "B.b",
    ]


def test_a_span_whose_cause_is_not_recorded_is_a_root() -> None:
    """Nothing is lost because something else is."""
    b = Builder()
    with b.span("orphan", parent="f" * 16):
        b.db("A.a")
    assert order(b.spans) == ["orphan", "A.a"]


def test_a_long_chain_does_not_overflow() -> None:
    """Depth is data: a saved trace must not be able to break the reader."""
    spans = [
        Span("a" * 32, f"{n:016x}", f"{n - 1:016x}" if n > 1 else None, str(n))
        for n in range(1, 5000)
    ]
    assert len(order(spans)) == 4999


@given(st.permutations(small_boot()))
def test_the_order_of_arrival_does_not_matter(spans: list[Span]) -> None:
    """Threads race; the story is the same."""
    assert order(spans) == order(small_boot())


@pytest.mark.parametrize("pick", [lambda s: s.start_ns, lambda s: s.lamport])
def test_causes_come_before_effects(pick: Callable[[Span], int]) -> None:
    """The story is a linear extension of causality."""
    tree = SpanTree(small_boot())
    walked = [step.span for step in tree.story() if step.at == "enter"]
    place = {span.key: at for at, span in enumerate(walked)}
    assert len(place) == len(tree)
    for span in walked:
        parent = tree.parent(span)
        if parent is not None:
            assert place[parent.key] < place[span.key]
            assert pick(parent) < pick(span)
