"""Newton scales weights by what all requests since its start have seen."""

import uuid
from typing import Any

from tests.unit.scheduler import cases
from tracenova.trace.story import decisions, stale_sentences
from tracenova.trace.trace import Trace

FIRST, SECOND = (str(uuid.UUID(int=number)) for number in (1, 2))


def _case(**options: Any) -> dict[str, Any]:
    """Return a big request that only big hosts suit, and a small one for the others."""
    sizes = {"big1": 9000, "big2": 5000, "small1": 900, "small2": 400}
    return {
        "now": "2016-10-06T12:00:00",
        "filters": ["AvailabilityZoneFilter"],
        "weighers": {"RAMWeigher": None},
        "options": options,
        "hosts": [
            {
                "host": name,
                "free_ram_mb": size,
                "aggregates": [{"metadata": {"availability_zone": name[:-1]}}],
            }
            for name, size in sizes.items()
        ],
        "requests": [
            {
                "flavor": {"memory_mb": 1, "vcpus": 1},
                "availability_zone": zone,
                "instance_uuid": server,
            }
            for zone, server in (("big", FIRST), ("small", SECOND))
        ],
    }


def _sentences(case: dict[str, Any], request: int) -> list[str]:
    (decision,) = decisions(Trace(cases.answer(case).spans[request]))
    return list(stale_sentences(decision))


def test_the_largest_value_of_an_earlier_request_is_named_with_its_server() -> None:
    """It still scales, though no host of this request has that much."""
    assert _sentences(_case(), 1) == [
        "RAMWeigher: the largest value of the scale, 9000, is left over from the "
        f"request for server {FIRST}; of this request's hosts the largest is 900"
    ]


def test_the_request_that_set_the_extremes_has_nothing_stale() -> None:
    """Its own hosts are the extremes; 0 is the class's own lower end."""
    assert _sentences(_case(), 0) == []


def test_since_victoria_extremes_belong_to_their_request() -> None:
    """[tracenova]stale_weight_extremes off."""
    case = _case(**{"tracenova.stale_weight_extremes": False})
    assert _sentences(case, 1) == []
    (decision,) = decisions(Trace(cases.answer(case).spans[1]))
    (run,) = decision.weighers
    assert max(weight.normalized for weight in run.weights) == 1.0
