"""Refuses hosts whose free disk is not exactly what is asked for.

Nova: nova/scheduler/filters/exact_disk_filter.py
"""

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.host_state import HostState


class ExactDiskFilter(filters.BaseHostFilter):
    """For bare metal: a server gets the whole of a host or nothing.

    Nova: nova/scheduler/filters/exact_disk_filter.py ExactDiskFilter
    """

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the free disk fits exactly; note the limit for the claim."""
        requested = 1024 * (spec_obj.root_gb + spec_obj.ephemeral_gb) + spec_obj.swap
        free = host_state.free_disk_mb
        if requested != free:
            return filters.refuse(
                "requested exactly %(requested)d MB, free %(free)d MB",
                requested=requested,
                free=free,
            )
        host_state.limits["disk_gb"] = host_state.total_usable_disk_gb
        return True
