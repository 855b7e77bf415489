"""Lets every host pass.

Nova: nova/scheduler/filters/all_hosts_filter.py
"""

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.host_state import HostState


class AllHostsFilter(filters.BaseHostFilter):
    """Refuses nobody.

    Nova: nova/scheduler/filters/all_hosts_filter.py AllHostsFilter
    """

    run_filter_once_per_request = True

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Let the host pass."""
        return True
