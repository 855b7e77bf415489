"""The story as a table: who asked whom for what, with one mark for each kind of hop."""

from collections.abc import Iterator

from tracenova.cli import text
from tracenova.trace.hops import Level
from tracenova.trace.model import Hop
from tracenova.trace.trace import Trace

MARKS = {
    "http": "───▶",
    "call": "━━━▶",
    "cast": "───▷",
    "fanout": "══▷",
    "db": "──⌸",
    "driver": "──▣",
}
_ROOMY = 130
_HEAD = ("#", "from", "", "to", "what", "took", "source")


def lines(
    trace: Trace, columns: int, instance: str | None = None, level: Level = "story"
) -> Iterator[str]:
    """Yield the table of hops and what the marks mean."""
    hops = trace.hops(level, instance=instance)
    if not hops:
        yield "no hops in this trace"
        return
    rows = [row(hop) for hop in hops]
    if columns < _ROOMY:
        # where there is no room beside it, Nova's line goes below the hop
        rows = [(*r[:4], f"{r[4]}\n{r[6]}".strip(), r[5], "") for r in rows]
    yield from text.table(
        _HEAD, rows, columns, right=frozenset((0, 5)), last_fills=False
    )
    yield ""
    yield from text.paragraph(summary(hops), columns)


def row(hop: Hop) -> tuple[str, ...]:
    """Return one hop as cells."""
    took = "◌" if hop.status == "running" else text.duration(hop.duration_ns)
    return (
        str(hop.seq),
        hop.from_,
        mark(hop),
        hop.to,
        what(hop),
        took,
        hop.source or "",
    )


def mark(hop: Hop) -> str:
    """Return the arrow of a hop: solid for HTTP, heavy for calls, open for casts."""
    if hop.is_reply:
        return "◀╌╌╌" if hop.kind == "http" else "◀┅┅┅"
    return MARKS[hop.kind]


def what(hop: Hop) -> str:
    """Return what was asked: method and version, and the error's first words."""
    operation = ""
    if hop.method.startswith("object_") and hop.note:
        operation = f" {hop.note.partition(':')[0]}"
    version = f" {hop.version}" if hop.version and not operation else ""
    failed = f"  ✗ {reason(hop.error)}" if hop.status == "error" else ""
    waited = ""
    if hop.queued_ns and hop.queued_ns >= 1_000_000:
        waited = f"  ⧖ {text.duration(hop.queued_ns)}"
    return f"{hop.method}{operation}{version}{waited}{failed}"


def reason(error: str) -> str:
    """Return an error's words without the traceback that may follow them."""
    return error.partition("Traceback (")[0].strip()


def summary(hops: list[Hop]) -> str:
    """Return how many hops of which kind there were."""
    counts: dict[str, int] = {}
    for hop in hops:
        kind = "reply" if hop.is_reply else hop.kind
        counts[kind] = counts.get(kind, 0) + 1
    parts = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    return (
        f"{len(hops)} hops: {parts}.  "
        "───▶ HTTP  ━━━▶ call  ◀ answer  ───▷ cast  ══▷ fanout  ──⌸ database  "
        "──▣ in process or driver"
    )
