"""Looks for memory nodes of a host that can take those of a guest.

Nova: nova/virt/hardware.py [numa_fit_instance_to_host and its helpers]
"""

import itertools
from collections.abc import Sequence
from typing import Any

from tracenova import exception, objects
from tracenova.virt.numa_constraints import (
    MEMPAGES_ANY,
    MEMPAGES_LARGE,
    MEMPAGES_SMALL,
)
from tracenova.virt.numa_pinning import Say, fit_with_pinning


def numa_fit_instance_to_host(
    host_topology: Any,
    instance_topology: Any,
    limits: Any = None,
    pci_requests: Sequence[Any] | None = None,
    pci_stats: Any = None,
    why_not: list[str] | None = None,
) -> Any:
    """Return the guest's nodes with the ids of the host's; None: they do not fit.

    Every order of the host's nodes is tried, the first that fits is taken. As in
    Nova the guest's own cells are changed on the way, also by orders that fail.

    Args:
        host_topology: a NUMATopology or None.
        instance_topology: an InstanceNUMATopology or None.
        limits: NUMATopologyLimits; None: no limits.
        pci_requests: the devices must be near the chosen nodes.
        pci_stats: the host's PciDeviceStats.
        why_not: gets the reasons of a None; ours.

    Nova: nova/virt/hardware.py numa_fit_instance_to_host
    """
    reasons: dict[str, None] = {}
    if not (host_topology and instance_topology):
        return None
    found = None
    if len(host_topology) < len(instance_topology):
        reasons[
            f"{len(instance_topology)} memory nodes requested, "
            f"the host has {len(host_topology)}"
        ] = None
    else:
        found = _first_fit(
            host_topology, instance_topology, limits, pci_requests, pci_stats, reasons
        )
    if found is None and why_not is not None:
        why_not += reasons
    return found


def _first_fit(
    host_topology: Any,
    instance_topology: Any,
    limits: Any,
    pci_requests: Sequence[Any] | None,
    pci_stats: Any,
    reasons: dict[str, None],
) -> Any:
    orders = itertools.permutations(host_topology.cells, len(instance_topology))
    for host_cells in orders:
        cells = _fit_cells(host_cells, instance_topology.cells, limits, reasons)
        if len(cells) < len(host_cells):
            continue
        if not pci_requests or (
            pci_stats is not None and pci_stats.support_requests(pci_requests, cells)
        ):
            return objects.InstanceNUMATopology(cells=cells)
        ids = ", ".join(str(cell.id) for cell in cells)
        reasons[f"nodes {ids} have no such PCI devices near"] = None
    return None


def _fit_cells(
    host_cells: Sequence[Any],
    instance_cells: Sequence[Any],
    limits: Any,
    reasons: dict[str, None],
) -> list[Any]:
    cells: list[Any] = []
    for host_cell, instance_cell in zip(host_cells, instance_cells, strict=True):
        place = f"node {host_cell.id}: "

        def say(text: str, place: str = place) -> None:
            reasons[place + text] = None

        try:
            cell = _numa_fit_instance_cell(host_cell, instance_cell, limits, say)
        except exception.MemoryPageSizeNotSupported:
            say(f"it has no pages of {instance_cell.pagesize} KiB")
            break
        if cell is None:
            break
        cells.append(cell)
    return cells


def _numa_fit_instance_cell(
    host_cell: Any, instance_cell: Any, limits: Any, say: Say
) -> Any:
    wanted = len(instance_cell.cpuset)
    if instance_cell.memory > host_cell.memory:
        say(f"requested {instance_cell.memory} MB, it has {host_cell.memory} MB")
        return None
    if wanted > len(host_cell.cpuset):
        say(f"requested {wanted} CPUs, it has {len(host_cell.cpuset)}")
        return None
    if instance_cell.cpu_pinning_requested:
        if fit_with_pinning(host_cell, instance_cell, say) is None:
            return None
    elif limits and not _within_limits(host_cell, instance_cell, limits, say):
        return None
    pagesize = None
    if instance_cell.pagesize:
        pagesize = _numa_cell_supports_pagesize_request(host_cell, instance_cell)
        if not pagesize:
            say(_no_pages(host_cell, instance_cell))
            return None
    instance_cell.id = host_cell.id
    instance_cell.pagesize = pagesize
    return instance_cell


def _within_limits(host_cell: Any, instance_cell: Any, limits: Any, say: Say) -> bool:
    memory = host_cell.memory_usage + instance_cell.memory
    most_memory = host_cell.memory * limits.ram_allocation_ratio
    if memory > most_memory:
        say(
            f"requested {instance_cell.memory} MB, usable "
            f"{most_memory - host_cell.memory_usage:g} MB = {host_cell.memory} × "
            f"{limits.ram_allocation_ratio:g} − {host_cell.memory_usage} used"
        )
        return False
    wanted = len(instance_cell.cpuset)
    most_cpus = len(host_cell.cpuset) * limits.cpu_allocation_ratio
    if host_cell.cpu_usage + wanted > most_cpus:
        say(
            f"requested {wanted} CPUs, usable {most_cpus - host_cell.cpu_usage:g} = "
            f"{len(host_cell.cpuset)} × {limits.cpu_allocation_ratio:g} − "
            f"{host_cell.cpu_usage} used"
        )
        return False
    return True


def _numa_cell_supports_pagesize_request(
    host_cell: Any, instance_cell: Any
) -> int | None:
    """Return the size (KiB) of the largest suitable pages that hold the memory."""
    sizes = sorted((pages.size_kb for pages in host_cell.mempages), reverse=True)
    candidates = {
        MEMPAGES_SMALL: sizes[-1:],
        MEMPAGES_LARGE: sizes[:-1],
        MEMPAGES_ANY: sizes,
    }.get(instance_cell.pagesize, [instance_cell.pagesize])
    memory_kb = instance_cell.memory * 1024
    return next(
        (size for size in candidates if host_cell.can_fit_hugepages(size, memory_kb)),
        None,
    )


def _no_pages(host_cell: Any, instance_cell: Any) -> str:
    words = {MEMPAGES_SMALL: "small", MEMPAGES_LARGE: "large", MEMPAGES_ANY: "any"}
    size = instance_cell.pagesize
    wanted = words.get(size, f"{size} KiB")
    free = ", ".join(f"{p.free} × {p.size_kb} KiB" for p in host_cell.mempages)
    return f"{instance_cell.memory} MB in {wanted} pages, free are {free or 'none'}"
