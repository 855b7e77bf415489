"""Refuses hosts with too many I/O operations under way.

Nova: nova/scheduler/filters/io_ops_filter.py
"""

from tracenova.conf import CONF
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.filters import utils
from tracenova.scheduler.host_state import HostState


class IoOpsFilter(filters.BaseHostFilter):
    """Allows a host ``max_io_ops_per_host`` I/O operations under way.

    Nova: nova/scheduler/filters/io_ops_filter.py IoOpsFilter
    """

    def _get_max_io_ops_per_host(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> int:
        return int(CONF.max_io_ops_per_host)

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether there is room for one more."""
        count = host_state.num_io_ops
        most = self._get_max_io_ops_per_host(host_state, spec_obj)
        if count < most:
            return True
        return filters.refuse(
            "has %(count)d I/O operations, at most %(most)d allowed before a new server",
            count=count,
            most=most,
        )


class AggregateIoOpsFilter(IoOpsFilter):
    """Takes the smallest number of the host's aggregates, if they have one.

    Nova: nova/scheduler/filters/io_ops_filter.py AggregateIoOpsFilter
    """

    def _get_max_io_ops_per_host(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> int:
        return utils.aggregate_number(
            host_state, "max_io_ops_per_host", int(CONF.max_io_ops_per_host), int
        )
