"""What had to come before what, and which chain of steps the waiting was for.

The only module of the read model with a third-party library, networkx, imported when a
graph is asked for.
"""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tracenova.trace.model import Span
from tracenova.trace.tree import SpanTree, is_entity, is_waited_for

if TYPE_CHECKING:
    import networkx


def happens_before(tree: SpanTree) -> "networkx.DiGraph[Any]":
    """Return the graph of steps: span id → span id, parent before child.

    Besides, what a thread does one after the other is ordered: an edge from each span
    to the next sibling of the same service that began after it ended.
    """
    import networkx

    graph: networkx.DiGraph[Any] = networkx.DiGraph()
    for span in tree:
        graph.add_node(span.span_id, span=span)
        children = tree.children(span)
        for child in children:
            graph.add_edge(span.span_id, child.span_id, why="caused")
        for earlier, later in pairwise(children):
            if earlier.end_ns is not None and earlier.end_ns <= later.start_ns:
                graph.add_edge(earlier.span_id, later.span_id, why="then")
    return graph


def critical_path(tree: SpanTree, end: Span | None = None) -> list[Span]:
    """Return the chain that the end of the story waited for, first step first.

    From the end, or else the span that ended last, backwards: before each step came
    whatever ended last before it began, or else what caused it.
    """
    path: list[Span] = []
    here = end or _last(tree)
    seen: set[tuple[str, str]] = set()
    while here is not None and here.key not in seen:
        seen.add(here.key)
        path.append(here)
        here = _cause(tree, here)
    return path[::-1]


def _last(tree: SpanTree) -> Span | None:
    ended = [span for span in tree if span.end_ns is not None]
    leaves = _leaves(tree, ended)
    return max(leaves, key=lambda s: (s.end_ns or 0, s.span_id), default=None)


def _leaves(tree: SpanTree, spans: list[Span]) -> list[Span]:
    return [span for span in spans if not tree.children(span)] or spans


def _cause(tree: SpanTree, span: Span) -> Span | None:
    parent = tree.parent(span)
    if parent is None:
        return None
    if is_entity(span) and parent.kind == "producer" and not is_waited_for(parent):
        return parent
    before = [
        sibling
        for sibling in tree.children(parent)
        if sibling.end_ns is not None
        and sibling.end_ns <= span.start_ns
        and sibling.key != span.key
    ]
    return max(before, key=lambda s: s.end_ns or 0) if before else parent
