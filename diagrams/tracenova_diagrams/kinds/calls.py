"""What caused what: every piece of work, and the chain that the end waited for."""

from dataclasses import dataclass

from tracenova.trace import names
from tracenova.trace.causality import critical_path
from tracenova.trace.hops import story_spans
from tracenova.trace.model import Span
from tracenova.trace.rows import kind_of
from tracenova.trace.trace import Trace
from tracenova.trace.tree import SpanTree
from tracenova_diagrams.graph.model import Edge, EdgeTone, Graph, Node, Tone
from tracenova_diagrams.options import Options
from tracenova_diagrams.sequence.model import Message
from tracenova_diagrams.sequence.story import messages

_ROOT = "root"
_TO_THE_STATE = "thick: the critical path, to the last change of a server's state"
_TO_THE_LAST = "thick: the critical path, to the last step"
_OTHERS = "thin: asked on the way; dashed: a cast or fanout beside the path"
_ONE_WAY = frozenset(("cast", "fanout", "notify"))


@dataclass(slots=True)
class _Work:
    """One service at work on one message; ``by``: who asked, when that is not the cause."""

    service: str
    method: str
    cause: str
    kind: str
    failed: bool = False
    critical: bool = False
    beside: bool = False
    by: str = ""
    count: int = 1

    @property
    def lines(self) -> tuple[str, str]:
        """What the box says."""
        kind = self.kind.replace("http", "HTTP")
        how = f"{kind} by {self.by}" if self.by else kind
        many = f"{self.count} × " if self.count > 1 else ""
        return self.service, f"{how} · {many}{self.method}"


def graph(trace: Trace, options: Options) -> Graph:
    """Return the causal graph of a trace."""
    told = messages(trace)
    end = _end(trace)
    works = _works(told, _waited_for(_worked(trace), end))
    nodes = [Node(_ROOT, ("client",), "round", "strong")]
    edges = []
    for key, work in works.items():
        nodes.append(Node(key, work.lines, "box", _tone(work)))
        edges.append(Edge(work.cause, key, (), _edge_tone(work)))
    path = [work.method for work in works.values() if work.critical]
    return Graph(
        title=options.title or "What caused what",
        about=f"The end waited for: {', '.join(path) or 'nothing in particular'}.",
        nodes=tuple(nodes),
        edges=tuple(edges),
        notes=(_TO_THE_STATE if end else _TO_THE_LAST, _OTHERS),
        tree=True,
    )


def _tone(work: _Work) -> Tone:
    if work.failed:
        return "fail"
    return "strong" if work.critical else "plain"


def _edge_tone(work: _Work) -> EdgeTone:
    if work.critical:
        return "critical"
    if work.failed:
        return "fail"
    return "dashed" if work.beside else "plain"


def _end(trace: Trace) -> Span | None:
    """Return the span that changed a server's state last."""
    changes = trace.state_changes()
    return trace.span(changes[-1].span_id) if changes else None


def _waited_for(tree: SpanTree, end: Span | None) -> set[str]:
    found: set[str] = set()
    for span in critical_path(tree, end):
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
    refused = {
        message.entity for message in told if message.is_reply and message.failed
    }
    works: dict[str, _Work] = {}
    places: dict[str, str] = {}
    for message in told:
        if message.is_reply or not message.receives:
            continue
        cause = places.get(message.entity, _ROOT)
        for entity in message.receives:
            work = _work(message, works.get(cause), cause)
            work.failed = bool(message.failed) or entity in refused
            work.critical = entity in waited
            work.beside = work.beside and not work.critical
            key = entity
            if entity not in senders and not work.critical:
                key = f"{cause} {message.target} {message.method} {work.failed}"
            if key in works:
                works[key].count += 1
                continue
            places[entity] = key
            works[key] = work
    return works


def _work(message: Message, above: _Work | None, cause: str) -> _Work:
    sender = above.service if above else message.source
    return _Work(
        message.target,
        message.method,
        cause,
        message.kind,
        beside=message.kind in _ONE_WAY or bool(above and above.beside),
        by=message.source if message.source != sender else "",
    )
