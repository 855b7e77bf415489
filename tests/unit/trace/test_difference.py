"""Two traces side by side."""

from tests.unit.trace.sample import small_boot
from tracenova.trace.difference import decision_changes, hop_changes
from tracenova.trace.trace import Trace


def test_the_same_boot_does_not_differ() -> None:
    """Ids and times are no difference."""
    one, other = Trace(small_boot()), Trace(small_boot())
    assert hop_changes(one, other) == []
    assert decision_changes(one, other) == []


def test_a_missing_hop_and_another_choice_are_told() -> None:
    """Hops by number, decisions by sentence."""
    spans = [
        span for span in small_boot("compute1/n1") if span.name != "Claim._claim_test"
    ]
    one, other = Trace(small_boot()), Trace(spans)
    (change,) = hop_changes(one, other)
    assert change.kind == "removed"
    assert change.before is not None
    assert change.before.method == "Claim._claim_test passes"
    assert decision_changes(one, other) == [
        "choice 1: chosen compute2/n2 → compute1/n1"
    ]
