"""Which disks a guest gets, on which bus, under which device name.

The mapping's keys are Nova's names of disks: ``root``, ``disk``, ``disk.local``,
``disk.eph0`` …, ``disk.swap``, ``disk.config``, and ``/dev/vdb`` … for volumes; each
value has ``bus``, ``dev``, ``type``, and for boot disks ``boot_index``.

Nova: nova/virt/libvirt/blockinfo.py (its knowledge of buses in diskbus.py). Left out: rescue, hypervisors other than qemu,
kvm and libvirt's test driver.
"""

import itertools
from typing import Any

from tracenova import block_device
from tracenova.conf import CONF
from tracenova.virt import configdrive, driver
from tracenova.virt.libvirt.diskbus import (
    DiskInfo,
    Mapping,
    find_disk_dev_for_disk_bus,
    get_disk_bus_for_device_type,
    get_disk_bus_for_disk_dev,
    is_disk_bus_valid_for_virt,
)

SUPPORTED_DEVICE_TYPES = ("disk", "cdrom", "floppy", "lun")
BOOT_DEV_FOR_TYPE = {"disk": "hd", "cdrom": "cdrom", "floppy": "fd"}


def get_next_disk_info(
    mapping: Mapping,
    disk_bus: str,
    device_type: str = "disk",
    assigned_devices: list[str] | None = None,
) -> DiskInfo:
    """Return one more disk on the bus, under the next free name."""
    name = find_disk_dev_for_disk_bus(mapping, disk_bus, assigned_devices)
    return {"bus": disk_bus, "dev": name, "type": device_type}


def get_eph_disk(index: int) -> str:
    """Return the name of the ephemeral disk with the number."""
    return f"disk.eph{index}"


def get_device_name(bdm: Any) -> str | None:
    """Return the device name of a mapping, in either form."""
    if not isinstance(bdm, dict):
        return bdm.get("device_name")
    return bdm.get("device_name") or bdm.get("mount_device")


def get_info_from_bdm(
    instance: Any,
    virt_type: str,
    image_meta: Any,
    bdm: Any,
    mapping: Mapping | None = None,
    disk_bus: str | None = None,
    assigned_devices: list[str] | None = None,
) -> DiskInfo:
    """Return the disk that a block device mapping asks for."""
    name = block_device.strip_dev(get_device_name(bdm))
    kind = bdm.get("device_type")
    if kind not in SUPPORTED_DEVICE_TYPES:
        kind = "disk"
    bus = bdm.get("disk_bus") or disk_bus
    if not is_disk_bus_valid_for_virt(virt_type, bus):
        if name:
            bus = get_disk_bus_for_disk_dev(virt_type, name)
        else:
            bus = get_disk_bus_for_device_type(instance, virt_type, image_meta, kind)
    if not name:
        name = find_disk_dev_for_disk_bus(mapping or {}, str(bus), assigned_devices)
    info = {"bus": bus, "dev": name, "type": kind}
    if bdm.get("guest_format"):
        info["format"] = bdm["guest_format"]
    boot_index = bdm.get("boot_index")
    if boot_index is not None and boot_index >= 0:
        info["boot_index"] = str(boot_index + 1)  # libvirt counts from 1
    return info


def get_root_info(
    instance: Any,
    virt_type: str,
    image_meta: Any,
    root_bdm: Any,
    disk_bus: str,
    cdrom_bus: str,
    root_device_name: str | None = None,
) -> DiskInfo:
    """Return the disk that the guest starts from: the image's, or a volume."""
    if root_bdm and not _is_local_image(root_bdm):
        if not get_device_name(root_bdm) and root_device_name:
            root_bdm = {**root_bdm, "device_name": root_device_name}
        return get_info_from_bdm(
            instance, virt_type, image_meta, root_bdm, {}, disk_bus
        )
    is_iso = (
        image_meta.obj_attr_is_set("disk_format") and image_meta.disk_format == "iso"
    )
    bus = cdrom_bus if is_iso else disk_bus
    if root_device_name:
        bus = get_disk_bus_for_disk_dev(virt_type, root_device_name)
    else:
        root_device_name = find_disk_dev_for_disk_bus({}, bus)
    return {
        "bus": bus,
        "type": "cdrom" if is_iso else "disk",
        "dev": block_device.strip_dev(root_device_name),
        "boot_index": "1",
    }


def _is_local_image(root_bdm: Any) -> bool:
    where = (root_bdm.get("source_type"), root_bdm.get("destination_type"))
    return where == ("image", "local")


def default_device_names(
    virt_type: str,
    context: Any,
    instance: Any,
    block_device_info: dict[str, Any],
    image_meta: Any,
) -> None:
    """Choose the device names that are missing, and save them."""
    get_disk_info(virt_type, instance, image_meta, block_device_info)
    swap = block_device_info["swap"]
    for bdm in itertools.chain(
        block_device_info["ephemerals"],
        [swap] if swap else [],
        block_device_info["block_device_mapping"],
    ):
        bdm.save()


def update_bdm(bdm: dict[str, Any], info: DiskInfo) -> None:
    """Write the choice into the driver's mapping; a given name stays."""
    key = "device_name" if "device_name" in bdm else "mount_device"
    bdm[key] = bdm.get(key) or block_device.prepend_dev(info["dev"])
    bdm["disk_bus"] = info["bus"]
    bdm["device_type"] = info["type"]


def get_disk_mapping(
    virt_type: str,
    instance: Any,
    disk_bus: str,
    cdrom_bus: str,
    image_meta: Any,
    block_device_info: dict[str, Any] | None = None,
) -> Mapping:
    """Return every disk of the guest, root first."""
    volumes = driver.block_device_info_get_mapping(block_device_info)
    assigned = _assigned_names(block_device_info)
    root_bdm = block_device.get_root_bdm(volumes)
    root_name = block_device.strip_dev(
        driver.block_device_info_get_root(block_device_info)
    )
    root = get_root_info(
        instance, virt_type, image_meta, root_bdm, disk_bus, cdrom_bus, root_name
    )
    mapping: Mapping = {"root": root}
    if root_bdm:
        update_bdm(root_bdm, root)
    elif not _volume_in_mapping(root["dev"], block_device_info):
        mapping["disk"] = root
    _add_ephemerals(
        mapping,
        instance,
        virt_type,
        image_meta,
        disk_bus,
        block_device_info,
        assigned,
    )
    _add_swap(
        mapping,
        instance,
        virt_type,
        image_meta,
        disk_bus,
        block_device_info,
        assigned,
    )
    for bdm in volumes:
        info = get_info_from_bdm(
            instance, virt_type, image_meta, bdm, mapping, assigned_devices=assigned
        )
        mapping[str(block_device.prepend_dev(info["dev"]))] = info
        update_bdm(bdm, info)
    if configdrive.required_by(instance):
        kind = get_config_drive_type()
        bus = get_disk_bus_for_device_type(instance, virt_type, image_meta, kind)
        mapping["disk.config"] = get_next_disk_info(mapping, bus, kind)
    return mapping


def get_config_drive_type() -> str:
    """Return what a config drive looks like to the guest: a CD, or a disk if vfat.

    Nova: nova/virt/libvirt/blockinfo.py get_config_drive_type
    """
    return "cdrom" if CONF.config_drive_format == "iso9660" else "disk"


def _volume_in_mapping(device: str, block_device_info: dict[str, Any] | None) -> bool:
    """Say whether a volume, swap or ephemeral disk has the name already."""
    return device in _assigned_names(block_device_info)


def _assigned_names(block_device_info: dict[str, Any] | None) -> list[str]:
    """Return the names that are given, so that none is given twice."""
    devices = itertools.chain(
        driver.block_device_info_get_ephemerals(block_device_info),
        [driver.block_device_info_get_swap(block_device_info)],
        driver.block_device_info_get_mapping(block_device_info),
    )
    names = (get_device_name(device) for device in devices)
    return [str(block_device.strip_dev(name)) for name in names if name]


def _add_ephemerals(
    mapping: Mapping,
    instance: Any,
    virt_type: str,
    image_meta: Any,
    disk_bus: str,
    block_device_info: dict[str, Any] | None,
    assigned: list[str],
) -> None:
    ephemerals = driver.block_device_info_get_ephemerals(block_device_info)
    if instance.flavor.ephemeral_gb > 0 and not ephemerals:
        info = get_next_disk_info(mapping, disk_bus)
        if not _volume_in_mapping(info["dev"], block_device_info):
            mapping["disk.local"] = info
    for index, ephemeral in enumerate(ephemerals):
        info = get_info_from_bdm(
            instance, virt_type, image_meta, ephemeral, mapping, disk_bus, assigned
        )
        mapping[get_eph_disk(index)] = info
        update_bdm(ephemeral, info)


def _add_swap(
    mapping: Mapping,
    instance: Any,
    virt_type: str,
    image_meta: Any,
    disk_bus: str,
    block_device_info: dict[str, Any] | None,
    assigned: list[str],
) -> None:
    swap = driver.block_device_info_get_swap(block_device_info)
    if swap and swap.get("swap_size", 0) > 0:
        info = get_info_from_bdm(
            instance, virt_type, image_meta, swap, mapping, disk_bus
        )
        mapping["disk.swap"] = info
        update_bdm(swap, info)
    elif instance.flavor.swap > 0:
        info = get_next_disk_info(mapping, disk_bus, assigned_devices=assigned)
        if not _volume_in_mapping(info["dev"], block_device_info):
            mapping["disk.swap"] = info


def get_disk_info(
    virt_type: str,
    instance: Any,
    image_meta: Any,
    block_device_info: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return ``disk_bus``, ``cdrom_bus`` and ``mapping``.

    Nova: nova/virt/libvirt/blockinfo.py get_disk_info
    """
    disk_bus = get_disk_bus_for_device_type(instance, virt_type, image_meta, "disk")
    cdrom_bus = get_disk_bus_for_device_type(instance, virt_type, image_meta, "cdrom")
    mapping = get_disk_mapping(
        virt_type, instance, disk_bus, cdrom_bus, image_meta, block_device_info
    )
    return {"disk_bus": disk_bus, "cdrom_bus": cdrom_bus, "mapping": mapping}


def get_boot_order(disk_info: dict[str, Any]) -> list[str]:
    """Return the kinds of device to start from, first first: ``["hd"]``."""
    boots = [
        info
        for name, info in disk_info["mapping"].items()
        if name != "root" and info.get("boot_index") is not None
    ]
    boots.sort(key=lambda info: info["boot_index"])
    kinds = (BOOT_DEV_FOR_TYPE[info["type"]] for info in boots)
    return list(dict.fromkeys(kinds))
