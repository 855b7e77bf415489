"""The weighing engine: scaling, adding up, extremes that stay."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.scheduler.cases import configured
from tests.unit.scheduler.recording import recording
from tracenova import weights
from tracenova.trace import names

FINITE = st.floats(-1e9, 1e9)


class Handler(weights.BaseWeightHandler):
    """An engine without a folder of its own."""

    def __init__(self) -> None:
        pass


class Size(weights.BaseWeigher):
    """Bigger is better."""

    def _weigh_object(self, obj: Any, weight_properties: Any) -> float:
        return float(obj.size)


class SizeFromZero(Size):
    """Bigger is better, and nothing is known to be the least."""

    minval = 0


class Smaller(Size):
    """Smaller is better, and twice as important."""

    def weight_multiplier(self) -> float:
        """Return a number that turns the order round."""
        return -2.0


def _hosts(*sizes: float) -> list[Any]:
    return [
        SimpleNamespace(host=f"host{size}", nodename="node", size=size)
        for size in sizes
    ]


def _weigh(weighers: list[weights.BaseWeigher], *sizes: float) -> list[Any]:
    weighed = Handler().get_weighed_objects(weighers, _hosts(*sizes), None)
    return [(w.obj.size, w.weight) for w in weighed]


def _case(**options: Any) -> Any:
    return configured({"options": options, "weighers": None})


@given(st.lists(FINITE, min_size=1))
def test_normalized_weights_stay_between_0_and_1(raw: list[float]) -> None:
    """The lowest becomes 0, the highest 1; all equal becomes all 0."""
    scaled = weights.normalize(raw)
    assert all(0.0 <= weight <= 1.0 for weight in scaled)
    if min(raw) == max(raw):
        assert set(scaled) == {0.0}
    else:
        assert (min(scaled), max(scaled)) == (0.0, 1.0)


@given(st.lists(FINITE, min_size=1), FINITE, FINITE)
def test_wider_extremes_keep_weights_between_0_and_1(
    raw: list[float], low: float, high: float
) -> None:
    """Extremes that are given win; those a weigher gives enclose all it has seen."""
    scaled = weights.normalize(raw, min(low, *raw), max(high, *raw))
    assert all(0.0 <= weight <= 1.0 for weight in scaled)


def test_nothing_to_normalize() -> None:
    """An empty list stays empty."""
    assert weights.normalize([]) == []


def test_a_single_candidate_is_not_weighed() -> None:
    """With one host no weigher runs and its weight is 0.0."""
    with recording() as backend:
        assert _weigh([Size()], 5) == [(5, 0.0)]
    assert backend.seen == []


def test_weights_are_multiplied_and_added() -> None:
    """sum = Σ multiplier × normalized; best first."""
    assert _weigh([Size(), Smaller()], 1, 2, 3) == [(1, 0.0), (2, -0.5), (3, -1.0)]


def test_equals_keep_their_order() -> None:
    """Nova's sort is stable."""
    assert [size for size, _ in _weigh([], 3, 1, 2)] == [3, 1, 2]


def test_extremes_of_old_requests_scale_new_ones() -> None:
    """Before Victoria a weigher's extremes outlived the request."""
    with _case():
        weigher = SizeFromZero()
        _weigh([weigher], 10, 100)
        assert _weigh([weigher], 10, 20) == [(20, 0.2), (10, 0.1)]


def test_the_switch_gives_each_request_its_own_extremes() -> None:
    """stale_weight_extremes off: as Nova does since Victoria (5ab9ef11e2)."""
    with _case(**{"tracenova.stale_weight_extremes": False}):
        weigher = SizeFromZero()
        _weigh([weigher], 10, 100)
        assert _weigh([weigher], 10, 20) == [(20, 1.0), (10, 0.5)]
        assert weigher.maxval is None


def test_class_bounds_clamp_when_extremes_are_not_stale() -> None:
    """Victoria: a weight beyond minval counts as minval."""
    with _case(**{"tracenova.stale_weight_extremes": False}):
        weighed = _weigh([SizeFromZero()], -10, 10)
    assert weighed == [(10, 1.0), (-10, 0.0)]


def test_what_was_weighed_before_an_error_widens_the_extremes() -> None:
    """Nova widens them host by host, so a later error does not undo it."""

    class Fragile(Size):
        def _weigh_object(self, obj: Any, weight_properties: Any) -> float:
            if obj.size > 5:
                raise RuntimeError
            return super()._weigh_object(obj, weight_properties)

    with _case():
        weigher = Fragile()
        with pytest.raises(RuntimeError):
            _weigh([weigher], 1, 4, 9)
    assert (weigher.minval, weigher.maxval) == (1, 4)


def test_a_run_is_one_span_with_a_row_for_each_host() -> None:
    """Columns: host, raw, normalized, weighted; besides multiplier and scale."""
    with recording() as backend:
        _weigh([Smaller()], 1, 3)
    (span,) = backend.seen
    assert span.name == "weigher Smaller"
    told = span.attributes
    assert list(told[names.WEIGHER_HOSTS]) == ["host1/node", "host3/node"]
    assert list(told[names.WEIGHER_RAW]) == [1.0, 3.0]
    assert list(told[names.WEIGHER_NORMALIZED]) == [0.0, 1.0]
    assert list(told[names.WEIGHER_WEIGHTED]) == [-0.0, -2.0]
    assert told[names.WEIGHER_MULTIPLIER] == -2.0
    assert (told[names.WEIGHER_MINVAL], told[names.WEIGHER_MAXVAL]) == (1.0, 3.0)
