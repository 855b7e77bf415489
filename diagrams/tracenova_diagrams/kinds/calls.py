"""What caused what: every piece of work, and the chain that the end waited for."""

from dataclasses import dataclass

from tracenova.trace import names
from tracenova.trace.causality import critical_path
from tracenova.trace.hops import story_spans
from tracenova.trace.rows import kind_of
from tracenova.trace.trace import Trace
from tracenova.trace.tree import SpanTree
from tracenova_diagrams.graph.model import Edge, EdgeTone, Graph, Node, Tone
from tracenova_diagrams.options import Options
from tracenova_diagrams.sequence.model import Message
from tracenova_diagrams.sequence.story import messages

_ROOT = "root"
_TIMED = "thick: the critical path, the chain that the end waited for"
_UNTIMED = (
    "thick: the chain to the last step; this trace keeps the order, not the times"
)


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
    worked = _worked(trace)
    waited = _waited_for(worked)
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
        notes=(_TIMED if any(s.duration_ns for s in worked) else _UNTIMED,),
    )


def _tone(work: _Work) -> Tone:
    if work.failed:
        return "fail"
    return "strong" if work.critical else "plain"


def _waited_for(tree: SpanTree) -> set[str]:
    found: set[str] = set()
    for span in critical_path(tree):
        found.add(span.span_id)
        found.update(above.span_id for above in tree.ancestors(span))
    return found


def _worked(trace: Trace) -> SpanTree:
    """Return the steps of the story that somebody may wait for.

    Left out: the client's looks at its servers, and what is told to everybody.
    """
    idle: set[tuple[str, str]] = set()
    spans = []
    for span in story_spans(trace.tree):
        parent = trace.tree.parent(span)
        is_idle = kind_of(span) == "fanout" or (
            span.text(names.HTTP_METHOD) == "GET"
            and (span.service == "client" or parent is None)
        )
        if is_idle or (parent is not None and parent.key in idle):
            idle.add(span.key)
        elif parent is not None or trace.tree.children(span):
            spans.append(span)
    return SpanTree(spans or trace.tree)


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
