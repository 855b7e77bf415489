"""What stands between the arrows: where an attempt begins, what the scheduler thought."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracenova.trace.model import Hop
from tracenova.trace.story import Decision, number
from tracenova_tui.sheets.levels import Row
from tracenova_tui.story import Story


@dataclass(frozen=True, slots=True)
class Remark:
    """A line without an arrow.

    Attributes:
        at: whose lifeline it stands beside; "" across all.
        after: number of the hop it belongs to.
    """

    text: str
    at: str
    after: int
    span_id: str
    role: str = "dim"


def remarks(rows: Iterable[Row], story: Story) -> Iterator[Row | Remark]:
    """Yield the rows with remarks between them."""
    decisions = {d.choice.attempt: d for d in story.decisions if d.choice.round == 1}
    asked = 0
    for row in rows:
        asks = row.hop.method == "select_destinations" and row.hop.kind == "call"
        decision = None
        if asks:
            asked += 1
            decision = decisions.get(asked)
            title = _title(decision, story)
            yield Remark(title, "", row.hop.seq, row.hop.span_id, "head")
        yield row
        if decision is not None:
            yield from _thoughts(decision, row.hop)


def _title(decision: Decision | None, story: Story) -> str:
    """Return the title of a scheduling; of several for one request, which it is."""
    number, of = story.attempt(decision) if decision else (1, 1)
    if of == 1:
        return "schedule"
    return f"schedule · attempt {number}{' ↻' if number > 1 else ''}"


def _thoughts(decision: Decision, hop: Hop) -> Iterator[Remark]:
    def remark(text: str, role: str = "dim") -> Remark:
        return Remark(text, hop.to, hop.seq, decision.choice.span_id, role)

    if decision.filters:
        yield remark(funnel(decision))
    for host in decision.hosts:
        refusal = decision.refusal(host)
        if refusal is not None:
            yield remark(f"✗ {short(host)} {refusal.filter}: {refusal.reason}", "warn")
            break
    ranked = "  ".join(f"{short(h)} {number(w)}" for h, w in decision.choice.order[:4])
    if decision.choice.single_survivor and decision.choice.selected:
        yield remark(f"{short(decision.choice.selected)}: the only one left")
    elif ranked:
        yield remark(f"Σ {ranked}")
    if decision.choice.selected is None:
        yield remark("✗ no valid host", "error")


def funnel(decision: Decision) -> str:
    """Return how the hosts became fewer: ``3 hosts ▸ Ram 2 ▸ … ▸ 2``."""
    runs = decision.filters
    text = f"{runs[0].hosts_in} hosts"
    for run in runs:
        if run.hosts_out != run.hosts_in:
            text += f" ▸ {run.name.removesuffix('Filter')} {run.hosts_out}"
    passed = sum(run.hosts_out == run.hosts_in for run in runs)
    return f"{text} ▸ {passed} filters passed all"


def short(host: str) -> str:
    """Return ``compute1`` for ``compute1/compute1``."""
    name, _, node = host.partition("/")
    return name if node in ("", name) else host
