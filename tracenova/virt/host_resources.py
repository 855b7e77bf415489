"""How big a host of the lab pretends to be.

Nova has nothing of the kind: there a driver measures the machine it runs on. Here
several hosts share one machine, so the lab says how big each one is.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HostResources:
    """The size of one host.

    Attributes:
        vcpus: processors.
        memory_mb: memory.
        local_gb: disk space.
        disk_only: the hypervisor knows the other two, and is asked.
    """

    vcpus: int
    memory_mb: int
    local_gb: int
    disk_only: bool = False
