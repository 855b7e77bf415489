"""Keeps servers of one flavor together.

Nova: nova/scheduler/filters/type_filter.py
"""

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.filters import utils
from tracenova.scheduler.host_state import HostState


class TypeAffinityFilter(filters.BaseHostFilter):
    """Refuses hosts that hold instances of another flavor.

    Nova: nova/scheduler/filters/type_filter.py TypeAffinityFilter
    """

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether all instances of the host have the flavor asked for."""
        if not utils.other_types_on_host(host_state, spec_obj.flavor.id):
            return True
        return filters.refuse("holds instances of other flavors")


class AggregateTypeAffinityFilter(filters.BaseHostFilter):
    """Refuses hosts whose aggregates are meant for other flavors.

    Nova: nova/scheduler/filters/type_filter.py AggregateTypeAffinityFilter
    """

    run_filter_once_per_request = True

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether an aggregate names the flavor, or none names any."""
        lists = utils.aggregate_values_from_key(host_state, "instance_type")
        meant = {name.strip() for names in lists for name in names.split(",")}
        if not lists or spec_obj.flavor.name in meant:
            return True
        return filters.refuse(
            "requested flavor %(name)s, the host's aggregates are for %(meant)s",
            name=spec_obj.flavor.name,
            meant=", ".join(sorted(meant)),
        )
