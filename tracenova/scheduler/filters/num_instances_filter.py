"""Refuses hosts with too many instances.

Nova: nova/scheduler/filters/num_instances_filter.py
"""

from tracenova.conf import CONF
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.filters import utils
from tracenova.scheduler.host_state import HostState


class NumInstancesFilter(filters.BaseHostFilter):
    """Allows a host ``max_instances_per_host`` instances.

    Nova: nova/scheduler/filters/num_instances_filter.py NumInstancesFilter
    """

    def _get_max_instances_per_host(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> int:
        return int(CONF.max_instances_per_host)

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether there is room for one more."""
        count = host_state.num_instances
        most = self._get_max_instances_per_host(host_state, spec_obj)
        if count < most:
            return True
        return filters.refuse(
            "has %(count)d instances, at most %(most)d allowed before a new server",
            count=count,
            most=most,
        )


class AggregateNumInstancesFilter(NumInstancesFilter):
    """Takes the smallest number of the host's aggregates, if they have one.

    Nova: nova/scheduler/filters/num_instances_filter.py AggregateNumInstancesFilter
    """

    def _get_max_instances_per_host(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> int:
        return utils.aggregate_number(
            host_state, "max_instances_per_host", int(CONF.max_instances_per_host), int
        )
