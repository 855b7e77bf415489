"""The weighing engine: brings the survivors of the filters into an order.

Each weigher gives every candidate a raw number; the numbers of one weigher are scaled
to 0…1, multiplied, and added up. The largest sum wins.

Nova: nova/weights.py
"""

import abc
import functools
import logging
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from tracenova import loadables, profiler
from tracenova.conf import CONF
from tracenova.filter_record import Rows
from tracenova.read_once import ReadOnce
from tracenova.trace import names

LOG = logging.getLogger(__name__)


def normalize(
    weight_list: Sequence[float],
    minval: float | None = None,
    maxval: float | None = None,
) -> list[float]:
    """Scale the numbers so that the lowest becomes 0 and the highest 1.

    All equal: all 0. Extremes that are given win over those of the list.

    Nova: nova/weights.py normalize
    """
    if not weight_list:
        return []
    low = float(min(weight_list) if minval is None else minval)
    high = float(max(weight_list) if maxval is None else maxval)
    if low == high:
        return [0.0] * len(weight_list)
    width = high - low
    return [(weight - low) / width for weight in weight_list]


class WeighedObject:
    """A candidate and its sum.

    Nova: nova/weights.py WeighedObject
    """

    __slots__ = ("obj", "weight")

    def __init__(self, obj: Any, weight: float) -> None:
        self.obj = obj
        self.weight = weight

    def __repr__(self) -> str:
        return f"<WeighedObject '{self.obj}': {self.weight}>"


class BaseWeigher(abc.ABC):
    """One point of view from which candidates are better or worse.

    Attributes:
        minval: a lower end that is known beforehand (0 for free memory).
        maxval: an upper end that is known beforehand.

    Nova: nova/weights.py BaseWeigher
    """

    minval: float | None = None
    maxval: float | None = None
    minval_by: str | None = None  # ours: the server whose request set it
    maxval_by: str | None = None

    def weight_multiplier(self) -> float:
        """Return how much this weigher counts; negative turns its order round."""
        return 1.0

    @abc.abstractmethod
    def _weigh_object(self, obj: Any, weight_properties: Any) -> float:
        """Return the candidate's raw number."""

    def weigh_objects(
        self, weighed_obj_list: Sequence[WeighedObject], weight_properties: Any
    ) -> list[float]:
        """Return the raw number of each candidate.

        Newton widens ``minval`` and ``maxval`` to what it sees, and a weigher lives
        as long as the scheduler: the extremes of old requests go on scaling new ones
        until a restart. Victoria repaired that (5ab9ef11e2): extremes belong to the
        request, and bounds that a class sets clamp. ``[tracenova]
        stale_weight_extremes`` chooses.
        """
        if not CONF.tracenova.stale_weight_extremes:
            return [
                self._clamped(self._weigh_object(weighed.obj, weight_properties))
                for weighed in weighed_obj_list
            ]
        weights: list[float] = []
        try:
            for weighed in weighed_obj_list:
                weights.append(self._weigh_object(weighed.obj, weight_properties))  # noqa: PERF401 - what came before an error counts
        finally:
            self._widen_extremes(weights, weight_properties)
        return weights

    def _widen_extremes(self, weights: list[float], weight_properties: Any) -> None:
        if not weights:
            return
        lowest, highest = min(weights), max(weights)
        asker = getattr(weight_properties, "instance_uuid", None)
        if self.minval is None or lowest < self.minval:
            self.minval, self.minval_by = lowest, asker
        if self.maxval is None or highest > self.maxval:
            self.maxval, self.maxval_by = highest, asker

    def _clamped(self, weight: float) -> float:
        if self.minval is not None:
            weight = max(weight, self.minval)
        if self.maxval is not None:
            weight = min(weight, self.maxval)
        return weight


class BaseWeightHandler(loadables.BaseLoader):
    """Runs the weighers and sorts.

    Nova: nova/weights.py BaseWeightHandler
    """

    object_class: ClassVar[type[WeighedObject]] = WeighedObject

    def get_weighed_objects(
        self,
        weighers: Iterable[BaseWeigher],
        obj_list: Sequence[Any],
        weighing_properties: Any,
        index: int = 0,
    ) -> list[WeighedObject]:
        """Return the candidates with their sums, best first; equals keep their order.

        A single candidate has won already: no weigher runs.

        Args:
            weighers: in the order in which they add up.
            obj_list: the candidates.
            weighing_properties: the request.
            index: which instance of the request this is for; told to the trace.
        """
        weighed_objs = [self.object_class(obj, 0.0) for obj in obj_list]
        if len(weighed_objs) <= 1:
            return weighed_objs
        rows = Rows(list(obj_list))
        for weigher in weighers:
            name = type(weigher).__name__
            attributes: dict[str, profiler.Attribute | None] = {
                names.WEIGHER_NAME: name,
                names.INSTANCE_INDEX: index,
            }
            with profiler.span(f"weigher {name}", "internal", attributes) as span:
                asked = ReadOnce(weighing_properties)
                raw = weigher.weigh_objects(weighed_objs, asked) or []
                normalized = normalize(raw, weigher.minval, weigher.maxval)
                multiplier = weigher.weight_multiplier()
                weighted = [multiplier * weight for weight in normalized]
                _check_count(weigher, len(weighted), len(weighed_objs))
                for weighed, weight in zip(weighed_objs, weighted, strict=False):
                    weighed.weight += weight
                if profiler.is_recording():
                    scale = _scale(weigher, raw, multiplier)
                    columns = rows, list(raw), normalized, weighted
                    span.set_later(functools.partial(_attributes, scale, *columns))
        return sorted(weighed_objs, key=lambda weighed: weighed.weight, reverse=True)


def _check_count(weigher: BaseWeigher, count: int, hosts: int) -> None:
    """Make sure that there are not too many numbers; too few are Nova's as well.

    Raises:
        IndexError: there are.
    """
    name = type(weigher).__name__
    if count > hosts:
        msg = f"{name} answered {count} numbers for {hosts} candidates"
        raise IndexError(msg)
    if count < hosts:
        LOG.warning("%s answered %d numbers for %d candidates", name, count, hosts)


def _attributes(
    scale: dict[str, profiler.Attribute | None],
    rows: Rows,
    raw: list[float],
    normalized: list[float],
    weighted: list[float],
) -> dict[str, profiler.Attribute | profiler.Column | None]:
    scaled = tuple(normalized)
    as_scaled = scale[names.WEIGHER_MULTIPLIER] == 1.0
    return {
        **scale,
        names.WEIGHER_HOSTS: rows.labels[: len(raw)],
        names.WEIGHER_RAW: tuple(map(float, raw)),
        names.WEIGHER_NORMALIZED: scaled,
        names.WEIGHER_WEIGHTED: scaled if as_scaled else tuple(weighted),
    }


def _scale(
    weigher: BaseWeigher, raw: list[float], multiplier: float
) -> dict[str, profiler.Attribute | None]:
    low = min(raw, default=0.0) if weigher.minval is None else weigher.minval
    high = max(raw, default=0.0) if weigher.maxval is None else weigher.maxval
    return {
        names.WEIGHER_MULTIPLIER: float(multiplier),
        names.WEIGHER_MINVAL: float(low),
        names.WEIGHER_MAXVAL: float(high),
        names.WEIGHER_MINVAL_BY: weigher.minval_by,
        names.WEIGHER_MAXVAL_BY: weigher.maxval_by,
    }
