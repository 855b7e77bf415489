"""Gives each CPU of a guest a CPU of the host, with regard to hyperthreads.

Nova: nova/virt/hardware.py [_pack_instance_onto_cores,
_numa_fit_instance_cell_with_pinning]
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from tracenova import objects
from tracenova.objects.enums import CPUThreadAllocationPolicy

Say = Callable[[str], None]
Pinning = list[tuple[int, int]]
Cores = list[set[int]]


def fit_with_pinning(host_cell: Any, instance_cell: Any, say: Say) -> Any:
    """Return the guest's cell with its CPUs pinned; None: the cell cannot take it.

    Nothing is overcommitted here.

    Args:
        host_cell: a NUMACell.
        instance_cell: an InstanceNUMACell; it is changed.
        say: is told why not.
    """
    wanted = len(instance_cell.cpuset)
    if host_cell.avail_cpus < wanted:
        say(f"{wanted} CPUs to pin, {host_cell.avail_cpus} are free")
        return None
    if host_cell.avail_memory < instance_cell.memory:
        say(
            f"{instance_cell.memory} MB without overcommit, "
            f"{host_cell.avail_memory} MB are free"
        )
        return None
    if host_cell.siblings:
        cores, per_core = host_cell.free_siblings, max(map(len, host_cell.siblings))
    elif instance_cell.cpu_thread_policy == CPUThreadAllocationPolicy.REQUIRE:
        say("thread policy require, the host has no hyperthreads")
        return None
    else:
        cores, per_core = [{cpu} for cpu in host_cell.free_cpus], 1
    packed = _pack_instance_onto_cores(cores, instance_cell, host_cell.id, per_core)
    if packed is None:
        policy = instance_cell.cpu_thread_policy or "prefer"
        say(
            f"{wanted} CPUs with thread policy {policy} do not go onto the free cores "
            f"{[sorted(core) for core in cores]}"
        )
    return packed


def _pack_instance_onto_cores(
    available_siblings: Cores,
    instance_cell: Any,
    host_cell_id: int,
    threads_per_core: int,
) -> Any:
    """Pin onto cores that are as free as possible, siblings beside siblings."""
    cores_with: defaultdict[int, Cores] = defaultdict(list)
    for core in available_siblings:
        for threads in range(1, len(core) + 1):
            cores_with[threads].append(core)
    if instance_cell.cpu_thread_policy == CPUThreadAllocationPolicy.ISOLATE:
        threads, pinning = 1, None
        if threads_per_core in cores_with:
            free_cores = cores_with[threads_per_core]
            pinning = _pinning(1, free_cores, instance_cell.cpuset)
    else:
        threads, pinning = _pack_siblings(cores_with, instance_cell)
    if not pinning:
        return None
    instance_cell.pin_vcpus(*pinning)
    instance_cell.cpu_topology = objects.VirtCPUTopology(
        sockets=1, cores=len(pinning) // threads, threads=threads
    )
    instance_cell.id = host_cell_id
    return instance_cell


def _pack_siblings(
    cores_with: dict[int, Cores], instance_cell: Any
) -> tuple[int, Pinning | None]:
    must = instance_cell.cpu_thread_policy == CPUThreadAllocationPolicy.REQUIRE
    threads, pinning = 1, None
    cores: Cores | None = None
    for threads, cores in sorted(cores_with.items(), reverse=True):
        if must and threads <= 1:
            continue
        pinning = _pinning(threads, cores, instance_cell.cpuset)
        if pinning:
            break
    if not must and not pinning:
        if cores is None:
            # a guest without CPUs on a host without free ones: Nova stumbles, too
            msg = "local variable 'sibling_set' referenced before assignment"
            raise UnboundLocalError(msg)
        pinning = _pairs(instance_cell.cpuset, cores)
    orphans = len(instance_cell) % threads
    return math.gcd(threads, orphans), pinning


def _pinning(threads: int, cores: Cores, guest_cpus: set[int]) -> Pinning | None:
    if threads * len(cores) < len(guest_cpus):
        return None
    return _pairs(guest_cpus, [list(core)[:threads] for core in cores])


def _pairs(guest_cpus: Iterable[int], cores: Sequence[Iterable[int]]) -> Pinning:
    return list(zip(sorted(guest_cpus), chain(*cores), strict=False))
