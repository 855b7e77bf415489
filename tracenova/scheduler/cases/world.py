"""The scheduler's surroundings in a case: configuration, time, plug-ins, host manager."""

import datetime
import functools
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from oslo_config import cfg
from oslo_utils import timeutils

from tracenova import conf, exception, identity
from tracenova.scheduler import (
    filter_scheduler,
    host_manager,
    host_selection,
    scheduler_options,
)
from tracenova.scheduler.cases.document import CaseError, Json
from tracenova.scheduler.cases.hosts import host_states, resources
from tracenova.scheduler.filters import HostFilterHandler, python2
from tracenova.scheduler.host_state import HostState
from tracenova.scheduler.weights import BaseHostWeigher, HostWeightHandler

MULTIPLIERS: Final[Mapping[str, str]] = {
    "RAMWeigher": "ram_weight_multiplier",
    "DiskWeigher": "disk_weight_multiplier",
    "IoOpsWeigher": "io_ops_weight_multiplier",
    "MetricsWeigher": "metrics.weight_multiplier",
    "ServerGroupSoftAffinityWeigher": "soft_affinity_weight_multiplier",
    "ServerGroupSoftAntiAffinityWeigher": "soft_anti_affinity_weight_multiplier",
}


class CaseHostManager(host_manager.HostManager):
    """The real host manager on given hosts; notes what passes through it.

    Attributes:
        states: the hosts.
        steps: one for each instance of the request that is being answered.
        absent: weighers that the case names and this release does not have.
    """

    def __init__(self, case: Json, now: datetime.datetime) -> None:
        super().__init__()
        if case.get("filters") is not None:
            self.default_filters = self._choose_host_filters(case["filters"])
        self.absent: list[str] = []
        self._choose_weighers(case)
        self.states = host_states(case, now)
        self.steps: list[Json] = []

    def _choose_weighers(self, case: Json) -> None:
        wanted = case.get("weighers")
        by_name = {type(weigher).__name__: weigher for weigher in self.weighers}
        if wanted is not None:
            self.absent = sorted(set(wanted) - set(by_name))
            by_name = {name: by_name[name] for name in wanted if name in by_name}
            for name, weigher in by_name.items():
                if wanted[name] is not None and name not in MULTIPLIERS:
                    _multiply(weigher, wanted[name])
        for name, (low, high) in (case.get("extremes") or {}).items():
            if name in by_name:
                by_name[name].minval, by_name[name].maxval = low, high
        self.weighers = [by_name[name] for name in sorted(by_name)]

    def _init_aggregates(self) -> None:
        pass

    def _init_instance_info(self) -> None:
        pass

    def get_all_host_states(self, context: Any) -> list[HostState]:
        """Return the case's hosts."""
        return self.states

    def get_filtered_hosts(self, hosts: Any, spec_obj: Any, index: int = 0) -> Any:
        """Filter, and note what came in and out."""
        hosts = list(hosts)
        step: Json = {"index": index, "input": labels(hosts)}
        significant = not (
            spec_obj.ignore_hosts or spec_obj.force_hosts or spec_obj.force_nodes
        )
        if not significant:
            hosts = _as_in_a_dict(hosts, spec_obj)
        candidates = host_selection.candidates(hosts, spec_obj)
        skipped = candidates is not None and host_selection.filters_are_skipped(
            spec_obj
        )
        unasked = skipped or candidates is None
        step["prefilter"] = None if unasked else labels(candidates)
        self.steps.append(step)
        filtered = super().get_filtered_hosts(hosts, spec_obj, index)
        step["filtered"] = labels(filtered)
        step["filters_skipped_because_forced"] = skipped and bool(filtered)
        step["order_significant"] = significant
        step["limits"] = {label(state): _limits(state) for state in filtered or ()}
        return filtered

    def get_weighed_hosts(self, hosts: Any, spec_obj: Any, index: int = 0) -> Any:
        """Weigh, and note the order."""
        weighed = super().get_weighed_hosts(hosts, spec_obj, index)
        best = weighed[0].weight
        step = self.steps[-1]
        step["weighed"] = [[label(each.obj), each.weight] for each in weighed]
        step["selected_ties"] = [
            label(each.obj) for each in weighed if each.weight == best
        ]
        return weighed


class CaseScheduler(filter_scheduler.FilterScheduler):
    """The real driver without notifications and database."""

    def __init__(self, manager: CaseHostManager) -> None:
        self.host_manager = manager
        self.options = scheduler_options.SchedulerOptions()

    def _consume(self, chosen_host: Any, spec_obj: Any) -> None:
        super()._consume(chosen_host, spec_obj)
        step = self.host_manager.steps[-1]
        step["selected"] = label(chosen_host.obj)
        step["selected_after_consume"] = resources(chosen_host.obj)


def label(state: HostState) -> str:
    """Return how an answer names a host: ``host|node``; always the same object."""
    return sys.intern(f"{state.host}|{state.nodename}")


def labels(states: Any) -> list[str]:
    """Return the names of several hosts."""
    return [label(state) for state in states or ()]


def _as_in_a_dict(hosts: list[HostState], spec_obj: Any) -> list[HostState]:
    """Return the hosts in the order that Nova's dict of them happened to have.

    Nova puts them into one to take ignored and unforced hosts out.
    """
    wish = spec_obj.requested_destination
    if wish is not None:
        hosts = [s for s in hosts if (s.host, s.nodename) == (wish.host, wish.node)]
    by_key = {(state.host, state.nodename): state for state in hosts}
    return [by_key[key] for key in python2.hash_order(tuple(by_key))]


def _limits(state: HostState) -> Json:
    limits = dict(state.limits)
    numa = limits.get("numa_topology")
    if numa is not None:
        names = ("cpu_allocation_ratio", "ram_allocation_ratio")
        limits["numa_topology"] = {name: getattr(numa, name) for name in names}
    return limits


def _multiply(weigher: BaseHostWeigher, multiplier: float) -> None:
    weigher.weight_multiplier = lambda: float(multiplier)  # type: ignore[method-assign]  # a plug-in has no option


def plugin_classes(
    case: Json, plugins: Sequence[str]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return (path, class name) of the filters and of the weighers of plug-ins.

    Raises:
        CaseError: a plug-in cannot be loaded, or holds neither.
    """
    filters: list[tuple[str, str]] = []
    weighers: list[tuple[str, str]] = []
    for plugin in plugins:
        problems = []
        for handler, names in (
            (HostFilterHandler(), filters),
            (HostWeightHandler(), weighers),
        ):
            try:
                found = handler.get_matching_classes([plugin])
                names += [(plugin, cls.__name__) for cls in found]
            except exception.ClassNotFound as error:
                problems.append(str(error))
        if len(problems) == 2:
            kind = exception.ClassNotFound.__name__
            raise CaseError(case["case"], f"plug-in {plugin}", problems[0], kind)
    return filters, weighers


@contextmanager
def configured(case: Json, plugins: Sequence[str] = ()) -> Iterator[None]:
    """Act as a scheduler whose configuration has the case's options and multipliers.

    Args:
        case: the document.
        plugins: paths of files, modules or classes with filters and weighers.

    Raises:
        CaseError: an option is unknown or its value is of the wrong type.
    """
    service = identity.ServiceIdentity("nova-scheduler", "controller", "cases")
    options = _shared_options()
    overridden: list[tuple[str, str | None]] = []
    try:
        _set_options(options, case, overridden)
        for name, found in zip(
            ("scheduler_available_filters", "scheduler_weight_classes"),
            plugin_classes(case, plugins),
            strict=True,
        ):
            paths = dict.fromkeys(path for path, _ in found)
            options.set_override(name, [*options[name], *paths])
            overridden.append((name, None))
        options.set_override("recorded_hosts", 0, "tracenova")  # the case is there
        overridden.append(("recorded_hosts", "tracenova"))
        conf.assign(service, options)
        with identity.acting_as(service):
            yield
    finally:
        conf.release(service)
        for name, group in overridden:
            options.clear_override(name, group)


@functools.cache
def _shared_options() -> cfg.ConfigOpts:
    return conf.new_config()


def _set_options(
    options: cfg.ConfigOpts, case: Json, overridden: list[tuple[str, str | None]]
) -> None:
    settings = dict(case.get("options") or {})
    for name, multiplier in (case.get("weighers") or {}).items():
        if multiplier is not None and name in MULTIPLIERS:
            settings[MULTIPLIERS[name]] = multiplier
    for name, value in settings.items():
        group, _, option = name.rpartition(".")
        try:
            if option not in (options[group] if group else options):
                option = f"scheduler_{option}"
            options.set_override(option, value, group or None)
            overridden.append((option, group or None))
        except cfg.NoSuchOptError as error:
            problem = "the release has no such option"
            raise CaseError(case["case"], f"options.{name}", problem) from error
        except cfg.NoSuchGroupError as error:
            problem = "the release has no such group of options"
            raise CaseError(case["case"], f"options.{name}", problem) from error
        except (ValueError, TypeError) as error:
            raise CaseError(case["case"], f"options.{name}", str(error)) from error


@contextmanager
def frozen(now: datetime.datetime) -> Iterator[None]:
    """Let it be that time for whoever asks oslo's clock."""

    def utcnow(with_timezone: bool = False) -> datetime.datetime:
        return now.replace(tzinfo=datetime.UTC) if with_timezone else now

    real = timeutils.utcnow
    timeutils.utcnow = utcnow
    try:
        yield
    finally:
        timeutils.utcnow = real


def built(case: Json, now: datetime.datetime) -> CaseHostManager:
    """Return the host manager of the case.

    Raises:
        CaseError: a filter or plug-in cannot be loaded, or a host not be built.
    """
    try:
        return CaseHostManager(case, now)
    except exception.SchedulerHostFilterNotFound as error:
        raise CaseError(
            case["case"], "filters", str(error), type(error).__name__
        ) from error
