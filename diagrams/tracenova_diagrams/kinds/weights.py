"""What each weigher gave each host, stacked, with the numbers."""

from tracenova.trace.decisions import Choice, WeigherRun
from tracenova.trace.trace import Trace
from tracenova_diagrams.options import Options
from tracenova_diagrams.sequence.notes import short
from tracenova_diagrams.table.model import (
    Bar,
    Cell,
    Column,
    Segment,
    Sheet,
    Table,
    Words,
)


def sheet(trace: Trace, options: Options) -> Sheet:
    """Return a table of every choice."""
    runs: dict[tuple[int, int], list[WeigherRun]] = {}
    for run in trace.weigher_runs():
        runs.setdefault((run.attempt, run.round), []).append(run)
    tables = tuple(
        _table(choice, runs.get((choice.attempt, choice.round), []))
        for choice in trace.choices()
    )
    chosen = [short(c.selected) for c in trace.choices() if c.selected]
    return Sheet(
        options.title or "Weights: who won, with the numbers",
        f"Chosen: {', '.join(chosen)}."
        if chosen
        else "No host was weighed in this trace.",
        tables,
    )


def _table(choice: Choice, runs: list[WeigherRun]) -> Table:
    which = f"attempt {choice.attempt}, server {choice.round}"
    if choice.selected is None:
        return Table(f"{which}: no valid host, nothing to weigh", (), ())
    if not runs:
        only = short(choice.selected)
        return Table(f"{which}: {only} was the only host left; no weigher ran", (), ())
    weighing = [run for run in runs if any(w.weighted for w in run.weights)]
    given = {run.name: {w.host: w for w in run.weights} for run in runs}
    lowest = min((_below(host, weighing) for host, _ in choice.order), default=0.0)
    highest = max((_above(host, weighing) for host, _ in choice.order), default=1.0)
    columns = [Column("host")]
    columns += [Column(run.name.removesuffix("Weigher"), "number") for run in weighing]
    columns += [
        Column("sum", "number"),
        Column("stacked", "bar", (highest - lowest) or 1.0),
        Column(""),
    ]
    rows: list[tuple[Cell, ...]] = []
    for host, total in choice.order:
        each = [given[run.name].get(host) for run in weighing]
        numbers = [Words(f"{w.weighted + 0.0:.2f}" if w else "–") for w in each]
        won = Words("◀ chosen", "strong") if host == choice.selected else Words("")
        bar = _bar(host, runs, -lowest)  # a weigher has one colour in all tables
        rows.append(
            (Words(short(host)), *numbers, Words(f"{total:.2f}", "strong"), bar, won)
        )
    return Table(which, tuple(columns), tuple(rows), tuple(_notes(runs, weighing)))


def _below(host: str, runs: list[WeigherRun]) -> float:
    return sum(
        min(0.0, w.weighted) for run in runs for w in run.weights if w.host == host
    )


def _above(host: str, runs: list[WeigherRun]) -> float:
    return sum(
        max(0.0, w.weighted) for run in runs for w in run.weights if w.host == host
    )


def _bar(host: str, runs: list[WeigherRun], zero: float) -> Bar:
    segments, said = [], []
    up = down = zero
    for part, run in enumerate(runs, 1):
        for weight in run.weights:
            if weight.host != host or not weight.weighted:
                continue
            name = run.name.removesuffix("Weigher")
            long = abs(weight.weighted)
            start = up if weight.weighted > 0 else down - long
            up, down = (up + long, down) if weight.weighted > 0 else (up, start)
            segments.append(
                Segment(start, long, part, label=f"{name} {weight.weighted:.2f}")
            )
            said.append(f"{name} {weight.weighted:.2f}")
    return Bar(tuple(segments), " + ".join(said))


def _notes(runs: list[WeigherRun], weighing: list[WeigherRun]) -> list[str]:
    notes = []
    for run in weighing:
        lowest = f"{run.minval:g}" if run.minval is not None else "smallest"
        highest = f"{run.maxval:g}" if run.maxval is not None else "largest"
        raw = ", ".join(
            f"{short(w.host)} {w.raw:g} → {w.normalized:.2f}" for w in run.weights[:6]
        )
        more = f" and {len(run.weights) - 6} more" if len(run.weights) > 6 else ""
        notes.append(
            f"{run.name}: multiplier {run.multiplier:g}; raw {lowest} … {highest}"
            f" becomes 0 … 1: {raw}{more}"
        )
    idle = [run.name for run in runs if run not in weighing]
    if idle:
        notes.append(f"gave 0 to every host: {', '.join(idle)}")
    return notes
