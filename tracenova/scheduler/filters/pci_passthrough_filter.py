"""Refuses hosts without the PCI devices that the request wants.

Nova: nova/scheduler/filters/pci_passthrough_filter.py
"""

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.host_state import HostState


class PciPassthroughFilter(filters.BaseHostFilter):
    """Compares the devices asked for with the host's free ones.

    Nova: nova/scheduler/filters/pci_passthrough_filter.py PciPassthroughFilter
    """

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the host's pools can meet every request.

        Raises:
            AttributeError: the host has never told about its devices, as in Nova.
        """
        pci_requests = spec_obj.pci_requests
        if not pci_requests:
            return True
        lacking = host_state.pci_stats.lacking(pci_requests.requests)
        if lacking is None:
            return True
        request, count = lacking
        return filters.refuse(
            "requested %(wanted)d devices like %(spec)s, free %(count)d",
            wanted=request.count,
            spec=request.spec,
            count=count,
        )
