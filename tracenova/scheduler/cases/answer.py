"""What the scheduler says to a case, in the shape of the real Nova's answers.

The answer is put together from the recorded spans: what the views of a trace show and
what ``tracenova schedule --json`` prints cannot differ.
"""

import contextlib
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from oslo_utils import timeutils

from tracenova import context, filters
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler.cases.document import CaseError, Json
from tracenova.scheduler.cases.hosts import naive, resources
from tracenova.scheduler.cases.requests import numa_cells, request_spec
from tracenova.scheduler.cases.witness import Witness, WitnessedSpan, unseen, witnessing
from tracenova.scheduler.cases.world import (
    MULTIPLIERS,
    CaseHostManager,
    CaseScheduler,
    built,
    configured,
    frozen,
    label,
    labels,
)
from tracenova.scheduler.filters import BaseHostFilter
from tracenova.trace import names
from tracenova.trace.model import Span


@dataclass(frozen=True, slots=True)
class Answered:
    """A case and what came of it.

    Attributes:
        told: the answer, as JSON.
        spans: of each request the recorded spans, for the views of a trace.
    """

    told: Json
    spans: tuple[tuple[Span, ...], ...]

    @property
    def is_enough(self) -> bool:
        """Whether every instance of every request got a host."""
        return all(request.get("enough") for request in self.told["requests"])


def answered(
    case: Json, plugins: Sequence[str] = (), *, isolated: bool = True
) -> Answered:
    """Ask the scheduler the requests of a case, one after the other.

    Args:
        case: a checked document.
        plugins: further filters and weighers: files, modules or classes.
        isolated: also ask every filter alone about every host.

    Raises:
        CaseError: the case cannot be asked; Nova's own errors are in the answer.
    """
    now = _now(case)
    with configured(case, plugins), frozen(now):
        with unseen():
            manager = built(case, now)
        told: Json = {
            "case": case["case"],
            "kind": case["kind"],
            "filters_run": [type(each).__name__ for each in manager.default_filters],
            "weighers_run": [type(each).__name__ for each in manager.weighers],
            "host_states": {label(s): resources(s) for s in manager.states},
            "requests": [],
        }
        if manager.absent:
            told["weighers_not_in_this_release"] = manager.absent
        spans = []
        for request in case["requests"]:
            answer, witness = _ask(CaseScheduler(manager), request, isolated=isolated)
            told["requests"].append(answer)
            spans.append(tuple(witness.spans))
    return Answered(told, tuple(spans))


def deliberated(case: Json, plugins: Sequence[str] = ()) -> list[list[Json]]:
    """Return the steps of each request, without recording anything: quick.

    A step tells who was ``filtered`` (left by the filters) and ``selected``.

    Raises:
        CaseError: the case cannot be asked.
    """
    now = _now(case)
    steps: list[list[Json]] = []
    with configured(case, plugins), frozen(now), unseen():
        scheduler = CaseScheduler(built(case, now))
        for request in case["requests"]:
            scheduler.host_manager.steps = []
            with contextlib.suppress(Exception):  # whatever Nova stumbles over: nobody
                spec_obj = request_spec(request)
                scheduler._schedule(context.get_admin_context(), spec_obj)
            steps.append(scheduler.host_manager.steps)
    return steps


def _now(case: Json) -> Any:
    try:
        return naive(case["now"]) if case.get("now") else timeutils.utcnow()
    except ValueError as error:
        raise CaseError(case["case"], "now", str(error)) from error


def _ask(
    scheduler: CaseScheduler, request: Json, *, isolated: bool
) -> tuple[Json, Witness]:
    manager = scheduler.host_manager
    witness = Witness()
    try:
        spec_obj = request_spec(request)
    except Exception as error:  # noqa: BLE001 - whatever Nova says to the request
        return {"spec_error": error_text(error)}, witness
    told: Json = {}
    if isolated:
        with unseen():
            told["isolated"] = _isolated(manager, spec_obj)
    if cells := numa_cells(spec_obj):
        told["numa_cells_requested"] = cells
    manager.steps = []
    with witnessing() as witness:
        try:
            scheduler._schedule(context.get_admin_context(), spec_obj)
        except Exception as error:
            if not manager.steps:
                raise
            manager.steps[-1]["error"] = error_text(error)
    for step in manager.steps:
        step["chain"] = list(_chain(witness, step["index"]))
        if step.get("filtered"):
            step["weighers"] = list(_weighers(witness, step["index"]))
            _note_nonsense(step)
    told["instances"] = manager.steps
    told["selected"] = [
        step["selected"] for step in manager.steps if "selected" in step
    ]
    told["enough"] = len(told["selected"]) == spec_obj.num_instances
    return told, witness


def error_text(error: BaseException) -> str:
    """Return how an answer writes an error: ``error:Class: text``."""
    return f"error:{type(error).__name__}: {error}"


def _isolated(manager: CaseHostManager, spec_obj: RequestSpec) -> Json:
    """Ask every filter alone about every host."""
    hosts = labels(manager.states)
    told: Json = {}
    for filter_ in manager.default_filters:
        verdicts = _alone(filter_, manager, spec_obj)
        told[type(filter_).__name__] = dict(zip(hosts, verdicts, strict=True))
    return told


def _alone(
    filter_: BaseHostFilter, manager: CaseHostManager, spec_obj: RequestSpec
) -> list[bool | str]:
    stand_in = manager.filter_handler.stand_in
    if type(filter_).filter_all is BaseHostFilter.filter_all:
        with contextlib.suppress(Exception):  # then one by one, to learn on whom
            stand_ins = list(map(stand_in, manager.states))
            return list(map(bool, filter_.verdicts(stand_ins, spec_obj)))
    return [_verdict(filter_, stand_in(state), spec_obj) for state in manager.states]


def _verdict(filter_: BaseHostFilter, state: Any, spec_obj: RequestSpec) -> bool | str:
    try:
        return bool(filters.judged(filter_, [state], spec_obj)[0])
    except Exception as error:  # noqa: BLE001 - the verdict is the error
        return error_text(error)


def _runs(witness: Witness, prefix: str, index: int) -> Iterator[WitnessedSpan]:
    for span in witness.named(prefix):
        if span.attributes[names.INSTANCE_INDEX] == index:
            yield span


def _chain(witness: Witness, index: int) -> Iterator[Json]:
    """Yield the filters that decided, in their order."""
    for run in _runs(witness, "filter ", index):
        told: Json = {"filter": run.attributes[names.FILTER_NAME]}
        if run.error is not None:
            told["error"] = error_text(run.error)
            told["in"] = _named(run.attributes[names.FILTER_HOSTS])
            yield told
            return
        rows = list(_decided(run))
        if not rows and run.attributes[names.FILTER_SHADOW]:
            continue
        told["in"] = [host for host, _ in rows]
        told["out"] = [host for host, passed in rows if passed]
        yield told


def _decided(run: WitnessedSpan) -> Iterator[tuple[str, bool]]:
    columns = zip(
        _named(run.attributes[names.FILTER_HOSTS]),
        run.attributes[names.FILTER_PASSED],
        run.attributes[names.FILTER_SHADOW],
        strict=True,
    )
    for host, passed, shadow in columns:
        if not shadow:
            yield host, passed


def _note_nonsense(step: Json) -> None:
    """Say of a plug-in that its numbers are none, or not as many as hosts."""
    for run in step["weighers"]:
        if run["weigher"] in MULTIPLIERS:  # the answer to a case is Nova's, no more
            continue
        raw = list(run.get("raw", {}).values())
        odd = [number for number in raw if not math.isfinite(number)]
        if odd:
            run["problem"] = f"answered {odd[0]} for {len(odd)} of {len(raw)} hosts"
        elif "raw" in run and len(raw) < len(step["filtered"]):
            hosts = len(step["filtered"])
            run["problem"] = f"answered {len(raw)} numbers for {hosts} hosts"


def _weighers(witness: Witness, index: int) -> Iterator[Json]:
    for run in _runs(witness, "weigher ", index):
        name = run.attributes[names.WEIGHER_NAME]
        if run.error is not None:
            yield {"weigher": name, "error": error_text(run.error)}
            continue
        hosts = _named(run.attributes[names.WEIGHER_HOSTS])
        yield {
            "weigher": name,
            "multiplier": run.attributes[names.WEIGHER_MULTIPLIER],
            "minval": run.attributes[names.WEIGHER_MINVAL],
            "maxval": run.attributes[names.WEIGHER_MAXVAL],
            "raw": dict(zip(hosts, run.attributes[names.WEIGHER_RAW], strict=True)),
            "normalized": dict(
                zip(hosts, run.attributes[names.WEIGHER_NORMALIZED], strict=True)
            ),
        }


def _named(hosts: Iterable[str]) -> list[str]:
    return [sys.intern(host.replace("/", "|", 1)) for host in hosts]
