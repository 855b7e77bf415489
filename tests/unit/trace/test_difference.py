"""Two traces side by side."""

from dataclasses import replace
from pathlib import Path

from tests.unit.trace.sample import small_boot
from tracenova.trace.difference import decision_changes, hop_changes
from tracenova.trace.trace import Trace

SWAPPED = {"compute1": "compute2", "compute2": "compute1"}


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


def test_a_second_attempt_is_what_is_added() -> None:
    """The same steps on another host are the same steps: only the failed attempt is more."""
    saved = Path(__file__).parents[2] / "data" / "tui"
    one, other = (
        Trace.load(saved / f"{name}.otlp.jsonl") for name in ("success", "reschedule")
    )
    changes = hop_changes(one, other)
    assert {change.kind for change in changes} == {"added"}
    hops = [change.after.seq for change in changes if change.after]
    assert hops == list(range(hops[0], hops[-1] + 1))
    assert len(hops) == len(other.hops()) - len(one.hops())


def test_another_host_is_told_where_both_name_theirs() -> None:
    """The step is the same; that it is taken elsewhere is its difference."""
    saved = Path(__file__).parents[2] / "data" / "tui"
    trace = Trace.load(saved / "reschedule.otlp.jsonl")
    swapped = Trace(
        replace(span, resource={**span.resource, "host.name": SWAPPED[span.host]})
        if span.host in SWAPPED
        else span
        for span in trace.spans
    )
    said = {change.what for change in hop_changes(trace, swapped)}
    assert any("from nova-compute@compute1 → nova-compute@compute2" in s for s in said)
