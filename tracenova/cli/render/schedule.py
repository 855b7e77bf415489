"""A case's decisions as text: matrix, weights, who was chosen; or before and after."""

from collections.abc import Iterator
from typing import Any

from tracenova.cli import text
from tracenova.cli.flips import Flipped
from tracenova.cli.render.filters import matrix
from tracenova.cli.render.weights import ranking
from tracenova.cli.schedule_runs import Result
from tracenova.scheduler.cases.answer import Answered
from tracenova.trace.story import (
    Decision,
    decisions,
    number,
    shown,
    verdict_sentence,
)
from tracenova.trace.trace import Trace


def lines(result: Result, columns: int) -> Iterator[str]:
    """Yield the decisions of one case."""
    assert result.before is not None
    requests = len(result.before.spans)
    for at in range(requests):
        if at:
            yield ""
        several = f", request {at + 1} of {requests}" if requests > 1 else ""
        yield text.strong(text.escaped(f"case {result.name}{several}"))
        if result.after is None:
            yield from _request(result.before, at, columns)
        else:
            yield from _both(result, at, columns)
        for turned in result.turned:
            if turned.request == at:
                yield from Flipped(
                    turned.host.replace("|", "/", 1), turned.flips
                ).lines(columns)


def _request(answered: Answered, at: int, columns: int) -> Iterator[str]:
    told = answered.told["requests"][at]
    if "spec_error" in told:
        yield from text.paragraph(f"the request: {told['spec_error']}", columns)
        return
    for decision in decisions(Trace(answered.spans[at])):
        if decision.choice.round > 1:
            yield ""
            yield text.strong(f"instance {decision.choice.round}")
        yield from matrix(decision, columns)
        yield ""
        if decision.choice.order:
            yield from ranking(decision, columns)
        for host in decision.hosts:
            if decision.refusal(host) or host == decision.choice.selected:
                yield from text.paragraph(verdict_sentence(decision, host), columns)
    for problem in dict.fromkeys(problems(told)):
        yield from text.paragraph(problem, columns)
    yield from text.paragraph(_summary(told), columns)


def _summary(told: Any) -> str:
    errors = [_culprit(step) for step in told["instances"] if "error" in step]
    chosen = ", ".join(shown(h.replace("|", "/", 1)) for h in told["selected"])
    chosen = chosen or "nobody"
    enough = "" if told["enough"] else "; that is not enough: NoValidHost"
    return f"chosen: {chosen}{enough}" + (f" ({errors[0]})" if errors else "")


def _culprit(step: Any) -> str:
    """Return the error and the filter or weigher that it came from."""
    for run in (*step.get("chain", ()), *step.get("weighers", ())):
        if "error" in run:
            error = run["error"].removeprefix("error:")
            return f"{run.get('filter') or run['weigher']} failed: {error}"
    return str(step["error"])


def problems(told: Any) -> Iterator[str]:
    """Yield what is wrong with weighers' numbers, one sentence each."""
    for step in told.get("instances", ()):
        for run in step.get("weighers", ()):
            if "problem" in run:
                yield f"{run['weigher']} {run['problem']}"


def _both(result: Result, at: int, columns: int) -> Iterator[str]:
    assert result.before is not None
    assert result.after is not None
    sides = [
        decisions(Trace(side.spans[at])) if at < len(side.spans) else []
        for side in (result.before, result.after)
    ]
    yield from text.paragraph(f"changed: {', '.join(result.changes)}", columns)
    head = ["host", "before", "after"]
    for round_ in range(max(map(len, sides), default=0)):
        pair = [side[round_] if round_ < len(side) else None for side in sides]
        hosts = dict.fromkeys(h for each in pair if each for h in each.hosts)
        if round_:
            yield text.strong(f"instance {round_ + 1}")
        rows = [[shown(host), *(_fate(each, host) for each in pair)] for host in hosts]
        yield from text.table(head, rows, columns)
    for name, side in (("before", result.before), ("after", result.after)):
        told = side.told["requests"][at]
        said = told.get("spec_error") or _summary(told)
        yield from text.paragraph(f"{name}: {said}", columns)


def _fate(decision: Decision | None, host: str) -> str:
    if decision is None:
        return "–"
    refusal = decision.refusal(host)
    if refusal is not None:
        return f"✗ {refusal.filter}: {refusal.reason}"
    total = decision.total(host)
    chosen = "◀ chosen" if host == decision.choice.selected else ""
    if total is None:
        return "not weighed"
    return f"Σ {number(total)} {chosen}".strip()
