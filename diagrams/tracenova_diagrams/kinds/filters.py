"""Which hosts each filter left, and why the others had to go."""

from collections.abc import Iterator

from tracenova.trace.decisions import Choice, FilterRun, Verdict
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

_SHADOWS = "✓ passes, ✗ refuses; (✓) (✗) not asked any more: what it would have said"


def sheet(trace: Trace, options: Options) -> Sheet:
    """Return funnel and matrix of every choice."""
    runs: dict[tuple[int, int], list[FilterRun]] = {}
    for run in trace.filter_runs():
        runs.setdefault((run.attempt, run.round), []).append(run)
    choices = {(c.attempt, c.round): c for c in trace.choices()}
    tables: list[Table] = []
    for place in dict.fromkeys([*choices, *runs]):
        first = runs.get((place[0], 1), [])
        tables.extend(_tables(place, runs.get(place, []), choices.get(place), first))
    return Sheet(
        options.title or "Filters: who was refused, and why",
        _about(trace),
        tuple(tables),
    )


def _about(trace: Trace) -> str:
    refused = [v for v in trace.verdicts() if not v.passed and not v.shadow]
    if not trace.filter_runs():
        return "No filter was asked in this trace."
    said = "; ".join(
        f"{short(v.host)} by {v.filter}" + (f": {v.reason}" if v.reason else "")
        for v in refused[:20]
    )
    return f"Refused: {said}." if said else "Every host passed every filter."


def _tables(
    place: tuple[int, int],
    runs: list[FilterRun],
    choice: Choice | None,
    of_the_first: list[FilterRun],
) -> Iterator[Table]:
    attempt, round_ = place
    which = f"attempt {attempt}, server {round_}"
    if not runs:
        if choice is not None:
            yield Table(f"{which}: no filter was asked, the host was forced", (), ())
        return
    first = max(run.hosts_in for run in runs)
    yield Table(
        f"{which}: {first} hosts → {runs[-1].hosts_out}",
        (
            Column("#", "number"),
            Column("filter"),
            Column("in", "number"),
            Column("out", "number"),
            Column("hosts left", "bar", float(first or 1)),
            Column("refused"),
        ),
        tuple(_funnel(number, run) for number, run in enumerate(runs, 1)),
        tuple(_once(runs, of_the_first)),
        key=f"funnel-{attempt}",
    )
    yield _matrix(which, attempt, runs, choice)


def _once(runs: list[FilterRun], of_the_first: list[FilterRun]) -> Iterator[str]:
    """Name the filters that are asked once for all servers of a request."""
    asked = {run.name for run in runs}
    once = [run.name for run in of_the_first if run.name not in asked]
    if once:
        yield f"asked once for the whole request: {', '.join(once)}"


def _funnel(number: int, run: FilterRun) -> tuple[Cell, ...]:
    if not run.hosts_in:  # the loop ends with the last host
        quiet = [Words(f"{number}"), Words(run.name), Words("–"), Words("–")]
        said = Words("not asked any more", "quiet")
        return (*(Words(cell.text, "quiet") for cell in quiet), Bar(()), said)
    refused = [short(v.host) for v in run.verdicts if not v.passed and not v.shadow]
    segments = []
    if run.hosts_out:
        segments.append(Segment(0, run.hosts_out))
    if refused:
        gone = f"−{len(refused)}"
        segments.append(Segment(run.hosts_out, len(refused), failed=True, label=gone))
    return (
        Words(f"{number}"),
        Words(run.name),
        Words(f"{run.hosts_in}"),
        Words(f"{run.hosts_out}"),
        Bar(tuple(segments), "▮" * min(run.hosts_out, 60)),
        Words(", ".join(f"✗ {host}" for host in refused), "fail"),
    )


def _matrix(
    which: str, attempt: int, runs: list[FilterRun], choice: Choice | None
) -> Table:
    verdicts: dict[str, dict[int, Verdict]] = {}
    for at, run in enumerate(runs):
        for verdict in run.verdicts:
            verdicts.setdefault(verdict.host, {})[at] = verdict
    columns = [Column("host")]
    columns += [Column(f"{number}", "mark") for number in range(1, len(runs) + 1)]
    rows = []
    notes = []
    for host, by_run in verdicts.items():
        marks = [_mark(by_run.get(at)) for at in range(len(runs))]
        chosen = choice is not None and choice.selected == host
        rows.append((Words(short(host)), *marks, _outcome(by_run, chosen)))
        notes += [_reason(v) for v in by_run.values() if not v.passed]
    if any(
        verdict.shadow for by_run in verdicts.values() for verdict in by_run.values()
    ):
        notes.append(_SHADOWS)
    return Table(
        f"{which}: every host and every filter",
        (*columns, Column("so")),
        tuple(rows),
        tuple(notes),
        key=f"{attempt}",
    )


def _mark(verdict: Verdict | None) -> Words:
    if verdict is None:
        return Words("·", "quiet")
    mark = "✓" if verdict.passed else "✗"
    if verdict.shadow:
        return Words(f"({mark})", "quiet")
    return Words(mark, "good" if verdict.passed else "fail")


def _outcome(by_run: dict[int, Verdict], chosen: bool) -> Words:
    refusal = next((v for v in by_run.values() if not v.passed and not v.shadow), None)
    if refusal is not None:
        return Words(f"✗ {refusal.filter}", "fail")
    return Words("◀ chosen", "strong") if chosen else Words("passed")


def _reason(verdict: Verdict) -> str:
    says = "would refuse too" if verdict.shadow else "refused"
    why = verdict.reason or "no reason recorded"
    return f"{short(verdict.host)}: {verdict.filter} {says}: {why}"
