"""Which multiplier would have changed the winner: algebra on the recorded weights.

A host's sum is Σ multiplier × normalized. Let one multiplier m vary: every sum is a
straight line in m, and the winner changes where two lines cross.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tracenova.trace.decisions import WeigherRun

_NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Turn:
    """From this multiplier on, another host would win.

    Attributes:
        multiplier: what the weigher's multiplier is.
        threshold: where the winner changes.
        above: whether the change is for multipliers above the threshold, or below.
    """

    weigher: str
    multiplier: float
    threshold: float
    above: bool
    winner: str


def sums(runs: Sequence[WeigherRun]) -> dict[str, float]:
    """Return each host's sum, in the order in which the hosts were weighed."""
    totals: dict[str, float] = {}
    for run in runs:
        for weight in run.weights:
            totals[weight.host] = totals.get(weight.host, 0.0) + weight.weighted
    return totals


def turns(runs: Sequence[WeigherRun], winner: str) -> list[Turn]:
    """Return, for each weigher, the nearest changes of its multiplier that matter."""
    found = []
    for run in runs:
        rest = sums([other for other in runs if other is not run])
        lines = {
            weight.host: (rest.get(weight.host, 0.0), weight.normalized)
            for weight in run.weights
        }
        if winner in lines:
            found += _nearest(run, lines, winner)
    return found


def _nearest(
    run: WeigherRun, lines: dict[str, tuple[float, float]], winner: str
) -> list[Turn]:
    base, slope = lines[winner]
    below: list[tuple[float, float, str]] = []
    above: list[tuple[float, float, str]] = []
    for host, (other_base, other_slope) in lines.items():
        if abs(slope - other_slope) < _NEAR:
            continue
        crossing = (other_base - base) / (slope - other_slope)
        if slope > other_slope and crossing <= run.multiplier + _NEAR:
            below.append((-crossing, other_slope, host))
        elif slope < other_slope and crossing >= run.multiplier - _NEAR:
            above.append((crossing, -other_slope, host))
    found = []
    if below:
        crossing, _, host = min(below)
        found.append(
            Turn(run.name, run.multiplier, -crossing, above=False, winner=host)
        )
    if above:
        crossing, _, host = min(above)
        found.append(Turn(run.name, run.multiplier, crossing, above=True, winner=host))
    return found
