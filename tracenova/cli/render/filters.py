"""Hosts against filters: who was refused by what, with the numbers.

✓ passed, ✗ refused, (✓) and (✗) what a filter would have said about a host that an
earlier one had refused, · not asked.
"""

from collections.abc import Iterator

from tracenova.cli import text
from tracenova.trace.decisions import Verdict
from tracenova.trace.story import (
    Decision,
    decisions,
    no_decision,
    shown,
    verdict_sentence,
)
from tracenova.trace.trace import Trace

_SHORT = {
    "AvailabilityZoneFilter": "AZ",
    "ComputeCapabilitiesFilter": "Caps",
    "ImagePropertiesFilter": "Image",
    "ServerGroupAntiAffinityFilter": "Anti",
    "ServerGroupAffinityFilter": "Affin",
}


def lines(trace: Trace, columns: int, instance: str | None = None) -> Iterator[str]:
    """Yield one matrix for each choice, then a sentence for each host."""
    found = decisions(trace, instance)
    if not found:
        yield from text.paragraph(no_decision(trace), columns)
    for at, decision in enumerate(found):
        if at:
            yield ""
        yield text.strong(heading(decision))
        yield from matrix(decision, columns)
        yield ""
        for host in decision.hosts:
            yield from text.paragraph(verdict_sentence(decision, host), columns)
        if decision.choice.selected is None:
            yield from text.paragraph(nobody(decision), columns)


def heading(decision: Decision) -> str:
    """Return which choice this is about."""
    choice = decision.choice
    server = f", server {choice.instance}" if choice.instance else ""
    several = f", instance {choice.round}" if choice.round > 1 else ""
    return text.escaped(f"attempt {choice.attempt}{several}{server}")


def matrix(decision: Decision, columns: int) -> Iterator[str]:
    """Yield hosts as rows and filters as columns, in the order in which they ran."""
    if decision.choice.filters_skipped:
        yield "no filter was asked: the host was forced"
        return
    runs = decision.filters
    short = [abbreviated(run.name) for run in runs]
    rows = [["hosts in → out", *(f"{run.hosts_in}→{run.hosts_out}" for run in runs)]]
    for host in decision.hosts:
        by_filter = {v.filter: v for v in decision.verdicts.get(host, ())}
        rows.append([shown(host), *(sign(by_filter.get(run.name)) for run in runs)])
    first = max(len(row[0]) for row in rows)
    if first + sum(max(5, len(name)) + 2 for name in short) <= columns:
        yield from text.table(["", *short], rows, columns, last_fills=False)
        return
    for run, name, at in zip(runs, short, range(1, len(runs) + 1), strict=True):
        verdicts = "  ".join(f"{row[0]} {row[at]}" for row in rows[1:])
        told = f"{at}. {name} {run.hosts_in}→{run.hosts_out}:  {verdicts}"
        yield from text.paragraph(told, columns)


def abbreviated(filter_name: str) -> str:
    """Return a filter's name as a column's head."""
    return _SHORT.get(filter_name, filter_name.removesuffix("Filter"))


def sign(verdict: Verdict | None) -> str:
    """Return the mark of a verdict."""
    if verdict is None:
        return "·"
    mark = "✓" if verdict.passed else "✗"
    return f"({mark})" if verdict.shadow else mark


def nobody(decision: Decision) -> str:
    """Say why there is no winner."""
    if decision.failure:
        return f"Nobody was chosen: {decision.failure}."
    last = next((run.name for run in decision.filters if run.hosts_out == 0), None)
    if not decision.choice.error and decision.filters and last is None:
        return "Who was chosen is not told."  # a log that breaks off
    error = decision.choice.error or "no host was valid"
    return f"Nobody was chosen ({error})" + (f": {last} left no host." if last else ".")
