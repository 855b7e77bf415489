"""Reserves aggregates for certain projects.

Nova: nova/scheduler/filters/aggregate_multitenancy_isolation.py
"""

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.filters import utils
from tracenova.scheduler.host_state import HostState

KEY = "filter_tenant_id"


class AggregateMultiTenancyIsolation(filters.BaseHostFilter):
    """Refuses hosts whose aggregates are reserved for other projects.

    Nova: nova/scheduler/filters/aggregate_multitenancy_isolation.py
    AggregateMultiTenancyIsolation
    """

    run_filter_once_per_request = True

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the project may use the host."""
        metadata = utils.aggregate_metadata_get_by_host(host_state, key=KEY)
        tenants = metadata.get(KEY)
        if not tenants or spec_obj.project_id in tenants:
            return True
        return filters.refuse(
            "project %(project)s, the host's aggregates are for %(tenants)s",
            project=spec_obj.project_id,
            tenants=", ".join(sorted(tenants)),
        )
