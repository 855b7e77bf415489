"""The scheduler's picture of the cloud, kept between requests.

Nova: nova/scheduler/host_manager.py. Split: HostState is in host_state.py, the
instances of each host in instance_info.py, aggregates in host_aggregates.py, forced
and ignored hosts in host_selection.py. Left out: ironic's manager.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from tracenova import exception, objects
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters, host_selection, weights
from tracenova.scheduler.host_aggregates import HostAggregates
from tracenova.scheduler.host_state import HostState
from tracenova.scheduler.instance_info import InstanceInfo

__all__ = ["HostManager", "HostState"]
LOG = logging.getLogger(__name__)


class HostManager(HostAggregates, InstanceInfo):
    """Knows every compute host, and which filters and weighers judge them.

    Nova: nova/scheduler/host_manager.py HostManager

    Raises:
        exception.SchedulerHostFilterNotFound: a configured filter does not exist.
        exception.ClassNotFound: a configured plug-in cannot be loaded.
    """

    def __init__(self) -> None:
        self.host_state_map: dict[tuple[str, str], HostState] = {}
        self.filter_handler = filters.HostFilterHandler()
        available = self.filter_handler.get_matching_classes(
            CONF.scheduler_available_filters
        )
        self.filter_cls_map = {cls.__name__: cls for cls in available}
        self.filter_obj_map: dict[str, filters.BaseHostFilter] = {}
        self.default_filters = self._choose_host_filters(self._load_filters())
        self.weight_handler = weights.HostWeightHandler()
        weigher_classes = self.weight_handler.get_matching_classes(
            CONF.scheduler_weight_classes
        )
        self.weighers: list[weights.BaseHostWeigher] = [
            cls() for cls in weigher_classes
        ]
        self._init_aggregates()
        self._init_instance_info()

    def host_state_cls(self, host: str, node: str, **kwargs: Any) -> HostState:
        """Return a fresh state; a subclass may return one of its own kind."""
        return HostState(host, node)

    def _load_filters(self) -> list[str]:
        if CONF.scheduler_use_baremetal_filters:
            return list(CONF.baremetal_scheduler_default_filters)
        return list(CONF.scheduler_default_filters)

    def _choose_host_filters(
        self, filter_cls_names: Sequence[str]
    ) -> list[filters.BaseHostFilter]:
        unknown = [name for name in filter_cls_names if name not in self.filter_cls_map]
        if unknown:
            raise exception.SchedulerHostFilterNotFound(filter_name=", ".join(unknown))
        for name in filter_cls_names:
            if name not in self.filter_obj_map:
                self.filter_obj_map[name] = self.filter_cls_map[name]()
        return [self.filter_obj_map[name] for name in filter_cls_names]

    def get_filtered_hosts(
        self, hosts: Iterable[HostState], spec_obj: RequestSpec, index: int = 0
    ) -> list[HostState] | None:
        """Return the hosts that may take the request.

        A forced host is not filtered at all, not even for being alive.

        Args:
            hosts: the candidates.
            spec_obj: the request.
            index: which of its instances this is for.
        """
        candidates = host_selection.candidates(hosts, spec_obj)
        if candidates is None:
            return []
        if host_selection.filters_are_skipped(spec_obj):
            return candidates
        return self.filter_handler.get_filtered_objects(
            self.default_filters, candidates, spec_obj, index
        )

    def get_weighed_hosts(
        self, hosts: Sequence[HostState], spec_obj: RequestSpec, index: int = 0
    ) -> list[weights.WeighedHost]:
        """Return the hosts with their weights, best first."""
        return self.weight_handler.get_weighed_objects(  # type: ignore[return-value]  # the handler's object_class
            self.weighers, hosts, spec_obj, index
        )

    def get_all_host_states(self, context: RequestContext) -> list[HostState]:
        """Return every compute node's state, brought up to date from the database."""
        services = {
            service.host: service
            for service in objects.ServiceList.get_by_binary(
                context, "nova-compute", include_disabled=True
            )
        }
        seen: set[tuple[str, str]] = set()
        for compute in objects.ComputeNodeList.get_all(context):
            service = services.get(compute.host)
            if service is None:
                LOG.warning("No compute service record found for host %s", compute.host)
                continue
            key = (compute.host, compute.hypervisor_hostname)
            state = self.host_state_map.get(key) or self.host_state_map.setdefault(
                key, self.host_state_cls(*key, compute=compute)
            )
            state.update(
                compute,
                dict(service),
                self._get_aggregates_info(compute.host),
                self._get_instance_info(context, compute),
            )
            seen.add(key)
        self._forget_all_but(seen)
        return list(self.host_state_map.values())

    def _forget_all_but(self, seen: set[tuple[str, str]]) -> None:
        for host, node in set(self.host_state_map) - seen:
            LOG.info("Removing dead compute node %s:%s from scheduler", host, node)
            self.host_state_map.pop((host, node), None)
