"""Reserves aggregates for flavors with certain extra specs.

Nova: nova/scheduler/filters/aggregate_instance_extra_specs.py
"""

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.filters import extra_specs_ops, python2, utils
from tracenova.scheduler.host_state import HostState

SCOPE = "aggregate_instance_extra_specs"


class AggregateInstanceExtraSpecsFilter(filters.BaseHostFilter):
    """Refuses hosts whose aggregates lack what the flavor's extra specs ask for.

    Nova: nova/scheduler/filters/aggregate_instance_extra_specs.py
    AggregateInstanceExtraSpecsFilter
    """

    run_filter_once_per_request = True

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether each extra spec without a scope, or of ours, is satisfied."""
        flavor = spec_obj.flavor
        if not flavor.obj_attr_is_set("extra_specs") or not flavor.extra_specs:
            return True
        metadata = utils.aggregate_metadata_get_by_host(host_state)
        for scoped_key in extra_specs_ops.in_order(flavor.extra_specs):
            wanted = flavor.extra_specs[scoped_key]
            scope, colon, rest = scoped_key.partition(":")
            if colon and scope != SCOPE:
                continue
            key = rest if colon else scope
            values = python2.hash_order(tuple(metadata.get(key) or ()))
            if any(extra_specs_ops.match(value, wanted) for value in values):
                continue
            return filters.refuse(
                "extra spec %(key)s wants '%(wanted)s', the host's aggregates say "
                "%(values)s",
                key=key,
                wanted=wanted,
                values=", ".join(sorted(values)) or "nothing",
            )
        return True
