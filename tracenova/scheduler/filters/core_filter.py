"""Refuses hosts without enough virtual CPUs, overcommit included.

Nova: nova/scheduler/filters/core_filter.py
"""

import logging

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.filters import utils
from tracenova.scheduler.host_state import HostState

LOG = logging.getLogger(__name__)


class BaseCoreFilter(filters.BaseHostFilter):
    """Compares the CPUs asked for with those that may still be promised.

    Nova: nova/scheduler/filters/core_filter.py BaseCoreFilter
    """

    def _get_cpu_allocation_ratio(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> float:
        raise NotImplementedError

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the CPUs suffice; note the limit for the compute's claim.

        A server may not overcommit against itself, only against others.
        """
        cpus = host_state.vcpus_total
        if not cpus:
            LOG.warning("VCPUs not set; assuming CPU collection broken")
            return True
        requested = spec_obj.vcpus
        ratio = self._get_cpu_allocation_ratio(host_state, spec_obj)
        limit = cpus * ratio
        if limit > 0:
            host_state.limits["vcpu"] = limit
            if requested > cpus:
                return filters.refuse(
                    "requested %(requested)d vcpus, the host has only %(cpus)d before "
                    "overcommit",
                    requested=requested,
                    cpus=cpus,
                )
        usable = limit - host_state.vcpus_used
        if not usable < requested:  # what is no number suffices, as in Nova
            return True
        return filters.refuse(
            "requested %(requested)d vcpus, usable %(usable)g = "
            "%(cpus)d × %(ratio)g − %(used)d used",
            requested=requested,
            usable=usable,
            cpus=cpus,
            ratio=ratio,
            used=host_state.vcpus_used,
        )


class CoreFilter(BaseCoreFilter):
    """Overcommits by the host's own ratio.

    Nova: nova/scheduler/filters/core_filter.py CoreFilter
    """

    def _get_cpu_allocation_ratio(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> float:
        ratio: float = host_state.cpu_allocation_ratio
        return ratio


class AggregateCoreFilter(BaseCoreFilter):
    """Overcommits by the smallest ratio of the host's aggregates, if they have one.

    Nova: nova/scheduler/filters/core_filter.py AggregateCoreFilter
    """

    def _get_cpu_allocation_ratio(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> float:
        default: float = host_state.cpu_allocation_ratio
        return utils.aggregate_number(
            host_state, "cpu_allocation_ratio", default, float
        )
