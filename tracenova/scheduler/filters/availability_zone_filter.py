"""Keeps a server in the availability zone that it asks for.

Nova: nova/scheduler/filters/availability_zone_filter.py
"""

from tracenova.conf import CONF
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.filters import utils
from tracenova.scheduler.host_state import HostState

KEY = "availability_zone"


class AvailabilityZoneFilter(filters.BaseHostFilter):
    """Refuses hosts of other zones.

    A host is in the zones that its aggregates' metadata name; without any, in the
    default zone.

    Nova: nova/scheduler/filters/availability_zone_filter.py AvailabilityZoneFilter
    """

    run_filter_once_per_request = True

    def is_asked(self, spec_obj: RequestSpec) -> bool:
        """Whoever names no zone goes anywhere."""
        return bool(spec_obj.availability_zone)

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the host is in the zone, if one was asked for."""
        wanted = spec_obj.availability_zone
        if not wanted:
            return True
        metadata = utils.aggregate_metadata_get_by_host(host_state, key=KEY)
        zones = metadata.get(KEY) or {CONF.default_availability_zone}
        if wanted in zones:
            return True
        return filters.refuse(
            "requested zone %(wanted)s, host is in %(zones)s",
            wanted=wanted,
            zones=", ".join(sorted(zones)),
        )
