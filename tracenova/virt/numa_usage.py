"""How much of a host's memory nodes its guests take.

Nova: nova/virt/hardware.py [numa_usage_from_instances and what surrounds it]
"""

from collections.abc import Iterable
from typing import Any

from tracenova import objects
from tracenova.objects.enums import CPUThreadAllocationPolicy


def numa_usage_from_instances(
    host: Any, instances: Iterable[Any] | None, free: bool = False
) -> Any:
    """Return the host's topology with the guests added (or, ``free``, removed).

    Args:
        host: a NUMATopology or None.
        instances: InstanceNUMATopology objects whose cells have ids of the host's.
        free: take away instead.

    Raises:
        CPUPinningInvalid: a CPU to pin is pinned already.

    Nova: nova/virt/hardware.py numa_usage_from_instances
    """
    if host is None:
        return None
    guests = list(instances or ())
    return objects.NUMATopology(
        cells=[_cell_with(cell, guests, free=free) for cell in host.cells]
    )


def _cell_with(host_cell: Any, guests: list[Any], *, free: bool) -> Any:
    sign = -1 if free else 1
    memory, cpus = host_cell.memory_usage, host_cell.cpu_usage
    cell = objects.NUMACell(
        id=host_cell.id,
        cpuset=host_cell.cpuset,
        memory=host_cell.memory,
        cpu_usage=0,
        memory_usage=0,
        mempages=host_cell.mempages,
        pinned_cpus=set(host_cell.pinned_cpus),
        siblings=host_cell.siblings,
    )
    for guest in guests:
        for guest_cell in guest.cells:
            if guest_cell.id != host_cell.id:
                continue
            memory += sign * guest_cell.memory
            cpus += sign * _cpus_taken(host_cell, guest_cell)
            if guest_cell.pagesize and guest_cell.pagesize > 0:
                cell.mempages = _pages_with(host_cell, guest_cell, sign)
            if guest.cpu_pinning_requested:
                _pin(cell, guest_cell, free=free)
    cell.cpu_usage = max(0, cpus)
    cell.memory_usage = max(0, memory)
    return cell


def _isolates(guest_cell: Any) -> bool:
    return bool(guest_cell.cpu_thread_policy == CPUThreadAllocationPolicy.ISOLATE)


def _cpus_taken(host_cell: Any, guest_cell: Any) -> int:
    whole_cores = _isolates(guest_cell) and host_cell.siblings
    each = max(map(len, host_cell.siblings)) if whole_cores else 1
    return len(guest_cell.cpuset) * each


def _pages_with(host_cell: Any, guest_cell: Any, sign: int) -> list[Any]:
    return [
        objects.NUMAPagesTopology(
            size_kb=pages.size_kb,
            total=pages.total,
            used=max(0, pages.used + guest_cell.memory * 1024 // pages.size_kb * sign),
            reserved=pages.reserved if "reserved" in pages else 0,
        )
        if pages.size_kb == guest_cell.pagesize
        else pages
        for pages in host_cell.mempages
    ]


def _pin(cell: Any, guest_cell: Any, *, free: bool) -> None:
    cpus = set(guest_cell.cpu_pinning.values())
    if _isolates(guest_cell):
        change = cell.unpin_cpus_with_siblings if free else cell.pin_cpus_with_siblings
    else:
        change = cell.unpin_cpus if free else cell.pin_cpus
    change(cpus)


def host_topology_and_format_from_host(host: Any) -> tuple[Any, bool]:
    """Return the host's NUMATopology (or None), and whether it was kept as JSON.

    Nova: nova/virt/hardware.py host_topology_and_format_from_host (objects only).
    """
    topology = host.numa_topology
    if isinstance(topology, str):
        return objects.NUMATopology.obj_from_db_obj(topology), True
    return topology, False


def get_host_numa_usage_from_instance(
    host: Any, instance: Any, free: bool = False
) -> Any:
    """Return the host's topology with one guest added, in the form it was kept in.

    Nova: nova/virt/hardware.py get_host_numa_usage_from_instance (objects only).
    """
    topology, was_json = host_topology_and_format_from_host(host)
    guests = [instance.numa_topology] if instance.numa_topology else []
    updated = numa_usage_from_instances(topology, guests, free=free)
    return updated._to_json() if was_json and updated is not None else updated
