"""Every case is answered as Nova 14.1.0 did, in every field."""

import copy
import functools
from typing import Any

import pytest

from tests.unit.scheduler import cases
from tracenova.profiler import Later
from tracenova.scheduler.cases.witness import WitnessedSpan
from tracenova.scheduler.filters import all_filters
from tracenova.scheduler.weights import all_weighers
from tracenova.trace.trace import Trace

NAMES = cases.case_names()


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_that_of_real_nova(name: str) -> None:
    """Every field but who answered: states, verdicts, limits, weights, consumption."""
    golden = cases.load("golden", name)
    del golden["oracle"]
    told = cases.answer(cases.load("cases", name)).told
    assert _comparable(told) == _approximately(_comparable(golden))


@pytest.mark.parametrize("name", sorted(cases.hard()))
def test_the_answer_to_a_harder_case_is_that_of_real_nova(name: str) -> None:
    """Where rules turn: null, zero, NaN, hardly numbers, order by hash; in any order."""
    case, golden = cases.hard()[name]
    told = cases.answer(copy.deepcopy(case)).told
    assert _classes(told) == _approximately(_classes(golden))


@pytest.mark.parametrize("name", NAMES)
def test_a_shadow_verdict_is_the_filters_own(name: str) -> None:
    """What a spared filter is recorded to have said is what it says when asked alone."""
    golden = cases.load("golden", name)
    asked = cases.answer(cases.load("cases", name))
    for spans, expected in zip(asked.spans, golden["requests"], strict=True):
        for run in Trace(spans).filter_runs():
            for verdict in run.verdicts:
                if verdict.shadow and run.round == 1:
                    host = verdict.host.replace("/", "|", 1)
                    alone = expected["isolated"][run.name][host]
                    assert verdict.passed is (alone is True)


@pytest.mark.parametrize("name", NAMES[::4])
def test_what_is_read_long_afterwards_is_what_was_said_then(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns are made when somebody looks: hosts and requests have changed by then."""
    told: list[Any] = []
    later: list[Later] = []

    def set_later(span: WitnessedSpan, make: Later) -> None:
        if isinstance(make, functools.partial):  # an unread twin
            later.append(functools.partial(make.func, *map(copy.copy, make.args)))
            told.append(make())
        span.set(make())

    monkeypatch.setattr(WitnessedSpan, "set_later", set_later)
    cases.answer(cases.load("cases", name))
    assert repr([make() for make in later]) == repr(told)


def test_the_cases_cover_every_filter_and_weigher() -> None:
    """Nothing of this release is left to chance."""
    goldens = [cases.load("golden", name) for name in NAMES]
    filters = {each for golden in goldens for each in golden["filters_run"]}
    weighers = {each for golden in goldens for each in golden["weighers_run"]}
    assert filters == {
        cls.__name__ for cls in all_filters() if not cls.__name__.startswith("Base")
    }
    assert weighers == {cls.__name__ for cls in all_weighers()}


def _classes(value: Any) -> Any:
    """Leave only the classes of errors."""
    if isinstance(value, str) and value.startswith("error:"):
        return value.split(":")[1]
    if isinstance(value, list):
        return [_classes(each) for each in value]
    if isinstance(value, dict):
        return {key: _classes(each) for key, each in value.items()}
    return value


def _comparable(value: Any) -> Any:
    """Leave out what only Python 2 can say: the texts of errors."""
    if isinstance(value, str) and value.startswith("error:"):
        return value.split(":")[1]
    if isinstance(value, list):
        return [_comparable(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("order_significant", True):
        return {key: _comparable(each) for key, each in value.items()}
    return {key: _unordered(_comparable(each)) for key, each in value.items()}


def _unordered(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return sorted(value)
    return value


def _approximately(value: Any) -> Any:
    if isinstance(value, float):
        return pytest.approx(value, rel=1e-9, nan_ok=True)
    if isinstance(value, list):
        return [_approximately(each) for each in value]
    if isinstance(value, dict):
        return {key: _approximately(each) for key, each in value.items()}
    return value
