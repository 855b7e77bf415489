"""What would have turned a decision: the smallest change of one number, tried out.

Every answer was verified by asking the scheduler again with the change. Numbers of
hosts and flavors are found by halving, so a step less does not do; multipliers by
algebra on the recorded weights.
"""

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from tracenova.scheduler.cases.answer import answered, deliberated
from tracenova.scheduler.cases.changes import weighers_of
from tracenova.scheduler.cases.document import CaseError, Json
from tracenova.scheduler.cases.world import label
from tracenova.trace.decisions import WeigherRun
from tracenova.trace.trace import Trace

Kind = Literal["multiplier", "flavor", "host"]
Outcome = Literal["wins", "passes"]
_FLAVOR: Final = ("memory_mb", "vcpus", "root_gb", "ephemeral_gb", "swap")
_HOST: Final = (
    "free_ram_mb",
    "free_disk_mb",
    "vcpus_used",
    "num_io_ops",
    "num_instances",
)
# what is free, what the host has of it, and the MB in one of the latter's unit
_WHOLE: Final = {
    "free_ram_mb": ("total_usable_ram_mb", 1),
    "free_disk_mb": ("total_usable_disk_gb", 1024),
}
_FARTHEST: Final = 2**24
_NEAR: Final = 1e-9

__all__ = ["Flip", "Question", "flips", "label"]


@dataclass(frozen=True, slots=True)
class Flip:
    """One change that turns the decision for a host.

    Attributes:
        kind: what is changed.
        path: as ``tracenova schedule --set`` takes it.
        before: what it is; None: not set; a dict where several fields change.
        after: what it would have to be.
        outcome: the host wins, or at least passes all filters.
        whole: what the host has altogether, in MB, where the change asks for more.
    """

    kind: Kind
    path: str
    before: Any
    after: Any
    outcome: Outcome
    whole: int | None = None

    def sentence(self) -> str:
        """Return ``multiplier.RAMWeigher=-0.1 instead of 1: it would win``."""
        before = "unset" if self.before is None else f"{self.before}"
        end = "it would win" if self.outcome == "wins" else "it would pass every filter"
        if isinstance(self.after, dict):
            several = " and ".join(
                f"{self.path}.{name}={value} instead of {self.before[name]}"
                for name, value in self.after.items()
            )
            return f"{several}: {end}"
        if self.after is None:
            return f"without {self.path} (now {before}): {end}"
        if self.whole is not None:
            end += f" (but this host has {self.whole} MB in all: it takes a larger one)"
        return f"{self.path}={self.after} instead of {before}: {end}"


@dataclass(frozen=True, slots=True)
class Question:
    """About which host of which decision it is asked.

    Attributes:
        case: the document.
        host: ``host|node``.
        request: which of the case's requests, from 0.
        instance: which of that request's instances, from 0.
    """

    case: Json
    host: str
    request: int = 0
    instance: int = 0

    def fate(self, case: Json) -> Outcome | None:
        """Return what becomes of the host in a case that may be changed."""
        try:
            steps = deliberated(case, case.get("plugins") or ())[self.request]
        except CaseError:
            return None
        if self.instance >= len(steps):
            return None
        step = steps[self.instance]
        if step.get("selected") == self.host:
            return "wins"
        return "passes" if self.host in (step.get("filtered") or ()) else None


def flips(question: Question) -> list[Flip]:
    """Return the smallest change of each kind that turns the decision for the host.

    A host that was refused and cannot win by a change of one number is shown what
    would let it pass.
    """
    now = question.fate(question.case)
    if now == "wins":
        return []
    return [*_multipliers(question), *_flavor(question, now), *_host(question, now)]


def _multipliers(question: Question) -> Iterator[Flip]:
    weighers = weighers_of(question.case)
    nearest: list[tuple[float, Flip]] = []
    for run in _runs(question):
        for multiplier in _candidates(run, question):
            flip = Flip(
                "multiplier",
                f"multiplier.{run.name}",
                run.multiplier,
                multiplier,
                "wins",
            )
            twin = {**question.case, "weighers": {**weighers, run.name: multiplier}}
            if question.fate(twin) == "wins":
                nearest.append((abs(multiplier - run.multiplier), flip))
                break
    yield from (flip for _, flip in sorted(nearest, key=lambda pair: pair[0])[:1])


def _runs(question: Question) -> list[WeigherRun]:
    plugins = question.case.get("plugins") or ()
    told = answered(question.case, plugins, isolated=False)
    return [
        run
        for run in Trace(told.spans[question.request]).weigher_runs()
        if run.round == question.instance + 1
    ]


def _candidates(run: WeigherRun, question: Question) -> Iterator[float]:
    """Yield multipliers for which the host should have the largest sum, short ones first."""
    runs = [each for each in _runs(question) if each.name != run.name]
    rest: dict[str, float] = {}
    for each in runs:
        for weight in each.weights:
            rest[weight.host] = rest.get(weight.host, 0.0) + weight.weighted
    lines = {
        weight.host.replace("/", "|", 1): (
            rest.get(weight.host, 0.0),
            weight.normalized,
        )
        for weight in run.weights
    }
    if question.host not in lines:
        return
    base, slope = lines.pop(question.host)
    low, high = -math.inf, math.inf
    for other_base, other_slope in lines.values():
        gap, lean = other_base - base, slope - other_slope
        if abs(lean) < _NEAR:
            if gap > _NEAR:
                return
        elif lean > 0:
            low = max(low, gap / lean)
        else:
            high = min(high, gap / lean)
    if low > high + _NEAR:
        return
    yield from _short_numbers(low, high, run.multiplier)


def _short_numbers(low: float, high: float, now: float) -> Iterator[float]:
    """Yield numbers of the range near the one end that is nearer to now."""
    upwards = low >= now
    end = low if upwards else high
    if not math.isfinite(end):  # sums that are no numbers set no limit
        return
    for digits in range(1, 7):
        step = 10.0**-digits
        lower = math.floor(end / step)
        for number in (lower - 1, lower, lower + 1, lower + 2)[:: 1 if upwards else -1]:
            candidate = round(number * step, digits)
            if low - _NEAR <= candidate <= high + _NEAR:
                yield candidate
    yield end


def _flavor(question: Question, now: Outcome | None) -> Iterator[Flip]:
    flavor = question.case["requests"][question.request]["flavor"]
    found: list[tuple[float, Flip]] = []
    for name in _FLAVOR:
        before = flavor.get(name, 0)

        def twin(value: int, name: str = name) -> Json:
            case = copy.deepcopy(question.case)
            case["requests"][question.request]["flavor"][name] = value
            return case

        found += _searched(question, now, "flavor", f"flavor.{name}", before, twin)
    for key, before in (flavor.get("extra_specs") or {}).items():
        case = copy.deepcopy(question.case)
        del case["requests"][question.request]["flavor"]["extra_specs"][key]
        outcome = question.fate(case)
        if _is_better(outcome, now):
            flip = Flip(
                "flavor", f"extra_spec.{key}", before, None, outcome or "passes"
            )
            found.append((1.0, flip))
    if not found:
        found += _several_fields(question, now)
    yield from _best(found)


def _several_fields(
    question: Question, now: Outcome | None
) -> Iterator[tuple[float, Flip]]:
    """Yield the largest smaller flavor, where no single field is enough."""
    flavor = question.case["requests"][question.request]["flavor"]
    before = {name: flavor[name] for name in _FLAVOR if flavor.get(name)}
    best = dict.fromkeys(before, 0)

    def fate(values: dict[str, int]) -> Outcome | None:
        case = copy.deepcopy(question.case)
        case["requests"][question.request]["flavor"].update(values)
        return question.fate(case)

    if not _is_better(fate(best), now):
        return
    for name, most in before.items():
        good, bad = 0, most + 1
        while bad - good > 1:
            middle = (good + bad) // 2
            if _is_better(fate({**best, name: middle}), now):
                good = middle
            else:
                bad = middle
        best[name] = good
    changed = {name: value for name, value in best.items() if value != before[name]}
    outcome = fate(best) or "passes"
    was = {name: before[name] for name in changed}
    yield 1.0, Flip("flavor", "flavor", was, changed, outcome)


def _host(question: Question, now: Outcome | None) -> Iterator[Flip]:
    found: list[tuple[float, Flip]] = []
    hosts = question.case["hosts"]
    at = next(
        place
        for place, host in enumerate(hosts)
        if f"{host['host']}|{host.get('nodename', host['host'])}" == question.host
    )
    values = _values(question)
    for name in _HOST:
        before = values.get(name)
        if before is None:
            continue

        def twin(value: int, name: str = name) -> Json:
            changed = [*hosts]
            changed[at] = {**hosts[at], name: value}
            return {**question.case, "hosts": changed}

        path = f"host.{hosts[at]['host']}.{name}"
        found += _searched(question, now, "host", path, before, twin)
    for flip in _best(found):
        whole = _whole(flip, values)
        yield replace(flip, whole=whole) if whole is not None else flip


def _whole(flip: Flip, values: Json) -> int | None:
    """Return what the host has altogether, in MB, if the change asks for more."""
    free = flip.path.rpartition(".")[2]
    if free not in _WHOLE:
        return None
    total, unit = _WHOLE[free]
    whole = int(values.get(total) or 0) * unit
    return whole if flip.after > whole else None


def _values(question: Question) -> Json:
    plugins = question.case.get("plugins") or ()
    states: Json = answered(
        {**question.case, "requests": []}, plugins, isolated=False
    ).told["host_states"]
    found: Json = states[question.host]
    return found


def _searched(
    question: Question,
    now: Outcome | None,
    kind: Kind,
    path: str,
    before: int,
    twin: Callable[[int], Json],
) -> list[tuple[float, Flip]]:
    """Look below and above for the nearest number that turns the decision."""
    found = []
    lowest = 0 if kind == "flavor" or not path.endswith("_mb") else before
    for direction, farthest in ((-1, before - lowest), (1, _FARTHEST)):
        if farthest <= 0:
            continue

        def fate(
            distance: int, direction: int = direction, before: int = before
        ) -> Outcome | None:
            return question.fate(twin(before + direction * distance))

        for wanted in ("wins", "passes"):
            if wanted == "passes" and now == "passes":
                continue
            distance = _nearest(fate, wanted, int(farthest))
            if distance is not None:
                after = before + direction * distance
                cost = distance / max(1, abs(before))
                flip = Flip(kind, path, before, after, wanted)
                found.append((cost, flip))
                break
    return found


def _nearest(
    fate: Callable[[int], Outcome | None], wanted: str, farthest: int
) -> int | None:
    """Return the smallest distance at which the outcome is reached.

    Doubling first, since what is too far may turn the decision once more.
    """

    def reached(distance: int) -> bool:
        outcome = fate(distance)
        return outcome in ("wins", wanted)

    tried, good = 0, None
    distance = 1
    while good is None and tried < farthest:
        distance = min(distance, farthest)
        if reached(distance):
            good = distance
        else:
            tried, distance = distance, distance * 2
    if good is None:
        return None
    while good - tried > 1:
        middle = (good + tried) // 2
        if reached(middle):
            good = middle
        else:
            tried = middle
    return good


def _is_better(outcome: Outcome | None, now: Outcome | None) -> bool:
    return outcome == "wins" or (outcome == "passes" and now is None)


def _best(found: Sequence[tuple[float, Flip]]) -> Iterator[Flip]:
    """Yield the smallest change that makes the host win, else one that lets it pass."""
    ranked = sorted(found, key=lambda pair: (pair[1].outcome != "wins", pair[0]))
    yield from (flip for _, flip in ranked[:1])
