"""Give a guest that exists a volume, and take it away again.

Nova: nova/compute/manager.py reserve_block_device_name, attach_volume, detach_volume.
Left out: usage statistics of volumes, encryption, exchanging a volume.
"""

import logging
from typing import Any

from oslo_serialization import jsonutils
from oslo_utils import excutils

from tracenova import exception, objects, utils
from tracenova.compute import utils as compute_utils
from tracenova.compute.block_devices import BlockDeviceMixin
from tracenova.compute.decorators import (
    reverts_task_state,
    wrap_exception,
    wrap_instance_fault,
)
from tracenova.context import RequestContext
from tracenova.virt import block_device as driver_block_device

LOG = logging.getLogger(__name__)


class VolumesMixin(BlockDeviceMixin):
    """Attaches and detaches volumes.

    Nova: nova/compute/manager.py ComputeManager
    """

    @wrap_exception()
    @reverts_task_state
    @wrap_instance_fault
    def reserve_block_device_name(
        self,
        context: RequestContext,
        instance: Any,
        device: str | None,
        volume_id: str,
        disk_bus: str | None,
        device_type: str | None,
    ) -> Any:
        """Choose the name of one more disk, write it down and return it.

        Nova: nova/compute/manager.py ComputeManager.reserve_block_device_name
        """

        @utils.synchronized(instance.uuid)
        def do_reserve() -> Any:
            bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
                context, instance.uuid
            )
            new_bdm = objects.BlockDeviceMapping(
                context=context,
                source_type="volume",
                destination_type="volume",
                instance_uuid=instance.uuid,
                boot_index=None,
                volume_id=volume_id,
                device_name=device,
                guest_format=None,
                disk_bus=disk_bus,
                device_type=device_type,
            )
            new_bdm.device_name = self._get_device_name_for_instance(
                instance, bdms, new_bdm
            )
            new_bdm.create()
            return new_bdm

        return do_reserve()

    def _get_device_name_for_instance(
        self, instance: Any, bdms: Any, block_device_obj: Any
    ) -> str:
        """Let the driver choose, if it does; libvirt's ignores the wanted name."""
        block_device_obj = block_device_obj.obj_clone()
        try:
            return self.driver.get_device_name_for_instance(
                instance, bdms, block_device_obj
            )
        except NotImplementedError:
            return compute_utils.get_device_name_for_instance(
                instance, bdms, block_device_obj.device_name
            )

    @wrap_exception()
    @wrap_instance_fault
    def attach_volume(self, context: RequestContext, instance: Any, bdm: Any) -> None:
        """Connect the volume, plug it into the guest, tell cinder.

        Nova: nova/compute/manager.py ComputeManager.attach_volume
        """
        driver_bdm = driver_block_device.convert_volume(bdm)

        @utils.synchronized(instance.uuid)
        def do_attach_volume() -> None:
            try:
                self._attach_volume(context, instance, driver_bdm)
            except Exception:  # noqa: BLE001 - raised again
                with excutils.save_and_reraise_exception():
                    bdm.destroy()

        do_attach_volume()

    def _attach_volume(self, context: RequestContext, instance: Any, bdm: Any) -> None:
        context = context.elevated()
        LOG.info(
            "[instance: %s] Attaching volume %s to %s",
            instance.uuid,
            bdm.volume_id,
            bdm["mount_device"],
        )
        try:
            bdm.attach(
                context,
                instance,
                self.volume_api,
                self.driver,
                do_check_attach=False,
                do_driver_attach=True,
            )
        except Exception:
            with excutils.save_and_reraise_exception():
                LOG.exception(
                    "[instance: %s] Failed to attach %s", instance.uuid, bdm.volume_id
                )
                self.volume_api.unreserve_volume(context, bdm.volume_id)
        self._notify_about_instance_usage(
            context,
            instance,
            "volume.attach",
            extra_usage_info={"volume_id": bdm.volume_id},
        )

    @wrap_exception()
    @wrap_instance_fault
    def detach_volume(
        self,
        context: RequestContext,
        volume_id: str,
        instance: Any,
        attachment_id: str | None = None,
    ) -> None:
        """Unplug the volume from the guest, disconnect it, tell cinder.

        Nova: nova/compute/manager.py ComputeManager.detach_volume
        """
        self._detach_volume(context, volume_id, instance, attachment_id=attachment_id)

    def _detach_volume(
        self,
        context: RequestContext,
        volume_id: str,
        instance: Any,
        destroy_bdm: bool = True,
        attachment_id: str | None = None,
    ) -> None:
        """Take the volume away; its block device stays unless ``destroy_bdm``.

        Nova: nova/compute/manager.py ComputeManager._detach_volume
        """
        bdm = objects.BlockDeviceMapping.get_by_volume_and_instance(
            context, volume_id, instance.uuid
        )
        connection_info = jsonutils.loads(bdm.connection_info)
        connector = self.driver.get_volume_connector(instance)
        self._driver_detach_volume(context, instance, bdm, connection_info)
        self.volume_api.terminate_connection(context, volume_id, connector)
        if destroy_bdm:
            bdm.destroy()
        self._notify_about_instance_usage(
            context,
            instance,
            "volume.detach",
            extra_usage_info={"volume_id": volume_id},
        )
        self.volume_api.detach(
            context.elevated(), volume_id, instance.uuid, attachment_id
        )

    def _driver_detach_volume(
        self,
        context: RequestContext,
        instance: Any,
        bdm: Any,
        connection_info: dict[str, Any],
    ) -> None:
        LOG.info(
            "[instance: %s] Detach volume %s from mountpoint %s",
            instance.uuid,
            bdm.volume_id,
            bdm.device_name,
        )
        try:
            if not self.driver.instance_exists(instance):
                LOG.warning(
                    "[instance: %s] Detaching volume from unknown instance",
                    instance.uuid,
                )
            self.driver.detach_volume(connection_info, instance, bdm.device_name)
        except exception.DiskNotFound as error:
            LOG.warning(
                "[instance: %s] Ignoring while detaching %s: %s",
                instance.uuid,
                bdm.volume_id,
                error,
            )
        except Exception:
            with excutils.save_and_reraise_exception():
                LOG.exception(
                    "[instance: %s] Failed to detach %s", instance.uuid, bdm.volume_id
                )
                self.volume_api.roll_detaching(context, bdm.volume_id)
