"""Sentences with the numbers put in: why a host was chosen, why another was not."""

import functools
import math
from collections.abc import Iterator

from tracenova.trace.decisions import Choice, Verdict, WeigherRun, Weight
from tracenova.trace.trace import Trace
from tracenova.trace.whatif import turns


class Decision:
    """One choice of the scheduler with everything that led to it.

    Attributes:
        choice: what was chosen in the end.
        verdicts: host → each filter's verdict, shadow verdicts too.
        weighers: in the order in which they added up.
    """

    def __init__(self, trace: Trace, choice: Choice) -> None:
        self.choice = choice
        self.filters = list(trace.filter_runs_of(choice))
        self.weighers = list(trace.weigher_runs_of(choice))
        self.verdicts: dict[str, list[Verdict]] = {}
        for run in self.filters:
            for verdict in run.verdicts:
                self.verdicts.setdefault(verdict.host, []).append(verdict)
        self._totals = dict(reversed(choice.order))
        self._ranks = {host: at for at, (host, _) in enumerate(choice.order, start=1)}
        sums = self._totals.values()
        self._best = math.nan if any(map(math.isnan, sums)) else max(sums, default=0.0)
        self._equals = sum(weight == self._best for _, weight in choice.order) - 1

    @functools.cached_property
    def _weights(self) -> dict[str, list[tuple[WeigherRun, Weight]]]:
        weights: dict[str, list[tuple[WeigherRun, Weight]]] = {}
        for run in self.weighers:
            for weight in run.weights:
                weights.setdefault(weight.host, []).append((run, weight))
        return weights

    def weights_of(self, host: str) -> list[tuple[WeigherRun, Weight]]:
        """Return what each weigher that was asked gave the host."""
        return self._weights.get(host, [])

    @functools.cached_property
    def hosts(self) -> list[str]:
        """Every host that was looked at: ranked ones first, then the refused."""
        ranked = [host for host, _ in self.choice.order]
        return list(dict.fromkeys([*ranked, *self.verdicts]))

    @property
    def failure(self) -> str:
        """Which filter or weigher stumbled, and over what; "" when none did."""
        failed = [(run.name, run.error) for run in self.filters if run.error]
        failed += [(run.name, run.error) for run in self.weighers if run.error]
        return f"{failed[0][0]} failed ({failed[0][1]})" if failed else ""

    def named(self, host: str) -> str | None:
        """Return the full ``host/node`` of a host given in short, None if unknown."""
        for known in self.hosts:
            if host in (known, known.partition("/")[0], known.partition("/")[2]):
                return known
        return None

    def refusal(self, host: str) -> Verdict | None:
        """Return the verdict that put the host out of the race."""
        decided = (v for v in self.verdicts.get(host, ()) if not v.shadow)
        return next((v for v in decided if not v.passed), None)

    def would_refuse(self, host: str) -> list[Verdict]:
        """Return what later filters would have refused too, had they been asked."""
        return [v for v in self.verdicts.get(host, ()) if v.shadow and not v.passed]

    def total(self, host: str) -> float | None:
        """Return the host's sum of weights; None when it was not weighed."""
        return self._totals.get(host)

    def rank(self, host: str) -> int | None:
        """Return the host's place among those that were weighed, from 1."""
        return self._ranks.get(host)

    @property
    def best(self) -> float:
        """The largest sum; NaN when one of them is."""
        return self._best

    @property
    def equals(self) -> int:
        """How many hosts share the largest sum with the first."""
        return self._equals


def decisions(trace: Trace, instance: str | None = None) -> list[Decision]:
    """Return every choice of the trace as a decision to be explained."""
    return [Decision(trace, choice) for choice in trace.choices(instance=instance)]


def no_decision(trace: Trace) -> str:
    """Say why there is nothing to explain: nobody asked, or no answer has come."""
    runs = trace.filter_runs()
    if not runs:
        return "the scheduler was not asked in this trace"
    return (
        "the scheduler was asked, and had not answered when the trace ended; the last "
        f"filter that came back was {runs[-1].name}"
    )


def verdict_sentence(decision: Decision, host: str) -> str:
    """Say in one sentence what became of a host."""
    choice = decision.choice
    refusal = decision.refusal(host)
    if choice.selected == host:
        return f"{shown(host)} was chosen{_because(decision, host)}."
    if refusal is not None:
        also = ", ".join(v.filter for v in decision.would_refuse(host))
        more = f"; {also} would have refused it too" if also else ""
        return (
            f"{shown(host)} was refused by {refusal.filter}: {_reason(refusal)}{more}."
        )
    total = decision.total(host)
    if total is None:
        return (
            f"{shown(host)} passed every filter that was asked, {_unweighed(decision)}."
        )
    place = f"{_ordinal(decision.rank(host) or 0)} of {len(choice.order)}"
    return (
        f"{shown(host)} passed every filter and came {place}, "
        f"with {number(total)}{_behind(decision, total)}."
    )


def _unweighed(decision: Decision) -> str:
    failure = decision.failure
    return f"until {failure}" if failure else "and was not weighed"


def _because(decision: Decision, host: str) -> str:
    choice = decision.choice
    if choice.filters_skipped:
        return ": it was forced, so no filter was asked"
    if choice.single_survivor or len(choice.order) <= 1:
        return ": it was the only host left, so no weigher was asked"
    total = decision.total(host)
    if total is None:
        return ""
    if math.isnan(decision.best):
        return (
            f", with {number(total)}: some sums are no numbers, so that the order says "
            "nothing"
        )
    if (choice.subset_size or 1) > 1:
        return f" at random among the best {choice.subset_size}, with {number(total)}"
    equals = decision.equals
    tie = (
        f"; {equals} more had the same sum, and the first in order wins"
        if equals
        else ""
    )
    return f": it has the largest sum, {number(total)}{tie}"


def _behind(decision: Decision, total: float) -> str:
    selected = decision.choice.selected
    best = decision.total(selected) if selected else None
    if selected is None or best is None:
        return ""
    return f"; {shown(selected)} had {number(best)}"


def _reason(verdict: Verdict) -> str:
    return verdict.reason or "no reason given"


def _ordinal(rank: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{'th' if rank % 100 in (11, 12, 13) else ending}"


def formula(decision: Decision, host: str) -> str:
    """Return the host's sum with the numbers put in: ``1 × 0.92 + … = 1.83``."""
    terms = [
        f"{number(run.multiplier)} × {number(weight.normalized)} "
        f"{run.name.removesuffix('Weigher')}"
        for run, weight in decision.weights_of(host)
    ]
    total = decision.total(host)
    shown = number(sum_of(decision, host) if total is None else total)
    return f"{' + '.join(terms)} = {shown}" if terms else shown


def sum_of(decision: Decision, host: str) -> float:
    """Return the sum of what the weighers gave the host."""
    return sum(weight.weighted for _, weight in decision.weights_of(host))


def multiplier_sentences(decision: Decision) -> Iterator[str]:
    """Say which multipliers would have changed the winner, and to whom."""
    winner = decision.choice.selected
    if winner is None or len(decision.choice.order) < 2:
        return
    for turn in turns(decision.weighers, winner):
        side = "above" if turn.above else "below"
        yield (
            f"{turn.weigher}: with a multiplier {side} {number(turn.threshold)} "
            f"(now {number(turn.multiplier)}) {shown(turn.winner)} would win"
        )


def stale_sentences(decision: Decision) -> Iterator[str]:
    """Say which ends of a scale earlier requests have set: no host of this one did."""
    for run in decision.weighers:
        raw = [weight.raw for weight in run.weights]
        for value, by, word, now in (
            (run.minval, run.minval_by, "smallest", min(raw, default=0.0)),
            (run.maxval, run.maxval_by, "largest", max(raw, default=0.0)),
        ):
            if value is None or by is None or str(value) == str(now):
                continue
            yield (
                f"{run.name}: the {word} value of the scale, {number(value)}, is left "
                f"over from the request for server {by}; of this request's hosts the "
                f"{word} is {number(now)}"
            )


def shown(host: str) -> str:
    """Return a host's name for people: the node only where it is called otherwise."""
    name, _, node = host.partition("/")
    return name if name == node else host


def number(value: float) -> str:
    """Return a number as people write it: two decimals, none when it is whole."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    shown = f"{value:.2f}"
    return shown if float(shown) else f"{value:.3g}"
