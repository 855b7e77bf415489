"""Keeps certain images on certain hosts.

Nova: nova/scheduler/filters/isolated_hosts_filter.py
"""

from tracenova.conf import CONF
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.host_state import HostState


class IsolatedHostsFilter(filters.BaseHostFilter):
    """Isolated images go to isolated hosts only; those take, by default, no others.

    Nova: nova/scheduler/filters/isolated_hosts_filter.py IsolatedHostsFilter
    """

    run_filter_once_per_request = True
    RUN_ON_REBUILD = True

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether image and host belong together."""
        restrict = CONF.restrict_isolated_hosts_to_isolated_images
        host_isolated = host_state.host in CONF.isolated_hosts
        image = spec_obj.image.id if spec_obj.image else None
        image_isolated = image in CONF.isolated_images
        if image_isolated and not host_isolated:
            return filters.refuse("image %(image)s needs an isolated host", image=image)
        if restrict and host_isolated and not image_isolated:
            return filters.refuse("the host is kept for isolated images")
        return True
