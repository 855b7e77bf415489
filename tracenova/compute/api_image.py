"""The image of a new server: fetched, and checked against flavor and request.

Nova: nova/compute/api.py [_get_image, _get_bdm_image_metadata, _check_requested_image,
_handle_kernel_and_ramdisk, _inherit_properties_from_image, _check_auto_disk_config]
"""

from collections.abc import Mapping, Sequence
from typing import Any

from oslo_utils import strutils, units

from tracenova import block_device, exception
from tracenova.compute import image_metadata
from tracenova.compute.api_base import ApiBase
from tracenova.conf import CONF
from tracenova.context import RequestContext

Image = Mapping[str, Any]


class ImageChecks(ApiBase):
    """What is asked of glance before a server is created.

    Nova: nova/compute/api.py API
    """

    def _get_image(
        self, context: RequestContext, image_href: str | None
    ) -> tuple[str | None, Image]:
        if not image_href:
            return None, {}
        image = self.image_api.get(context, image_href)
        return image["id"], image

    def _get_bdm_image_metadata(
        self,
        context: RequestContext,
        block_device_mapping: Sequence[Any],
        legacy_bdm: bool = True,
    ) -> Image:
        """Return the image that the root volume, snapshot or image disk stands for.

        Raises:
            InvalidBDMImage: the disk's image cannot be had.
            InvalidBDMVolume: the disk's volume cannot be had.
            InvalidBDMVolumeNotBootable: nothing can boot from that volume.
        """
        for bdm in block_device_mapping:
            if not _is_root(bdm, legacy_bdm):
                continue
            volume_id = bdm.get("volume_id")
            if bdm.get("snapshot_id"):
                # A snapshot does not show its metadata, its volume does.
                snapshot = self.volume_api.get_snapshot(context, bdm["snapshot_id"])
                volume_id = snapshot["volume_id"]
            if bdm.get("image_id"):
                try:
                    return self.image_api.get(context, bdm["image_id"])
                except Exception as exc:
                    raise exception.InvalidBDMImage(id=bdm["image_id"]) from exc
            if volume_id:
                return self._image_of_volume(context, volume_id)
        return {}

    def _image_of_volume(self, context: RequestContext, volume_id: str) -> Image:
        try:
            volume = self.volume_api.get(context, volume_id)
        except exception.CinderConnectionFailed:
            raise
        except Exception as exc:
            raise exception.InvalidBDMVolume(id=volume_id) from exc
        if not volume.get("bootable", True):
            raise exception.InvalidBDMVolumeNotBootable(id=volume_id)
        return image_metadata.get_image_metadata_from_volume(volume)

    def _check_auto_disk_config(
        self, image: Image | None, auto_disk_config: bool | None
    ) -> None:
        if auto_disk_config is None or not image:
            return
        raw = image_metadata.get_auto_disk_config_from_image_props(
            image.get("properties", {})
        )
        self._ensure_auto_disk_config_is_valid(raw, auto_disk_config, image.get("id"))

    def _ensure_auto_disk_config_is_valid(
        self, raw: str | None, auto_disk_config: bool | None, image_id: str | None
    ) -> None:
        if auto_disk_config and image_metadata.is_auto_disk_config_disabled(raw):
            raise exception.AutoDiskConfigDisabledByImage(image=image_id)

    def _inherit_properties_from_image(
        self, image: Image, auto_disk_config: bool | None
    ) -> dict[str, Any]:
        properties = image.get("properties", {})
        raw = image_metadata.get_auto_disk_config_from_image_props(properties)
        self._ensure_auto_disk_config_is_valid(raw, auto_disk_config, image.get("id"))
        if auto_disk_config is None:
            auto_disk_config = strutils.bool_from_string(raw)
        return {
            "os_type": properties.get("os_type"),
            "architecture": properties.get("architecture"),
            "vm_mode": properties.get("vm_mode"),
            "auto_disk_config": auto_disk_config,
        }

    def _handle_kernel_and_ramdisk(
        self,
        context: RequestContext,
        kernel_id: str | None,
        ramdisk_id: str | None,
        image: Image,
    ) -> tuple[str | None, str | None]:
        """Return kernel and ramdisk images, of the request or of the image; seen in glance."""
        properties = image.get("properties", {})
        kernel_id = properties.get("kernel_id") if kernel_id is None else kernel_id
        ramdisk_id = properties.get("ramdisk_id") if ramdisk_id is None else ramdisk_id
        if kernel_id == str(CONF.null_kernel):
            return None, None
        if kernel_id is not None:
            kernel_id = self.image_api.get(context, kernel_id)["id"]
        if ramdisk_id is not None:
            ramdisk_id = self.image_api.get(context, ramdisk_id)["id"]
        return kernel_id, ramdisk_id

    def _check_requested_image(
        self,
        context: RequestContext,
        image_id: str | None,
        image: Image,
        instance_type: Any,
        root_bdm: Any,
    ) -> None:
        """Check that the image may be used and fits the flavor or the root volume.

        Raises:
            ImageNotActive: not uploaded yet, or deleted, or broken.
            InvalidImageConfigDrive: bad ``img_config_drive``; the API answers 500.
            FlavorMemoryTooSmall: less memory than the image's ``min_ram``.
            FlavorDiskSmallerThanImage: the image does not fit the root disk.
            FlavorDiskSmallerThanMinDisk: less root disk than ``min_disk``.
            VolumeSmallerThanMinDisk: a smaller root volume than ``min_disk``.
        """
        if not image:
            return
        if image["status"] != "active":
            raise exception.ImageNotActive(image_id=image_id)
        config_drive = image.get("properties", {}).get("img_config_drive", "optional")
        if config_drive not in {"optional", "mandatory"}:
            raise exception.InvalidImageConfigDrive(config_drive=config_drive)
        if instance_type.memory_mb < int(image.get("min_ram") or 0):
            raise exception.FlavorMemoryTooSmall
        min_disk = int(image.get("min_disk") or 0) * units.Gi
        if root_bdm is not None and root_bdm.is_volume:
            _check_volume_size(root_bdm.volume_size, min_disk)
        else:
            _check_disk_size(
                instance_type.root_gb * units.Gi, min_disk, int(image.get("size") or 0)
            )


def _is_root(bdm: Any, legacy_bdm: bool) -> bool:
    if legacy_bdm:
        return block_device.get_device_letter(bdm.get("device_name", "")) == "a"
    return bool(bdm.get("boot_index") == 0)


def _check_volume_size(volume_size_gb: int | None, min_disk: int) -> None:
    # An existing volume has no size here: cinder checked it when it was made.
    if volume_size_gb is not None and min_disk > volume_size_gb * units.Gi:
        raise exception.VolumeSmallerThanMinDisk(
            volume_size=volume_size_gb * units.Gi, image_min_disk=min_disk
        )


def _check_disk_size(root_disk: int, min_disk: int, image_size: int) -> None:
    if root_disk == 0:  # a flavor that takes whatever the image needs
        return
    if image_size > root_disk:
        raise exception.FlavorDiskSmallerThanImage(
            flavor_size=root_disk, image_size=image_size
        )
    if min_disk > root_disk:
        raise exception.FlavorDiskSmallerThanMinDisk(
            flavor_size=root_disk, image_min_disk=min_disk
        )
