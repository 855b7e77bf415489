"""What the driver says of the machine it runs on.

Nova: nova/virt/libvirt/driver.py get_available_resource and what it calls. Left out:
NUMA and PCI.
"""

import platform
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oslo_utils import units

from tracenova.conf import CONF
from tracenova.virt.host_resources import HostResources

if TYPE_CHECKING:
    from tracenova.virt.libvirt.host import Host

_NAMESPACE = uuid.UUID("7a1f6a3e-53b1-4b0c-8d5e-2f0f4b1c9e10")


def measure(host: "Host", said: HostResources | None = None) -> HostResources:
    """Return the machine's size: as the lab says, or else as libvirt does."""
    if said is not None and not said.disk_only:
        return said
    return HostResources(
        vcpus=host.get_cpu_count(),
        memory_mb=host.get_memory_mb_total(),
        local_gb=said.local_gb
        if said
        else shutil.disk_usage(_existing_folder()).total // units.Gi,
    )


def free_gb() -> int:
    """Return the free space where the disks are."""
    return shutil.disk_usage(_existing_folder()).free // units.Gi


def _existing_folder() -> Path:
    folder = Path(CONF.instances_path)
    return next(each for each in (folder, *folder.parents) if each.exists())


def supported_instances(host: "Host") -> list[tuple[str, str, str]]:
    """Return what guests can run here.

    Libvirt's test driver claims to be an i686; its guests are this machine's kind.
    """
    if host.is_test:
        return [(platform.machine(), "test", "hvm")]
    return host.supported_instances()


def cpu_info(host: "Host") -> dict[str, Any]:
    """Return the processor as libvirt describes it; a filter may ask for its features.

    Nova: nova/virt/libvirt/driver.py LibvirtDriver._get_cpu_info
    """
    arch, sockets, cores, threads = host.get_processor()
    cpu = host.get_capabilities().find("host/cpu")
    counts = cpu.find("topology")
    if counts is not None:
        sockets, cores, threads = (
            int(counts.get(name)) for name in ("sockets", "cores", "threads")
        )
    return {
        "arch": arch if host.is_test else cpu.findtext("arch"),
        "model": cpu.findtext("model"),
        "vendor": cpu.findtext("vendor"),
        "features": sorted(feature.get("name") for feature in cpu.findall("feature")),
        "topology": {"sockets": sockets, "cores": cores, "threads": threads},
    }


def serial(host: str) -> str:
    """Return the host's serial number for its guests: the same at every start.

    Nova reads the hardware's or the operating system's; a lab has several hosts on
    one machine.
    """
    return str(uuid.uuid5(_NAMESPACE, host))
