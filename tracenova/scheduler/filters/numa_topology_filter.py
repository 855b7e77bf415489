"""Refuses hosts whose memory nodes cannot take the guest's.

Nova: nova/scheduler/filters/numa_topology_filter.py
"""

from typing import Any

from tracenova import objects
from tracenova.objects.enums import CPUAllocationPolicy, CPUThreadAllocationPolicy
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.host_state import HostState
from tracenova.virt import hardware


class NUMATopologyFilter(filters.BaseHostFilter):
    """Fits nodes, pinned CPUs, pages and the devices near them.

    Nova: nova/scheduler/filters/numa_topology_filter.py NUMATopologyFilter
    """

    RUN_ON_REBUILD = True

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the guest fits; note the limits for the compute's claim.

        Raises:
            AttributeError: a request without any image, as in Nova.
        """
        host_topology, _ = hardware.host_topology_and_format_from_host(host_state)
        extra_specs = spec_obj.flavor.extra_specs
        image_props = spec_obj.image.properties
        if not _threads_suit(host_topology, extra_specs, image_props):
            return filters.refuse("thread policy require, the host has no hyperthreads")
        requested = spec_obj.numa_topology
        if not requested:
            return True
        if not host_topology:
            return filters.refuse(
                "%(cells)d memory nodes requested, the host says nothing of its own",
                cells=len(requested),
            )
        limits = objects.NUMATopologyLimits(
            cpu_allocation_ratio=host_state.cpu_allocation_ratio,
            ram_allocation_ratio=host_state.ram_allocation_ratio,
        )
        why_not: list[str] = []
        pci_requests = spec_obj.pci_requests
        fitted = hardware.numa_fit_instance_to_host(
            host_topology,
            requested.obj_clone(),  # fitting changes what it fits
            limits=limits,
            pci_requests=pci_requests.requests if pci_requests else None,
            pci_stats=host_state.pci_stats,
            why_not=why_not,
        )
        if not fitted:
            return filters.refuse("%(why)s", why="; ".join(why_not))
        host_state.limits["numa_topology"] = limits
        return True


def _threads_suit(host_topology: Any, extra_specs: Any, image_props: Any) -> bool:
    """Say whether the host has hyperthreads, if pinned CPUs require them."""
    if not host_topology:
        return True
    policies = extra_specs.get("hw:cpu_policy"), image_props.get("hw_cpu_policy")
    threads = (
        extra_specs.get("hw:cpu_thread_policy"),
        image_props.get("hw_cpu_thread_policy"),
    )
    if CPUAllocationPolicy.DEDICATED not in policies:
        return True
    if CPUThreadAllocationPolicy.REQUIRE not in threads:
        return True
    return any(cell.siblings for cell in host_topology.cells)
