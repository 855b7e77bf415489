"""Spares hosts on which this build has failed already.

Nova: nova/scheduler/filters/retry_filter.py
"""

import logging

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.host_state import HostState


class RetryFilter(filters.BaseHostFilter):
    """Refuses hosts that earlier attempts of this request went to.

    Nova: nova/scheduler/filters/retry_filter.py RetryFilter
    """

    def is_asked(self, spec_obj: RequestSpec) -> bool:
        """Only a request that may be tried again knows what was tried."""
        return bool(spec_obj.retry)

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the host has not been tried yet."""
        retry = spec_obj.retry
        if not retry:
            return True  # re-scheduling is disabled
        tried = [[node.host, node.hypervisor_hostname] for node in retry.hosts]
        if [host_state.host, host_state.nodename] not in tried:
            return True
        return filters.refuse(
            "was tried already in this request: %(tried)s",
            log_level=logging.INFO,
            tried=", ".join("/".join(dict.fromkeys(each)) for each in tried),
        )
