"""An image made of a guest's root disk.

Nova: nova/virt/libvirt/driver.py LibvirtDriver.snapshot. Nova copies the disk of a guest
that runs by a block job where QEMU can; here it is always the other way of Nova's: the
guest's memory is saved, its disk copied, the guest started again where it was. Left out:
copies that the storage itself makes, LVM, rbd.
"""

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from oslo_concurrency import processutils

from tracenova import exception, image
from tracenova.compute import power_state, task_states
from tracenova.virt import images
from tracenova.virt.libvirt import guest as libvirt_guest
from tracenova.virt.libvirt import host as libvirt_host
from tracenova.virt.libvirt import utils as libvirt_utils

LOG = logging.getLogger(__name__)


class Snapshots:
    """What copies guests."""

    _host: libvirt_host.Host
    suspend: Callable[[Any, Any], None]

    def snapshot(
        self,
        context: Any,
        instance: Any,
        image_id: str,
        update_task_state: Callable[..., None],
    ) -> None:
        """Copy the guest's root disk, and upload it as the image.

        Raises:
            InstanceNotRunning: libvirt does not know the guest.

        Nova: nova/virt/libvirt/driver.py LibvirtDriver.snapshot
        """
        try:
            guest = self._host.get_guest(instance)
        except exception.InstanceNotFound:
            raise exception.InstanceNotRunning(instance_id=instance.uuid) from None
        described = image.API().get(context, image_id)
        disk, source_format = guest.find_disk()
        metadata = _create_snapshot_metadata(instance, source_format, described["name"])
        LOG.info("Beginning cold snapshot process of %s", instance.uuid)
        update_task_state(task_state=task_states.IMAGE_PENDING_UPLOAD)
        folder = libvirt_utils.get_instance_path(instance).parent
        with tempfile.TemporaryDirectory(dir=folder, prefix="snapshot-") as tmp:
            copy = Path(tmp) / "disk"
            self._copy_disk(context, instance, guest, disk, copy, source_format)
            LOG.info("Snapshot extracted, beginning image upload")
            update_task_state(
                task_state=task_states.IMAGE_UPLOADING,
                expected_state=task_states.IMAGE_PENDING_UPLOAD,
            )
            image.API().update(context, image_id, metadata, copy.read_bytes())
        LOG.info("Snapshot image upload of %s complete", instance.uuid)

    def _copy_disk(
        self,
        context: Any,
        instance: Any,
        guest: libvirt_guest.Guest,
        disk: Path,
        target: Path,
        file_format: str,
    ) -> None:
        """Copy the disk while the guest stands still, in one piece without its base."""
        state = guest.get_power_state(self._host)
        stands_still = state in (power_state.RUNNING, power_state.PAUSED)
        if stands_still:
            self.suspend(context, instance)
        try:
            if images.has_qemu_img():
                images.convert_image(disk, target, file_format, file_format)
            else:
                processutils.execute("cp", "--sparse=always", str(disk), str(target))
        finally:
            if stands_still:
                guest.launch(pause=state == power_state.PAUSED)


def _create_snapshot_metadata(
    instance: Any, img_fmt: str, snp_name: str | None
) -> dict[str, Any]:
    """Return what glance shall know of the copy.

    Nova: nova/virt/libvirt/driver.py LibvirtDriver._create_snapshot_metadata
    """
    properties = {
        "kernel_id": instance.kernel_id,
        "image_location": "snapshot",
        "image_state": "available",
        "owner_id": instance.project_id,
        "ramdisk_id": instance.ramdisk_id,
    }
    if instance.os_type:
        properties["os_type"] = instance.os_type
    base = instance.image_meta
    container = (
        base.container_format if base.obj_attr_is_set("container_format") else ""
    )
    known = base.obj_attr_is_set("disk_format") and base.disk_format == "ami"
    return {
        "is_public": False,
        "status": "active",
        "name": snp_name,
        "properties": properties,
        "disk_format": "ami" if known else img_fmt,
        "container_format": container or "bare",
    }
