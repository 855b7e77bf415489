"""The cases once more, through API, conductor and scheduler of a running cloud."""

from typing import Any

import pytest

from tests.functional.scheduler.case_cloud import cloud_of
from tests.functional.scheduler.expressible import why_not
from tests.unit.scheduler import cases

GIVEN = {
    name: (cases.load("cases", name), cases.load("golden", name))
    for name in cases.case_names()
}
ALL = {**GIVEN, **{f"hard-{name}": pair for name, pair in cases.hard().items()}}
EXPRESSIBLE = [name for name, pair in ALL.items() if why_not(*pair) is None]
A_HUNDRED = [name for name in EXPRESSIBLE if name in GIVEN]
A_HUNDRED += [name for name in EXPRESSIBLE if name not in GIVEN][: 100 - len(A_HUNDRED)]


@pytest.mark.parametrize("name", A_HUNDRED)
def test_the_chosen_hosts_are_those_of_the_case(name: str) -> None:
    """A lab made from the case, its requests POSTed, the choice read from the trace."""
    case, golden = ALL[name]
    with cloud_of(case) as cloud:
        chosen = [cloud.ask(each, at) for at, each in enumerate(case["requests"])]
    assert chosen == [answer.get("selected", []) for answer in golden["requests"]]


def test_a_hundred_cases_can_be_had_through_the_api() -> None:
    """Of the given ones all but those that no user can ask for."""
    assert len(A_HUNDRED) == 100
    unlike: dict[str, Any] = {name: why_not(*pair) for name, pair in GIVEN.items()}
    assert sum(1 for reason in unlike.values() if reason) <= 30, unlike
