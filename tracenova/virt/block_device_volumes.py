"""Volumes as dicts for drivers, and how one is connected and attached.

Nova: nova/virt/block_device.py DriverVolumeBlockDevice and its children (without
encryption)
"""

import logging
from collections.abc import Callable
from typing import Any, ClassVar

from oslo_serialization import jsonutils
from oslo_utils import excutils

from tracenova import exception
from tracenova.conf import CONF
from tracenova.virt.block_device_local import DriverBlockDevice, NotTransformable

LOG = logging.getLogger(__name__)


class DriverVolumeBlockDevice(DriverBlockDevice):
    """A volume of cinder.

    Nova: nova/virt/block_device.py DriverVolumeBlockDevice
    """

    volume_id: Any  # this and the next are the database object's
    volume_size: Any

    _copied = frozenset(
        {
            "delete_on_termination",
            "guest_format",
            "device_type",
            "disk_bus",
            "boot_index",
        }
    )
    _fields = _copied | {"connection_info", "mount_device"}
    _valid_source: ClassVar[str] = "volume"
    _proxy_as_attr = frozenset({"volume_size", "volume_id"})
    _update_on_save: ClassVar[dict[str, str | None]] = {
        "disk_bus": None,
        "device_name": "mount_device",
        "device_type": None,
    }

    def _transform(self) -> None:
        bdm = self._bdm_obj
        if (bdm.source_type, bdm.destination_type) != (self._valid_source, "volume"):
            raise NotTransformable
        self.update({name: getattr(bdm, name) for name in self._copied})
        self["mount_device"] = bdm.device_name
        text = bdm.connection_info
        self["connection_info"] = jsonutils.loads(text) if text else None

    def attach(
        self,
        context: Any,
        instance: Any,
        volume_api: Any,
        virt_driver: Any,
        wait_func: Callable[..., Any] | None = None,
        do_check_attach: bool = True,
        do_driver_attach: bool = False,
    ) -> None:
        """Get the volume ready for the guest and tell cinder who has it.

        Order: GET volume, check, os-initialize_connection, save of connection_info,
        os-attach. Whatever happens, the mapping is saved in the end.

        Args:
            context: the user's; cinder's actions are called with an elevated one.
            instance: the server.
            volume_api: ``tracenova.volume.cinder.API``.
            virt_driver: gives the connector.
            wait_func: how to wait for a volume that had to be created.
            do_check_attach: check availability first.
            do_driver_attach: the guest runs already, so plug the disk in now.
        """
        try:
            self._attach(
                context,
                instance,
                volume_api,
                virt_driver,
                do_check_attach,
                do_driver_attach,
            )
        finally:
            self.save()

    def _attach(
        self,
        context: Any,
        instance: Any,
        volume_api: Any,
        virt_driver: Any,
        do_check_attach: bool,
        do_driver_attach: bool,
    ) -> None:
        volume = volume_api.get(context, self.volume_id)
        if do_check_attach:
            volume_api.check_attach(context, volume, instance=instance)
        context = context.elevated()
        connector = virt_driver.get_volume_connector(instance)
        info = volume_api.initialize_connection(context, volume["id"], connector)
        info.setdefault("serial", self.volume_id)
        if do_driver_attach:
            self._driver_attach(
                context, instance, volume_api, virt_driver, info, connector
            )
        self["connection_info"] = info
        if self.volume_size is None:
            self.volume_size = volume.get("size")
        if volume["attach_status"] == "detached":
            self.save()  # before os-attach: a detach will need connection_info
            self._tell_cinder(context, instance, volume_api, info, connector)

    def _driver_attach(
        self,
        context: Any,
        instance: Any,
        volume_api: Any,
        virt_driver: Any,
        info: dict[str, Any],
        connector: dict[str, Any],
    ) -> None:
        try:
            virt_driver.attach_volume(
                context,
                info,
                instance,
                self["mount_device"],
                disk_bus=self["disk_bus"],
                device_type=self["device_type"],
            )
        except Exception:
            with excutils.save_and_reraise_exception():
                LOG.exception("Driver failed to attach volume %s", self.volume_id)
                volume_api.terminate_connection(context, self.volume_id, connector)

    def _tell_cinder(
        self,
        context: Any,
        instance: Any,
        volume_api: Any,
        info: dict[str, Any],
        connector: dict[str, Any],
    ) -> None:
        mode = info.get("data", {}).get("access_mode", "rw")
        try:
            volume_api.attach(
                context, self.volume_id, instance.uuid, self["mount_device"], mode=mode
            )
        except Exception:  # noqa: BLE001 - raised again
            with excutils.save_and_reraise_exception():
                volume_api.terminate_connection(context, self.volume_id, connector)
                volume_api.detach(context, self.volume_id)

    def refresh_connection_info(
        self, context: Any, instance: Any, volume_api: Any, virt_driver: Any
    ) -> None:
        """Ask cinder anew how to reach a volume that was connected before."""
        if not self["connection_info"]:
            return
        connector = virt_driver.get_volume_connector(instance)
        info = volume_api.initialize_connection(context, self.volume_id, connector)
        info.setdefault("serial", self.volume_id)
        self["connection_info"] = info
        self.save()

    def save(self) -> None:
        """Write the connection, too, to the database object."""
        text = jsonutils.dumps(self.get("connection_info"))
        if text != self._bdm_obj.connection_info:
            self._bdm_obj.connection_info = text
        super().save()


class _CreatedVolume(DriverVolumeBlockDevice):
    """A volume that the boot itself creates before it attaches it."""

    def attach(
        self,
        context: Any,
        instance: Any,
        volume_api: Any,
        virt_driver: Any,
        wait_func: Callable[..., Any] | None = None,
        do_check_attach: bool = True,
        do_driver_attach: bool = False,
    ) -> None:
        """Create the volume unless that was done, wait for it, attach it."""
        if not self.volume_id:
            volume = self._create(context, instance, volume_api)
            if wait_func:
                self._wait_for(context, wait_func, volume_api, volume["id"])
            self.volume_id = volume["id"]
        super().attach(
            context,
            instance,
            volume_api,
            virt_driver,
            do_check_attach=do_check_attach,
            do_driver_attach=do_driver_attach,
        )

    def _create(self, context: Any, instance: Any, volume_api: Any) -> dict[str, Any]:
        raise NotImplementedError

    def _wait_for(
        self,
        context: Any,
        wait_func: Callable[..., Any],
        volume_api: Any,
        volume_id: str,
    ) -> None:
        try:
            wait_func(context, volume_id)
        except exception.VolumeNotCreated:
            with excutils.save_and_reraise_exception():
                if self["delete_on_termination"]:
                    volume_api.delete(context, volume_id)


class DriverSnapshotBlockDevice(_CreatedVolume):
    """A new volume with a snapshot's content.

    Nova: nova/virt/block_device.py DriverSnapshotBlockDevice
    """

    _valid_source = "snapshot"
    _proxy_as_attr = frozenset({"volume_size", "volume_id", "snapshot_id"})

    def _create(self, context: Any, instance: Any, volume_api: Any) -> dict[str, Any]:
        snapshot = volume_api.get_snapshot(context, self.snapshot_id)
        zone = _get_volume_create_az_value(instance)
        return volume_api.create(
            context, self.volume_size, "", "", snapshot, availability_zone=zone
        )


class DriverImageBlockDevice(_CreatedVolume):
    """A new volume with an image's content.

    Nova: nova/virt/block_device.py DriverImageBlockDevice
    """

    _valid_source = "image"
    _proxy_as_attr = frozenset({"volume_size", "volume_id", "image_id"})

    def _create(self, context: Any, instance: Any, volume_api: Any) -> dict[str, Any]:
        zone = _get_volume_create_az_value(instance)
        return volume_api.create(
            context,
            self.volume_size,
            "",
            "",
            image_id=self.image_id,
            availability_zone=zone,
        )


class DriverBlankBlockDevice(_CreatedVolume):
    """A new, empty volume.

    Nova: nova/virt/block_device.py DriverBlankBlockDevice
    """

    _valid_source = "blank"
    _proxy_as_attr = frozenset({"volume_size", "volume_id", "image_id"})

    def _create(self, context: Any, instance: Any, volume_api: Any) -> dict[str, Any]:
        zone = _get_volume_create_az_value(instance)
        name = f"{instance.uuid}-blank-vol"
        return volume_api.create(
            context, self.volume_size, name, "", availability_zone=zone
        )


def _get_volume_create_az_value(instance: Any) -> str | None:
    return None if CONF.cinder.cross_az_attach else instance.availability_zone
