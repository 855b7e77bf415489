"""A guest's disks: files made from cached images.

``instances_path/_base`` holds one raw file per image, named by sha1 of its id; a
guest's disk is a thin qcow2 overlay on it, or a copy.

Nova: nova/virt/libvirt/imagebackend.py Image, Flat, Qcow2. Left out: LVM, rbd,
preallocation.
"""

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from oslo_utils import fileutils

from tracenova import exception, utils
from tracenova.conf import CONF
from tracenova.virt import images
from tracenova.virt.libvirt import config_devices as vconfig
from tracenova.virt.libvirt import seam
from tracenova.virt.libvirt import utils as libvirt_utils

LOG = logging.getLogger(__name__)
FetchFunc = Callable[..., None]


class Image:
    """One disk of one guest.

    Args:
        instance: whose.
        disk_name: ``disk``, ``disk.local``, ``disk.swap`` …

    Nova: nova/virt/libvirt/imagebackend.py Image
    """

    driver_format: ClassVar[str]

    def __init__(self, instance: Any, disk_name: str) -> None:
        self.path = libvirt_utils.get_instance_path(instance) / disk_name
        # beside the files, so that hosts which share them share the locks
        self._lock_path = str(Path(CONF.instances_path) / "locks")

    def libvirt_info(
        self, info: dict[str, Any], cache_mode: str
    ) -> vconfig.LibvirtConfigGuestDisk:
        """Return the disk for the guest's definition.

        Args:
            info: its entry of the disk mapping.
            cache_mode: how the host caches it.
        """
        return vconfig.LibvirtConfigGuestDisk(
            source_device=info["type"],
            driver_name="qemu",
            driver_format=self.driver_format,
            driver_cache=cache_mode,
            source_path=str(self.path),
            target_dev=info["dev"],
            target_bus=info["bus"],
            readonly=info["type"] == "cdrom",
        )

    def exists(self) -> bool:
        """Say whether the disk has been made."""
        return self.path.exists()

    def cache(
        self, fetch_func: FetchFunc, filename: str, size: int | None, **kwargs: Any
    ) -> None:
        """Make the disk from a cached file, fetching that first when it is missing.

        Of several guests that need the same image at once, one fetches it; the file
        lock is named after it and holds across processes.

        Args:
            fetch_func: makes the cached file; called with ``target`` and ``kwargs``.
            filename: the cached file's name.
            size: the disk's size in bytes; None: the image's own.
            kwargs: for ``fetch_func``.

        Raises:
            FlavorDiskSmallerThanImage: the image is larger than ``size``.
        """
        synchronized = utils.synchronized(
            filename, external=True, lock_path=self._lock_path
        )

        @synchronized
        def fetch_func_sync(target: Path) -> None:
            if not target.exists():  # somebody else may have been quicker
                fetch_func(target=target, **kwargs)

        base = libvirt_utils.get_base_path() / filename
        base.parent.mkdir(parents=True, exist_ok=True)
        if not self.exists() or not base.exists():
            self._create_image(fetch_func_sync, base, size)

    def _create_image(
        self, prepare_template: Callable[[Path], None], base: Path, size: int | None
    ) -> None:
        if not base.exists():
            prepare_template(base)
        os.utime(base)  # in use: the cache's cleaner goes by the time
        self.verify_base_size(base, size)
        if not self.exists():
            with fileutils.remove_path_on_error(str(self.path)):
                self._copy(base, size)

    def verify_base_size(self, base: Path, size: int | None) -> None:
        """Refuse an image that does not fit; a disk cannot be shrunk.

        Raises:
            FlavorDiskSmallerThanImage: the image is larger than ``size`` bytes.
        """
        if size is None:
            return
        base_size = images.qemu_img_info(base).virtual_size
        if size < base_size:
            LOG.error(
                "%s virtual size %s larger than flavor root disk size %s",
                base,
                base_size,
                size,
            )
            raise exception.FlavorDiskSmallerThanImage(
                flavor_size=size, image_size=base_size
            )

    def _copy(self, base: Path, size: int | None) -> None:
        raise NotImplementedError


class Flat(Image):
    """A copy of the cached file: raw.

    Nova: nova/virt/libvirt/imagebackend.py Flat
    """

    driver_format = "raw"

    def _copy(self, base: Path, size: int | None) -> None:
        with seam.traced("create_image", command=["cp", str(base), str(self.path)]):
            shutil.copyfile(base, self.path)
            if size and size > self.path.stat().st_size:
                os.truncate(self.path, size)  # sparse: costs no space


class Qcow2(Image):
    """A thin overlay on the cached file: what the guest writes stays apart.

    Nova: nova/virt/libvirt/imagebackend.py Qcow2
    """

    driver_format = "qcow2"

    def _copy(self, base: Path, size: int | None) -> None:
        backing = f"backing_file={base},backing_fmt={_base_format(base)}"
        images.run_qemu_img("create", "-f", "qcow2", "-o", backing, str(self.path))
        if size:
            images.run_qemu_img("resize", "-f", "qcow2", str(self.path), str(size))


def _base_format(base: Path) -> str:
    return "raw" if CONF.force_raw_images else images.qemu_img_info(base).file_format


class Backend:
    """Chooses the kind of disk.

    Nova: nova/virt/libvirt/imagebackend.py Backend
    """

    def image(
        self, instance: Any, disk_name: str, image_type: str | None = None
    ) -> Image:
        """Return the disk of the name: qcow2 or raw, as configured.

        Without qemu-img there are no overlays: every disk is a raw copy.
        """
        image_type = image_type or CONF.libvirt.images_type
        if image_type == "default":
            image_type = "qcow2" if CONF.use_cow_images else "raw"
        if image_type == "qcow2" and images.has_qemu_img():
            return Qcow2(instance, disk_name)
        return Flat(instance, disk_name)
