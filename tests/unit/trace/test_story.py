"""Sentences, formulas, and what would have changed the winner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.trace.sample import HOSTS, small_boot
from tracenova.trace.decisions import WeigherRun, Weight
from tracenova.trace.story import decisions, formula, number, verdict_sentence
from tracenova.trace.trace import Trace
from tracenova.trace.whatif import sums, turns

NORMALIZED = st.integers(0, 100).map(lambda n: n / 100)


def run(name: str, multiplier: float, normalized: list[float]) -> WeigherRun:
    """A weigher that gave h0, h1 … these values."""
    weights = tuple(
        Weight(name, f"h{at}", 0.0, value, multiplier * value)
        for at, value in enumerate(normalized)
    )
    return WeigherRun(name, multiplier, 0.0, 1.0, weights, 1, 1, "")


def test_every_host_gets_a_sentence_with_its_numbers() -> None:
    """Chosen, outweighed or refused: the sentence says which, and why."""
    (decision,) = decisions(Trace(small_boot()))
    chosen, second, refused = (verdict_sentence(decision, host) for host in HOSTS)
    assert chosen == "compute2/n2 was chosen: it has the largest sum, 1.83."
    assert "came 2nd of 2, with 1.20; compute2/n2 had 1.83" in second
    assert refused == (
        "compute3/n3 was refused by RamFilter: requested 2048 MB, usable 512 MB; "
        "DiskFilter would have refused it too."
    )


def test_the_formula_has_the_numbers_put_in() -> None:
    """Multiplier × normalized, weigher by weigher."""
    (decision,) = decisions(Trace(small_boot()))
    assert formula(decision, HOSTS[1]) == "1 × 0.45 RAM + 1 × 0.75 Disk = 1.20"


@pytest.mark.parametrize("short", ["compute3", "n3", "compute3/n3"])
def test_a_host_may_be_named_in_short(short: str) -> None:
    """Host, node, or both."""
    (decision,) = decisions(Trace(small_boot()))
    assert decision.named(short) == "compute3/n3"
    assert decision.named("nobody") is None


def test_the_nearest_multiplier_that_changes_the_winner_is_found() -> None:
    """h0 leads by RAM, h1 by disk: less RAM or more disk turns it."""
    runs = [run("RAM", 1.0, [1.0, 0.0]), run("Disk", 1.0, [0.0, 0.5])]
    found = {
        (t.weigher, t.above, round(t.threshold, 6), t.winner) for t in turns(runs, "h0")
    }
    assert found == {("RAM", False, 0.5, "h1"), ("Disk", True, 2.0, "h1")}


@given(
    st.lists(st.tuples(NORMALIZED, NORMALIZED, NORMALIZED), min_size=2, max_size=5),
    st.tuples(*[st.sampled_from([-1.0, 0.5, 1.0, 2.0])] * 3),
)
def test_a_turn_is_where_the_winner_changes(
    hosts: list[tuple[float, float, float]], multipliers: tuple[float, float, float]
) -> None:
    """Just beyond the threshold another host wins; just before it, the winner does."""
    columns = list(zip(*hosts, strict=True))
    runs = [run(f"W{at}", multipliers[at], list(columns[at])) for at in range(3)]
    totals = sums(runs)
    winner = max(totals, key=lambda host: totals[host])
    for turn in turns(runs, winner):
        at = int(turn.weigher[1:])

        def lead(multiplier: float, at: int = at, other: str = turn.winner) -> float:
            changed = [*runs]
            changed[at] = run(f"W{at}", multiplier, list(columns[at]))
            now = sums(changed)
            return now[winner] - now[other]

        beyond = 1e-3 if turn.above else -1e-3
        assert lead(turn.threshold + beyond) < 0
        assert lead(turn.threshold) == pytest.approx(0, abs=1e-6)
        assert lead(turn.multiplier) >= -1e-6


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.0, "1"), (0.925, "0.93"), (-1.5, "-1.50"), (0.0001, "0.0001")],
)
def test_numbers_are_short(value: float, shown: str) -> None:
    """Two decimals, none for whole numbers, never a false zero."""
    assert number(value) == shown
