"""Refuses hosts without enough memory, overcommit included.

Nova: nova/scheduler/filters/ram_filter.py
"""

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.filters import utils
from tracenova.scheduler.host_state import HostState


class BaseRamFilter(filters.BaseHostFilter):
    """Compares the memory asked for with the memory that may still be promised.

    Nova: nova/scheduler/filters/ram_filter.py BaseRamFilter
    """

    def _get_ram_allocation_ratio(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> float:
        raise NotImplementedError

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the memory suffices; note the limit for the compute's claim.

        A server may not overcommit against itself, only against others.
        """
        requested = spec_obj.memory_mb
        total = host_state.total_usable_ram_mb
        if total < requested:
            return filters.refuse(
                "requested %(requested)d MB, the host has only %(total)d MB before "
                "overcommit",
                requested=requested,
                total=total,
            )
        ratio = self._get_ram_allocation_ratio(host_state, spec_obj)
        limit = total * ratio
        used = total - host_state.free_ram_mb
        usable = limit - used
        if not usable >= requested:
            return filters.refuse(
                "requested %(requested)d MB, usable %(usable)g MB = "
                "%(total)d × %(ratio)g − %(used)d used",
                requested=requested,
                usable=usable,
                total=total,
                ratio=ratio,
                used=used,
            )
        host_state.limits["memory_mb"] = limit
        return True


class RamFilter(BaseRamFilter):
    """Overcommits by the host's own ratio.

    Nova: nova/scheduler/filters/ram_filter.py RamFilter
    """

    def _get_ram_allocation_ratio(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> float:
        ratio: float = host_state.ram_allocation_ratio
        return ratio


class AggregateRamFilter(BaseRamFilter):
    """Overcommits by the smallest ratio of the host's aggregates, if they have one.

    Nova: nova/scheduler/filters/ram_filter.py AggregateRamFilter
    """

    def _get_ram_allocation_ratio(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> float:
        default: float = host_state.ram_allocation_ratio
        return utils.aggregate_number(
            host_state, "ram_allocation_ratio", default, float
        )
