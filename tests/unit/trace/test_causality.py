"""What had to come before what."""

import networkx

from tests.unit.trace.builder import Builder
from tests.unit.trace.sample import small_boot
from tracenova.trace.causality import critical_path, happens_before
from tracenova.trace.tree import SpanTree


def test_happening_before_has_no_circles() -> None:
    """Causality is a partial order."""
    graph = happens_before(SpanTree(small_boot()))
    assert networkx.is_directed_acyclic_graph(graph)
    assert len(graph) == len(small_boot())


def test_the_critical_path_leads_to_the_last_step() -> None:
    """It starts at a root and takes only steps that came one before the other."""
    b = Builder()
    with b.span("request", "server"):
        b.db("A.a")
        with b.send("cast", "t", "go"), b.receive("s", "h", "go"):
            b.db("B.b")
            b.db("C.c")
    path = [span.name for span in critical_path(SpanTree(b.spans))]
    assert path == ["request", "A.a", "t.go", "go receive", "B.b", "C.c"]
    assert critical_path(SpanTree([])) == []
