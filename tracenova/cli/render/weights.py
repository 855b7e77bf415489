"""Weights as formulas with the numbers put in, best host first."""

import math
from collections.abc import Iterator

from tracenova.cli import text
from tracenova.cli.render.filters import heading
from tracenova.trace.decisions import WeigherRun
from tracenova.trace.story import (
    Decision,
    decisions,
    multiplier_sentences,
    no_decision,
    number,
    shown,
)
from tracenova.trace.trace import Trace

_EIGHTHS = " ▏▎▍▌▋▊▉█"


def lines(trace: Trace, columns: int, instance: str | None = None) -> Iterator[str]:
    """Yield one table for each choice, and what would have changed the winner."""
    found = decisions(trace, instance)
    if not found:
        yield from text.paragraph(no_decision(trace), columns)
    for at, decision in enumerate(found):
        if at:
            yield ""
        yield text.strong(heading(decision))
        yield from ranking(decision, columns)


def ranking(decision: Decision, columns: int) -> Iterator[str]:
    """Yield the hosts of one choice with their sums."""
    choice = decision.choice
    if not choice.order:
        none = f"no weight is known: {decision.failure}"
        passed = "no host was weighed: none passed the filters"
        yield from text.paragraph(none if decision.failure else passed, columns)
        return
    if not decision.weighers and len(choice.order) > 1:
        yield "what the weighers said is not recorded; the sums:"
        for host, total in choice.order:
            chosen = "  ◀ chosen" if host == choice.selected else ""
            yield text.escaped(f"  {host}  {number(total)}{chosen}")
        return
    if not decision.weighers:
        yield from text.paragraph(
            f"{shown(choice.order[0][0])} was the only host left: no weigher was asked",
            columns,
        )
        return
    yield from _by_weigher(decision, columns)
    yield ""
    for sentence in multiplier_sentences(decision):
        yield from text.paragraph(sentence, columns)


def _by_weigher(decision: Decision, columns: int) -> Iterator[str]:
    sums = [abs(weight) for _, weight in decision.choice.order if math.isfinite(weight)]
    best = max(sums, default=0.0)
    head = ["host", "Σ", "", "formula: multiplier × normalized (raw)"]
    telling = frozenset(run.name for run in decision.weighers if _tells(run))
    rows = []
    for host, total in decision.choice.order:
        chosen = "◀ chosen" if host == decision.choice.selected else ""
        drawn = f"{bar(total, best)} {chosen}".strip()
        terms = " + ".join(_terms(decision, host, telling)) or "nothing but zeros"
        rows.append([shown(host), number(total), drawn, terms])
    yield from text.table(head, rows, columns, right=frozenset((1,)))
    for run in decision.weighers:
        if run.name in telling and run.minval is not None and run.maxval is not None:
            scale = f"{number(run.minval)} … {number(run.maxval)} becomes 0 … 1"
            if not math.isfinite(run.maxval - run.minval):
                scale = f"{number(run.minval)} … {number(run.maxval)} is no scale"
            if run.minval == run.maxval:
                scale = f"all {number(run.minval)}, which becomes 0"
            yield from text.paragraph(f"{run.name}: {scale}", columns, "  ")
    if silent := [r.name for r in decision.weighers if r.name not in telling]:
        listed = ", ".join(silent)
        yield from text.paragraph(f"0 for every host: {listed}", columns, "  ")


def _tells(run: WeigherRun) -> bool:
    return any(weight.raw for weight in run.weights)


def _terms(decision: Decision, host: str, telling: frozenset[str]) -> Iterator[str]:
    for run, weight in decision.weights_of(host):
        if run.name in telling:
            name = run.name.removesuffix("Weigher")
            yield (
                f"{name} {number(run.multiplier)} × {number(weight.normalized)}"
                f" ({number(weight.raw)})"
            )


def bar(value: float, best: float, cells: int = 8) -> str:
    """Return a small bar; the best host's fills all cells."""
    if best <= 0 or not 0 < value < math.inf:
        return ""
    eighths = round(min(1.0, value / best) * cells * 8)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
