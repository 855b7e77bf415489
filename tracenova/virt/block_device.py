"""An instance's block devices, sorted by kind into what drivers read.

A boot from an image has at most swap and ephemeral disks here; volumes go through
cinder when they are attached.

Nova: nova/virt/block_device.py. The classes stand in block_device_local.py and
block_device_volumes.py; all are visible here.
"""

import functools
import itertools
import logging
from collections.abc import Iterable, Sequence
from typing import Any

from tracenova.virt.block_device_local import (
    DriverBlockDevice,
    DriverEphemeralBlockDevice,
    DriverSwapBlockDevice,
    NotTransformable,
)
from tracenova.virt.block_device_volumes import (
    DriverBlankBlockDevice,
    DriverImageBlockDevice,
    DriverSnapshotBlockDevice,
    DriverVolumeBlockDevice,
)

LOG = logging.getLogger(__name__)


def _convert_block_devices(
    device_type: type[DriverBlockDevice], block_device_mapping: Iterable[Any]
) -> list[DriverBlockDevice]:
    devices = []
    for bdm in block_device_mapping:
        try:
            devices.append(device_type(bdm))
        except NotTransformable:
            continue
    return devices


convert_swap = functools.partial(_convert_block_devices, DriverSwapBlockDevice)
convert_ephemerals = functools.partial(
    _convert_block_devices, DriverEphemeralBlockDevice
)
convert_volumes = functools.partial(_convert_block_devices, DriverVolumeBlockDevice)
convert_snapshots = functools.partial(_convert_block_devices, DriverSnapshotBlockDevice)
convert_images = functools.partial(_convert_block_devices, DriverImageBlockDevice)
convert_blanks = functools.partial(_convert_block_devices, DriverBlankBlockDevice)


def convert_all_volumes(*volume_bdms: Any) -> list[DriverBlockDevice]:
    """Return everything that is or becomes a volume, by kind of source."""
    return list(
        itertools.chain(
            convert_volumes(volume_bdms),
            convert_snapshots(volume_bdms),
            convert_images(volume_bdms),
            convert_blanks(volume_bdms),
        )
    )


def convert_volume(volume_bdm: Any) -> DriverBlockDevice | None:
    """Return the mapping as a volume, or None if it is none."""
    return next(iter(convert_all_volumes(volume_bdm)), None)


def attach_block_devices(
    block_device_mapping: Sequence[Any], *attach_args: Any, **attach_kwargs: Any
) -> Sequence[Any]:
    """Attach each volume in turn and return them all.

    Nova: nova/virt/block_device.py attach_block_devices
    """
    for bdm in block_device_mapping:
        LOG.info("Booting with a volume at %s", bdm["mount_device"])
        bdm.attach(*attach_args, **attach_kwargs)
    return block_device_mapping


def refresh_conn_infos(
    block_device_mapping: Sequence[Any], *refresh_args: Any
) -> Sequence[Any]:
    """Ask cinder anew for each volume's connection and return them all."""
    for bdm in block_device_mapping:
        bdm.refresh_connection_info(*refresh_args)
    return block_device_mapping


def get_swap(transformed_list: list[Any]) -> Any:
    """Return the one swap disk of the list, or None."""
    if not all("swap_size" in device for device in transformed_list):
        return None
    return transformed_list.pop() if transformed_list else None


_IMPLEMENTED_CLASSES: tuple[type[DriverBlockDevice], ...] = (
    DriverSwapBlockDevice,
    DriverEphemeralBlockDevice,
    DriverVolumeBlockDevice,
    DriverSnapshotBlockDevice,
    DriverImageBlockDevice,
    DriverBlankBlockDevice,
)


def is_implemented(bdm: Any) -> bool:
    """Say whether drivers have a form for the mapping."""
    return any(_convert_block_devices(cls, [bdm]) for cls in _IMPLEMENTED_CLASSES)


def is_block_device_mapping(bdm: Any) -> bool:
    """Say whether the mapping is or becomes a volume."""
    return (
        bdm.source_type in {"image", "volume", "snapshot", "blank"}
        and bdm.destination_type == "volume"
        and is_implemented(bdm)
    )
