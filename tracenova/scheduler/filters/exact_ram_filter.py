"""Refuses hosts whose free memory is not exactly what is asked for.

Nova: nova/scheduler/filters/exact_ram_filter.py
"""

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.host_state import HostState


class ExactRamFilter(filters.BaseHostFilter):
    """For bare metal: a server gets the whole of a host or nothing.

    Nova: nova/scheduler/filters/exact_ram_filter.py ExactRamFilter
    """

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the free memory fits exactly; note the limit for the claim."""
        requested = spec_obj.memory_mb
        free = host_state.free_ram_mb
        if requested != free:
            return filters.refuse(
                "requested exactly %(requested)d MB, free %(free)d MB",
                requested=requested,
                free=free,
            )
        host_state.limits["memory_mb"] = host_state.total_usable_ram_mb
        return True
