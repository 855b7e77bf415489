"""Refuses hosts whose free CPUs is not exactly what is asked for.

Nova: nova/scheduler/filters/exact_core_filter.py
"""

import logging

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.host_state import HostState


class ExactCoreFilter(filters.BaseHostFilter):
    """For bare metal: a server gets the whole of a host or nothing.

    Nova: nova/scheduler/filters/exact_core_filter.py ExactCoreFilter
    """

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the free CPUs fits exactly; note the limit for the claim."""
        if not host_state.vcpus_total:
            return filters.refuse(
                "vcpus not set; assuming CPU collection broken",
                log_level=logging.WARNING,
            )
        requested = spec_obj.vcpus
        free = host_state.vcpus_total - host_state.vcpus_used
        if requested != free:
            return filters.refuse(
                "requested exactly %(requested)d vcpus, free %(free)d vcpus",
                requested=requested,
                free=free,
            )
        host_state.limits["vcpu"] = host_state.vcpus_total
        return True
