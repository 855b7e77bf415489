"""What caused what: every piece of work, and the chain that the end waited for."""

from collections.abc import Iterator
from dataclasses import dataclass

from tracenova.trace import names
from tracenova.trace.causality import critical_path
from tracenova.trace.model import Span
from tracenova.trace.trace import Trace
from tracenova.trace.tree import SpanTree
from tracenova_diagrams.graph.model import Edge, EdgeTone, Graph, Node, Tone
from tracenova_diagrams.options import Options
from tracenova_diagrams.sequence.model import Message
from tracenova_diagrams.sequence.story import messages

_ROOT = "root"


@dataclass(slots=True)
class _Work:
    """One service at work on one message."""

    service: str
    method: str
    cause: str
    kind: str
    failed: bool = False
    critical: bool = False
    count: int = 1


def graph(trace: Trace, options: Options) -> Graph:
    """Return the causal graph of a trace."""
    told = messages(trace)
    waited = _waited_for(trace)
    works = _works(told, waited)
    nodes = [Node(_ROOT, ("client",), "round", "strong")]
    edges = []
    for key, work in works.items():
        many = f"{work.count} × " if work.count > 1 else ""
        lines = (work.service, f"{many}{work.method}")
        nodes.append(Node(key, lines, "box", _tone(work)))
        tone: EdgeTone = "fail" if work.failed else "plain"
        if work.critical:
            tone = "critical"
        edges.append(Edge(work.cause, key, (work.kind,), tone))
    path = [work.method for work in works.values() if work.critical]
    return Graph(
        title=options.title or "What caused what",
        about=f"The end waited for: {', '.join(path) or 'nothing in particular'}.",
        nodes=tuple(nodes),
        edges=tuple(edges),
        notes=("thick: the critical path, the chain that the end waited for",),
    )


def _tone(work: _Work) -> Tone:
    if work.failed:
        return "fail"
    return "strong" if work.critical else "plain"


def _waited_for(trace: Trace) -> set[str]:
    tree = SpanTree(trace.tree if _is_only_looking(trace) else _without_looks(trace))
    path = critical_path(tree)
    found: set[str] = set()
    for span in path:
        found.add(span.span_id)
        found.update(above.span_id for above in tree.ancestors(span))
    return found


def _is_only_looking(trace: Trace) -> bool:
    return not any(_without_looks(trace))


def _without_looks(trace: Trace) -> Iterator[Span]:
    """Yield the spans of the story except the client's looks at its servers."""
    looks: set[tuple[str, str]] = set()
    for span in trace.walked():
        parent = trace.tree.parent(span)
        is_look = span.text(names.HTTP_METHOD) == "GET" and (
            span.service == "client" or parent is None
        )
        if is_look or (parent is not None and parent.key in looks):
            looks.add(span.key)
        elif parent is not None or trace.tree.children(span):
            yield span


def _works(told: list[Message], waited: set[str]) -> dict[str, _Work]:
    senders = {message.entity for message in told if not message.is_reply}
    works: dict[str, _Work] = {}
    places: dict[str, str] = {}
    for message in told:
        if message.is_reply or not message.receives:
            continue
        cause = places.get(message.entity, _ROOT)
        failed = bool(message.failed)
        for entity in message.receives:
            critical = entity in waited
            key = entity
            if entity not in senders and not critical:
                key = f"{cause} {message.target} {message.method} {failed}"
            if key in works:
                works[key].count += 1
                continue
            places[entity] = key
            works[key] = _Work(
                message.target, message.method, cause, message.kind, failed, critical
            )
    return works
