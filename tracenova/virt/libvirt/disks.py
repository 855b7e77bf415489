"""Making a guest's disks before it is defined.

Nova: nova/virt/libvirt/driver.py LibvirtDriver._create_image and what it calls. Left
out: file injection, containers.
"""

import functools
import logging
import os
from pathlib import Path
from typing import Any

from oslo_utils import fileutils, units

from tracenova.virt import disk_api, driver, images
from tracenova.virt.libvirt import blockinfo, diskbus, imagebackend, imagecache
from tracenova.virt.libvirt import utils as libvirt_utils

LOG = logging.getLogger(__name__)


class DiskMaker:
    """Creates the files of a guest's disks.

    Args:
        backend: which kind of file.
    """

    def __init__(self, backend: imagebackend.Backend) -> None:
        self._backend = backend

    def create_image(
        self,
        context: Any,
        instance: Any,
        disk_mapping: diskbus.Mapping,
        block_device_info: dict[str, Any] | None = None,
    ) -> None:
        """Make kernel, ramdisk, root, ephemeral and swap disks, in this order.

        Raises:
            FlavorDiskSmallerThanImage: the image does not fit the flavor.
            ImageUnacceptable: the image is not what it should be.
        """
        libvirt_utils.get_instance_path(instance).mkdir(parents=True, exist_ok=True)
        LOG.info("Creating image for %s", instance.uuid)
        self._create_kernel(context, instance)
        if "disk" in disk_mapping:
            self._create_root(context, instance)
        self._create_ephemerals(instance, disk_mapping, block_device_info)
        self._create_swap(instance, disk_mapping, block_device_info)

    def _create_kernel(self, context: Any, instance: Any) -> None:
        for name in ("kernel", "ramdisk"):
            image_id = getattr(instance, f"{name}_id", None)
            if image_id:
                self._backend.image(instance, name, "raw").cache(
                    functools.partial(_fetch_as_is, context, image_id),
                    imagecache.get_cache_fname(image_id),
                    None,
                )

    def _create_root(self, context: Any, instance: Any) -> None:
        size = instance.flavor.root_gb * units.Gi
        self._backend.image(instance, "disk").cache(
            functools.partial(_fetch_to_raw, context, instance.image_ref),
            imagecache.get_cache_fname(instance.image_ref),
            size or None,  # 0 GB: as large as the image
        )

    def _create_ephemerals(
        self,
        instance: Any,
        disk_mapping: diskbus.Mapping,
        block_device_info: dict[str, Any] | None,
    ) -> None:
        sizes_gb = {}
        if "disk.local" in disk_mapping:
            sizes_gb["disk.local"] = instance.flavor.ephemeral_gb
        ephemerals = driver.block_device_info_get_ephemerals(block_device_info)
        for index, ephemeral in enumerate(ephemerals):
            sizes_gb[blockinfo.get_eph_disk(index)] = ephemeral["size"]
        wishes = dict.fromkeys(sizes_gb)
        wishes.update(
            (blockinfo.get_eph_disk(index), ephemeral.get("guest_format"))
            for index, ephemeral in enumerate(ephemerals)
        )
        os_type = getattr(instance, "os_type", None)
        for index, (name, size_gb) in enumerate(sizes_gb.items()):
            size = size_gb * units.Gi
            file_system = disk_api.file_system_for(os_type, wishes[name])
            self._backend.image(instance, name).cache(
                functools.partial(
                    _create_formatted, size, file_system, f"ephemeral{index}"
                ),
                f"ephemeral_{size_gb}_{file_system}",
                size,
            )

    def _create_swap(
        self,
        instance: Any,
        disk_mapping: diskbus.Mapping,
        block_device_info: dict[str, Any] | None,
    ) -> None:
        if "disk.swap" not in disk_mapping:
            return
        swap = driver.block_device_info_get_swap(block_device_info)
        usable = driver.swap_is_usable(swap)
        size_mb = swap["swap_size"] if usable else instance.flavor.swap
        size = size_mb * units.Mi
        self._backend.image(instance, "disk.swap").cache(
            functools.partial(_create_formatted, size, "swap", None),
            f"swap_{size_mb}",
            size,
        )


def _fetch_to_raw(context: Any, image_id: str, target: Path) -> None:
    images.fetch_to_raw(context, image_id, target)


def _fetch_as_is(context: Any, image_id: str, target: Path) -> None:
    partial = target.with_name(target.name + ".part")
    images.fetch(context, image_id, partial)
    partial.rename(target)


def _create_formatted(
    size: int, file_system: str, label: str | None, target: Path
) -> None:
    """Make an empty file with a file system; half-made it has no name of its own."""
    partial = target.with_name(target.name + ".part")
    with fileutils.remove_path_on_error(str(partial)):
        partial.touch()
        os.truncate(partial, size)
        disk_api.mkfs(file_system, partial, label)
        partial.rename(target)
