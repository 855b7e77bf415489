"""Refuses hosts without enough disk, overcommit included.

Nova: nova/scheduler/filters/disk_filter.py
"""

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.filters import utils
from tracenova.scheduler.host_state import HostState


class DiskFilter(filters.BaseHostFilter):
    """Compares the disk asked for with the disk that may still be promised.

    Root and ephemeral disk are in GB, swap in MB.

    Nova: nova/scheduler/filters/disk_filter.py DiskFilter
    """

    def _get_disk_allocation_ratio(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> float:
        ratio: float = host_state.disk_allocation_ratio
        return ratio

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the disk suffices; note the limit for the compute's claim."""
        requested = 1024 * (spec_obj.root_gb + spec_obj.ephemeral_gb) + spec_obj.swap
        total = host_state.total_usable_disk_gb * 1024
        if total < requested:
            return filters.refuse(
                "requested %(requested)d MB, the host has only %(total)d MB before "
                "overcommit",
                requested=requested,
                total=total,
            )
        ratio = self._get_disk_allocation_ratio(host_state, spec_obj)
        limit = total * ratio
        used = total - host_state.free_disk_mb
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
        host_state.limits["disk_gb"] = limit / 1024
        return True


class AggregateDiskFilter(DiskFilter):
    """Overcommits by the smallest ratio of the host's aggregates, if they have one.

    Nova: nova/scheduler/filters/disk_filter.py AggregateDiskFilter
    """

    def _get_disk_allocation_ratio(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> float:
        default: float = host_state.disk_allocation_ratio
        return utils.aggregate_number(
            host_state, "disk_allocation_ratio", default, float
        )
