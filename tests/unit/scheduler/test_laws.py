"""Laws of filtering and weighing that hold for any hosts and any request."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tracenova.scheduler.cases.answer import answered
from tracenova.scheduler.cases.document import checked

MB = st.sampled_from([-4096, -1, 0, 1, 512, 1024, 2048, 4096, 65536])
STATELESS = (
    *("RetryFilter", "AvailabilityZoneFilter", "RamFilter", "DiskFilter"),
    *("CoreFilter", "IoOpsFilter", "NumInstancesFilter", "ComputeFilter"),
)
WEIGHERS = ("DiskWeigher", "IoOpsWeigher", "RAMWeigher")


@st.composite
def hosts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return up to six hosts, some of them alike."""
    described = st.fixed_dictionaries(
        {
            "free_ram_mb": MB,
            "free_disk_mb": MB,
            "total_usable_ram_mb": st.sampled_from([0, 1024, 65536]),
            "total_usable_disk_gb": st.sampled_from([0, 10, 400]),
            "vcpus_total": st.sampled_from([0, 1, 16]),
            "vcpus_used": st.integers(0, 20),
            "num_io_ops": st.integers(0, 9),
            "num_instances": st.integers(0, 51),
            "ram_allocation_ratio": st.sampled_from([1.0, 1.5]),
            "cpu_allocation_ratio": st.sampled_from([1.0, 16.0]),
            "disk_allocation_ratio": st.just(1.0),
            "service": st.fixed_dictionaries({"disabled": st.booleans()}),
        }
    )
    found = draw(st.lists(described, max_size=6))
    return [{"host": f"h{at}", **host} for at, host in enumerate(found)]


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """Return a case with some filters in some order, and some multipliers."""
    flavor = {
        "memory_mb": draw(st.sampled_from([0, 1, 512, 2048])),
        "vcpus": draw(st.integers(0, 4)),
        "root_gb": draw(st.sampled_from([0, 1, 10])),
    }
    multipliers = st.sampled_from([None, -1.0, 0.0, 2.5])
    request = {"flavor": flavor, "num_instances": draw(st.integers(1, 3))}
    document = {
        "now": "2016-10-06T12:00:00",
        "filters": draw(st.permutations(STATELESS))[: draw(st.integers(0, 8))],
        "weighers": {name: draw(multipliers) for name in WEIGHERS},
        "hosts": draw(hosts()),
        "requests": [request, copy.deepcopy(request)],
    }
    return checked(document, "generated")


def _steps(case: dict[str, Any]) -> list[dict[str, Any]]:
    told = answered(case).told["requests"]
    return [step for request in told for step in request["instances"]]


@settings(max_examples=40, deadline=None)
@given(cases())
def test_each_filter_sees_what_the_one_before_left(case: dict[str, Any]) -> None:
    """The chain only shrinks, keeps its order, and ends where nobody is left."""
    for step in _steps(case):
        racing = step["prefilter"]
        for run in step["chain"]:
            assert run["in"] == racing
            assert run["out"] == [host for host in racing if host in set(run["out"])]
            racing = run["out"]
        assert step["filtered"] == racing
        assert all(run["out"] for run in step["chain"][:-1])


@settings(max_examples=40, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_filters_without_memory_commute(case: dict[str, Any], dice: Any) -> None:
    """Another order of the chain leaves the same hosts to the first instance."""
    shuffled = [*case["filters"]]
    dice.shuffle(shuffled)
    one, other = _steps(case)[0], _steps({**case, "filters": shuffled})[0]
    assert one["filtered"] == other["filtered"]


@settings(max_examples=40, deadline=None)
@given(cases())
def test_normalized_weights_stay_between_0_and_1(case: dict[str, Any]) -> None:
    """The extremes of old requests only make the scale wider."""
    for step in _steps(case):
        for run in step.get("weighers", ()):
            assert run["minval"] <= min(run["raw"].values())
            assert run["maxval"] >= max(run["raw"].values())
            assert all(-1e-12 <= n <= 1 + 1e-12 for n in run["normalized"].values())


@settings(max_examples=40, deadline=None)
@given(cases())
def test_the_best_sum_wins_and_ties_go_to_the_first(case: dict[str, Any]) -> None:
    """The sort is stable: equals keep the order in which the filters left them."""
    for step in _steps(case):
        if "weighed" not in step:
            continue
        sums = [weight for _, weight in step["weighed"]]
        assert sums == sorted(sums, reverse=True)
        best = set(step["selected_ties"])
        assert step["selected"] == next(h for h in step["filtered"] if h in best)


@settings(max_examples=25, deadline=None)
@given(cases())
def test_an_isolated_verdict_is_what_the_chain_said(case: dict[str, Any]) -> None:
    """Asked alone a filter says of a host what it says within the chain."""
    for request in answered(case).told["requests"]:
        for run in request["instances"][0]["chain"] if request["instances"] else ():
            alone = request["isolated"][run["filter"]]
            assert [h for h in run["in"] if alone[h] is True] == run["out"]
