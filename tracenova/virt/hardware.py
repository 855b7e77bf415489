"""What a hypervisor says about a guest, and how its CPUs are laid out.

Memory nodes, pinned CPUs and huge pages are in modules of their own: what is asked for
in numa_constraints.py, where it fits in numa_fit.py and numa_pinning.py, what is taken
in numa_usage.py.

Nova: nova/virt/hardware.py. Left out: hw:cpu_* layouts, reserved huge pages.
"""

from dataclasses import dataclass
from typing import Any

from tracenova.virt.numa_constraints import numa_get_constraints
from tracenova.virt.numa_fit import numa_fit_instance_to_host
from tracenova.virt.numa_usage import (
    get_host_numa_usage_from_instance,
    host_topology_and_format_from_host,
    numa_usage_from_instances,
)

__all__ = [
    "InstanceInfo",
    "VirtCPUTopology",
    "get_best_cpu_topology",
    "get_host_numa_usage_from_instance",
    "get_number_of_serial_ports",
    "host_topology_and_format_from_host",
    "numa_fit_instance_to_host",
    "numa_get_constraints",
    "numa_usage_from_instances",
]


@dataclass(slots=True)
class InstanceInfo:
    """A guest as the hypervisor sees it right now.

    Attributes:
        state: one of ``compute.power_state``'s numbers.
        max_mem_kb: memory it may use, KiB.
        mem_kb: memory it uses, KiB.
        num_cpu: its virtual CPUs.
        cpu_time_ns: processor time it has used.
        id: the hypervisor's own id; -1 or None when it does not run.

    Nova: nova/virt/hardware.py InstanceInfo
    """

    state: int | None = None
    max_mem_kb: int = 0
    mem_kb: int = 0
    num_cpu: int = 0
    cpu_time_ns: int = 0
    id: Any = None


@dataclass(frozen=True, slots=True)
class VirtCPUTopology:
    """How a guest's CPUs are arranged.

    Nova: nova/objects/virt_cpu_topology.py VirtCPUTopology (an object there).
    """

    sockets: int
    cores: int
    threads: int


def get_best_cpu_topology(flavor: Any, image_meta: Any) -> VirtCPUTopology:
    """Return the guest's CPU layout: a socket per CPU, as without any hw:cpu_* wish.

    Nova: nova/virt/hardware.py get_best_cpu_topology (without extra specs and image
    properties).
    """
    return VirtCPUTopology(sockets=flavor.vcpus, cores=1, threads=1)


def get_number_of_serial_ports(flavor: Any, image_meta: Any) -> int:
    """Return how many serial ports the guest gets: one, or what the flavor asks.

    Nova: nova/virt/hardware.py get_number_of_serial_ports (the flavor's wish only).
    """
    return int(flavor.get("extra_specs", {}).get("hw:serial_port_count", 1))
