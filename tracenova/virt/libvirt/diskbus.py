"""Which buses guests have, and how devices on them are named.

Nova: nova/virt/libvirt/blockinfo.py (its functions of these names)
"""

from typing import Any

from tracenova import exception
from tracenova.conf import CONF
from tracenova.virt.libvirt import utils as libvirt_utils

DiskInfo = dict[str, Any]
Mapping = dict[str, DiskInfo]

VALID_BUSES = ("virtio", "scsi", "ide", "usb", "fdc")
VIRT_TYPES = ("kvm", "qemu", "test")
_PREFIXES = {
    "ide": "hd",
    "virtio": "vd",
    "scsi": "sd",
    "usb": "sd",
    "fdc": "fd",
    "sata": "sd",
}
_BUSES = {"hd": "ide", "sd": "scsi", "vd": "virtio", "fd": "fdc"}
_SCSI_CDROM_ARCHES = ("ppc", "s390", "aarch64")


def get_dev_prefix_for_disk_bus(disk_bus: str) -> str:
    """Return how device names on the bus begin: ``vd`` for virtio."""
    prefix = CONF.libvirt.disk_prefix or _PREFIXES.get(disk_bus)
    if not prefix:
        raise exception.NovaException(f"Unable to determine disk prefix for {disk_bus}")
    return str(prefix)


def find_disk_dev_for_disk_bus(
    mapping: Mapping, bus: str, assigned_devices: list[str] | None = None
) -> str:
    """Return the first free device name on the bus.

    Raises:
        NovaException: all names are taken (four on ide, 26 elsewhere).
    """
    prefix = get_dev_prefix_for_disk_bus(bus)
    taken = {info["dev"] for info in mapping.values()} | set(assigned_devices or ())
    for index in range(4 if bus == "ide" else 26):
        name = prefix + chr(ord("a") + index)
        if name not in taken:
            return name
    raise exception.NovaException(f"No free disk device names for prefix '{prefix}'")


def is_disk_bus_valid_for_virt(virt_type: str, disk_bus: str | None) -> bool:
    """Say whether guests of the type have such a bus.

    Raises:
        UnsupportedVirtType: the driver does not know the type.
    """
    if virt_type not in VIRT_TYPES:
        raise exception.UnsupportedVirtType(virt=virt_type)
    return disk_bus in VALID_BUSES


def get_disk_bus_for_device_type(
    instance: Any, virt_type: str, image_meta: Any, device_type: str = "disk"
) -> str:
    """Return the image's wish for the bus, or the usual one.

    Raises:
        UnsupportedHardware: the image wants a bus that such guests do not have.
    """
    wish = image_meta.properties.get(f"hw_{device_type}_bus")
    if wish is not None:
        if not is_disk_bus_valid_for_virt(virt_type, wish):
            raise exception.UnsupportedHardware(model=wish, virt=virt_type)
        return str(wish)
    if virt_type not in VIRT_TYPES:
        raise exception.UnsupportedVirtType(virt=virt_type)
    if device_type == "cdrom":
        arch = libvirt_utils.get_arch(image_meta)
        return "scsi" if arch.startswith(_SCSI_CDROM_ARCHES) else "ide"
    return "fdc" if device_type == "floppy" else "virtio"


def get_disk_bus_for_disk_dev(virt_type: str, disk_dev: str) -> str:
    """Return the bus that a device name implies: virtio for ``vda``."""
    for prefix, bus in _BUSES.items():
        if disk_dev.startswith(prefix):
            return bus
    raise exception.NovaException(f"Unable to determine disk bus for '{disk_dev[:1]}'")
