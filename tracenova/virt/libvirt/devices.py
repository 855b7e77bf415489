"""Volumes and network cards of a guest that exists.

Nova: nova/virt/libvirt/driver.py LibvirtDriver [attach_volume, detach_volume,
attach_interface, detach_interface, get_device_name_for_instance]. Left out: encryption,
firewalls, volumes that the host does not see as files or block devices.
"""

import logging
from typing import Any

from tracenova import block_device, exception
from tracenova.compute import power_state
from tracenova.virt import driver
from tracenova.virt.libvirt import blockinfo, guest_config, seam
from tracenova.virt.libvirt import guest as libvirt_guest
from tracenova.virt.libvirt import host as libvirt_host
from tracenova.virt.libvirt import utils as libvirt_utils
from tracenova.virt.libvirt.vif import LibvirtGenericVIFDriver
from tracenova.virt.taps import TapWatch

LOG = logging.getLogger(__name__)

RUNS = (power_state.RUNNING, power_state.PAUSED)


class DeviceChanges:
    """What plugs devices into guests, and out of them."""

    _host: libvirt_host.Host
    virt_type: str
    vif_driver: LibvirtGenericVIFDriver
    taps: TapWatch

    def get_device_name_for_instance(
        self, instance: Any, bdms: Any, block_device_obj: Any
    ) -> str:
        """Return the next free name on the disk's bus; a wanted name is ignored."""
        if block_device_obj.device_name is not None:
            LOG.warning("Ignoring device name: %s", block_device_obj.device_name)
        block_device_obj.device_name = None
        info = blockinfo.get_disk_info(
            self.virt_type,
            instance,
            instance.image_meta,
            driver.get_block_device_info(instance, bdms),
        )
        chosen = blockinfo.get_info_from_bdm(
            instance,
            self.virt_type,
            instance.image_meta,
            block_device_obj,
            mapping=info["mapping"],
        )
        return str(block_device.prepend_dev(chosen["dev"]))

    def attach_volume(
        self,
        context: Any,
        connection_info: dict[str, Any],
        instance: Any,
        mountpoint: str,
        disk_bus: str | None = None,
        device_type: str | None = None,
        encryption: dict[str, Any] | None = None,
    ) -> None:
        """Give a guest one more disk, at once if it runs.

        Raises:
            DeviceIsBusy: libvirt could not plug it in.
        """
        guest = self._host.get_guest(instance)
        disk_dev = mountpoint.rpartition("/")[2]
        wanted = {
            "device_name": disk_dev,
            "disk_bus": disk_bus,
            "device_type": device_type,
        }
        info = blockinfo.get_info_from_bdm(
            instance, self.virt_type, instance.image_meta, wanted
        )
        conf = guest_config.volume_config(
            connection_info, info, libvirt_utils.get_instance_path(instance)
        )
        libvirt = seam.libvirt()
        try:
            guest.attach_device(conf, live=self._runs(guest))
        except libvirt.libvirtError as error:
            LOG.error("Failed to attach volume at mountpoint %s: %s", mountpoint, error)
            if error.get_error_code() == libvirt.VIR_ERR_OPERATION_FAILED:
                raise exception.DeviceIsBusy(device=disk_dev) from error
            raise

    def detach_volume(
        self,
        connection_info: dict[str, Any],
        instance: Any,
        mountpoint: str,
        encryption: dict[str, Any] | None = None,
    ) -> None:
        """Take a disk from a guest; one that is gone altogether has none.

        Raises:
            DiskNotFound: the guest has no such disk.
            DeviceDetachFailed: the guest does not let go of it.
        """
        disk_dev = mountpoint.rpartition("/")[2]
        try:
            guest = self._host.get_guest(instance)
            guest.detach_device_with_retry(guest.get_disk, disk_dev, self._runs(guest))
        except exception.InstanceNotFound:
            LOG.warning("During detach_volume, instance %s disappeared", instance.uuid)
        except exception.DeviceNotFound as error:
            raise exception.DiskNotFound(location=disk_dev) from error

    def attach_interface(self, instance: Any, image_meta: Any, vif: Any) -> None:
        """Give a guest one more network card, at once if it runs.

        Raises:
            InterfaceAttachFailed: libvirt could not plug it in.
        """
        guest = self._host.get_guest(instance)
        self.vif_driver.plug(instance, vif)
        conf = self.vif_driver.get_config(instance, vif, image_meta, self.virt_type)
        try:
            guest.attach_device(conf, live=self._runs(guest))
        except seam.libvirt().libvirtError as error:
            LOG.error("attaching network adapter failed: %s", error)
            self.vif_driver.unplug(instance, vif)
            raise exception.InterfaceAttachFailed(
                instance_uuid=instance.uuid
            ) from error
        self.taps.created(vif["id"], vif["devname"])

    def detach_interface(self, instance: Any, vif: Any) -> None:
        """Take a network card from a guest; one that is gone already is no hindrance.

        Raises:
            InterfaceDetachFailed: libvirt could not.
        """
        guest = self._host.get_guest(instance)
        mac = vif["address"]
        try:
            self.vif_driver.unplug(instance, vif)
            guest.detach_device_with_retry(guest.get_interface, mac, self._runs(guest))
        except exception.DeviceNotFound:
            LOG.warning("Card %s is no longer found on %s", mac, instance.uuid)
        except seam.libvirt().libvirtError as error:
            if guest.get_interface(mac) is not None:
                LOG.error("detaching network adapter failed: %s", error)
                raise exception.InterfaceDetachFailed(
                    instance_uuid=instance.uuid
                ) from error
        self.taps.removed(vif["id"])

    def _runs(self, guest: libvirt_guest.Guest) -> bool:
        return guest.get_power_state(self._host) in RUNS
