"""Where the time went: bars of a timeline, and totals by service."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracenova.trace import names
from tracenova.trace.decisions import Bar
from tracenova.trace.model import Span
from tracenova.trace.tree import SpanTree


@dataclass(frozen=True, slots=True)
class Share:
    """What one service did itself, summed over its spans."""

    service: str
    spans: int
    self_ns: int


def bars(tree: SpanTree, spans: Iterable[Span]) -> list[Bar]:
    """Return every span as a bar, in story order; offsets count from the first."""
    listed = list(spans)
    start_ns = min((span.start_ns for span in listed), default=0)
    return [
        bar(tree, span, start_ns, depth)
        for span, depth in zip(listed, depths(tree, listed), strict=True)
    ]


def bar(tree: SpanTree, span: Span, start_ns: int, depth: int) -> Bar:
    """Return one span as a bar."""
    return Bar(
        name=span.name,
        service=span.service,
        kind=span.kind,
        offset_ns=span.start_ns - start_ns,
        duration_ns=span.duration_ns,
        self_ns=self_ns(tree, span),
        depth=depth,
        status="running" if span.end_ns is None else span.status,
        span_id=span.span_id,
    )


def has_failed(tree: SpanTree, span: Span) -> bool:
    """Say whether the step went wrong; to look for a row and find none is normal."""
    if span.status != "error":
        return False
    missing = (span.text(names.ERROR_TYPE) or "").endswith("NotFound")
    if not (missing and span.text(names.DB_SYSTEM)):
        return True
    above = tree.parent(span)
    return above is not None and above.status == "error"


def depths(tree: SpanTree, spans: Iterable[Span]) -> list[int]:
    """Return how far below a root each span is; what caused it comes before it."""
    known: dict[tuple[str, str], int] = {}
    found = []
    for span in spans:
        above = tree.parent(span)
        depth = known.get(above.key, -1) + 1 if above is not None else 0
        known[span.key] = depth
        found.append(depth)
    return found


def self_ns(tree: SpanTree, span: Span) -> int | None:
    """Return the part of a span's duration that none of its children covers."""
    if span.end_ns is None:
        return None
    covered, reached = 0, span.start_ns
    # a root waits for all that it set going, however far below
    below = tree.children(span) if tree.parent(span) else list(_descendants(tree, span))
    for child in sorted(below, key=lambda child: child.start_ns):
        begin = max(child.start_ns, reached)
        end = min(child.end_ns or span.end_ns, span.end_ns)
        if end > begin:
            covered += end - begin
            reached = end
    return max(0, span.end_ns - span.start_ns - covered)


def _descendants(tree: SpanTree, span: Span) -> Iterator[Span]:
    found = list(tree.children(span))
    while found:
        child = found.pop()
        yield child
        found.extend(tree.children(child))


def shares(tree: SpanTree, spans: Iterable[Span]) -> list[Share]:
    """Return each service's own time, the largest first."""
    totals: dict[str, tuple[int, int]] = {}
    for span in spans:
        count, total = totals.get(span.service, (0, 0))
        totals[span.service] = count + 1, total + (self_ns(tree, span) or 0)
    found = [Share(service or "?", n, ns) for service, (n, ns) in totals.items()]
    return sorted(found, key=lambda share: (-share.self_ns, share.service))
