"""Where the time went: each service's own time, and every hop as a bar."""

from collections.abc import Iterator, Sequence

from tracenova.cli import text
from tracenova.trace.decisions import Bar
from tracenova.trace.timing import Share
from tracenova.trace.trace import Trace


def lines(trace: Trace, columns: int, instance: str | None = None) -> Iterator[str]:
    """Yield the services' shares and one bar a span."""
    bars = trace.timeline(instance=instance)
    if not bars:
        yield "no spans in this trace"
        return
    yield from shares(trace.shares(instance=instance), columns)
    yield ""
    yield from waterfall(bars, columns)


def shares(found: Sequence[Share], columns: int) -> Iterator[str]:
    """Yield each service's own time, waiting for others not counted."""
    most = max((share.self_ns for share in found), default=0)
    room = max(8, columns - 40)
    rows = [
        (
            share.service,
            text.duration(share.self_ns),
            str(share.spans),
            "█" * round(share.self_ns / most * room) if most else "",
        )
        for share in found
    ]
    head = ("service", "own time", "spans", "")
    yield from text.table(head, rows, columns, right=frozenset((1, 2)))


def waterfall(bars: Sequence[Bar], columns: int) -> Iterator[str]:
    """Yield every span as an indented bar on a common scale."""
    total = max(bar.offset_ns + (bar.duration_ns or 0) for bar in bars) or 1
    labels = [text.escaped(_label(bar)) for bar in bars]
    longest = min(max(map(text.cells, labels)), max(20, columns // 2))
    room = max(10, columns - longest - 14)
    lasted = any(bar.duration_ns for bar in bars)
    whole = f", {text.duration(total)} from first to last" if lasted else ""
    yield text.strong(f"{len(bars)} spans{whole}")
    for bar, label in zip(bars, labels, strict=True):
        drawn = _drawn(bar, total, room)
        took = "◌" if bar.duration_ns is None else text.duration(bar.duration_ns)
        fits = text.cells(label) <= longest
        if not fits:
            yield label
        beside = label + " " * (longest - text.cells(label)) if fits else " " * longest
        yield f"{beside}  {took:>8}  {drawn}".rstrip()


def _label(bar: Bar) -> str:
    failed = " ✗" if bar.status == "error" else ""
    return f"{'  ' * min(bar.depth, 8)}{bar.service or '?'}: {bar.name}{failed}"


def _drawn(bar: Bar, total: int, room: int) -> str:
    start = min(bar.offset_ns * room // total, room - 1)
    cells = max(1, (bar.duration_ns or 0) * room // total)
    return " " * start + "▮" * min(cells, room - start)
