"""Where the time went: a waterfall of the story's steps."""

from collections.abc import Iterator
from dataclasses import replace

from tracenova.trace import timing
from tracenova.trace.decisions import Bar as Step
from tracenova.trace.hops import story_spans
from tracenova.trace.trace import Trace
from tracenova_diagrams.options import Level, Options
from tracenova_diagrams.sequence.rows import waiting
from tracenova_diagrams.table.model import Bar, Column, Segment, Sheet, Table, Words

_KINDS: dict[Level, frozenset[str]] = {
    "services": frozenset(("server", "consumer")),
    "rpc": frozenset(("server", "consumer", "producer", "client")),
    "full": frozenset(),
}
_PARTS = {
    "client": 6,
    "nova-api": 1,
    "nova-conductor": 2,
    "nova-scheduler": 4,
    "nova-compute": 3,
}
_INDENTS = 12
_INDENT = "\u00a0\u00a0"  # a space that no format joins with its neighbour


def sheet(trace: Trace, options: Options) -> Sheet:
    """Return one table with a bar for every step of the level."""
    steps = _told(trace, options.level)
    ordinal = all(not step.duration_ns for step in steps)
    spans = _ordinals(steps) if ordinal else [_times(step) for step in steps]
    kinds = _KINDS[options.level]
    most = max((start + long for start, long in spans), default=1.0)
    drawn = [not kinds or step.kind in kinds or not step.depth for step in steps]
    failed = _failed(trace, steps)
    rows = [
        (
            Words(f"{_INDENT * min(depth, _INDENTS)}{step.name}"),
            Words(step.service),
            Words("–" if ordinal else waiting(step.duration_ns or 0)),
            _bar(step, *span, step.span_id in failed),
        )
        for step, span, is_drawn, depth in zip(
            steps, spans, drawn, _depths(steps, drawn), strict=True
        )
        if is_drawn
    ]
    unit = (
        "order of the steps, not their time" if ordinal else f"0 … {waiting(int(most))}"
    )
    left = len(steps) - len(rows)
    note = (f"Not drawn at this level: {left} steps.",) if left else ()
    columns = (
        Column("step"),
        Column("service"),
        Column("took", "number"),
        Column(unit, "bar", float(most)),
    )
    return Sheet(
        options.title or "Where the time went",
        f"{len(rows)} steps.",
        (Table("", columns, tuple(rows), note),) if rows else (),
    )


def _told(trace: Trace, level: Level) -> list[Step]:
    """Return the steps of the story, or every step there is; the first is at 0."""
    steps = trace.timeline()
    if level != "full":
        told = {span.span_id for span in story_spans(trace.tree)}
        steps = [step for step in steps if step.span_id in told]
    began = min((step.offset_ns for step in steps), default=0)
    return [replace(step, offset_ns=step.offset_ns - began) for step in steps]


def _failed(trace: Trace, steps: list[Step]) -> set[str]:
    spans = (trace.span(step.span_id) for step in steps if step.status == "error")
    return {
        span.span_id
        for span in spans
        if span is not None and timing.has_failed(trace.tree, span)
    }


def _times(step: Step) -> tuple[float, float]:
    return float(step.offset_ns), float(step.duration_ns or 0)


def _ordinals(steps: list[Step]) -> list[tuple[float, float]]:
    """Return for each step from its own place to that of the last step below it."""
    ends = [at + 1 for at in range(len(steps))]
    open_: list[int] = []
    for at, step in enumerate(steps):
        while open_ and steps[open_[-1]].depth >= step.depth:
            open_.pop()
        for above in open_:
            ends[above] = at + 1
        open_.append(at)
    return [(float(at), float(end - at)) for at, end in enumerate(ends)]


def _depths(steps: list[Step], drawn: list[bool]) -> Iterator[int]:
    """Yield how many drawn steps each step is below."""
    open_: list[tuple[int, bool]] = []
    for step, is_drawn in zip(steps, drawn, strict=True):
        while open_ and open_[-1][0] >= step.depth:
            open_.pop()
        yield sum(counts for _, counts in open_)
        open_.append((step.depth, is_drawn))


def _bar(step: Step, start: float, long: float, failed: bool) -> Bar:
    part = _PARTS.get(step.service, 5)
    said = f"at {waiting(int(start))}" if step.duration_ns else ""
    return Bar((Segment(start, long, part, failed),), f"{said}{' ✗' if failed else ''}")
