"""The instance's disks during a build: names, and volumes of cinder.

Nova: nova/compute/manager.py, its methods about block devices
"""

import logging
import time
from typing import Any

from tracenova import block_device, exception, objects
from tracenova.compute import utils as compute_utils
from tracenova.compute.manager_base import ComputeManagerBase
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.virt import block_device as driver_block_device
from tracenova.virt import driver as virt_driver

LOG = logging.getLogger(__name__)

STILL_COMING = ("creating", "downloading")


class BlockDeviceMixin(ComputeManagerBase):
    """Names and attaches block devices.

    Nova: nova/compute/manager.py ComputeManager; the legacy form of the device list
    is left out.
    """

    def _default_block_device_names(
        self, instance: Any, image_meta: Any, block_devices: Any
    ) -> None:
        """Give the root disk its name (``/dev/vda``), then every other disk.

        Nova: nova/compute/manager.py _default_block_device_names
        """
        root_bdm = block_device.get_root_bdm(block_devices)
        if not root_bdm:
            return
        given_name = root_bdm.device_name
        instance.root_device_name = (
            given_name
            or instance.root_device_name
            or self._default_root_device_name(instance, image_meta, root_bdm)
        )
        if not given_name:
            root_bdm.device_name = instance.root_device_name
            root_bdm.save()
        ephemerals = [
            bdm for bdm in block_devices if block_device.new_format_is_ephemeral(bdm)
        ]
        swap = [bdm for bdm in block_devices if block_device.new_format_is_swap(bdm)]
        volumes = [
            bdm
            for bdm in block_devices
            if driver_block_device.is_block_device_mapping(bdm)
        ]
        self._default_device_names_for_instance(
            instance, instance.root_device_name, ephemerals, swap, volumes
        )

    def _default_root_device_name(
        self, instance: Any, image_meta: Any, root_bdm: Any
    ) -> str | None:
        try:
            return self.driver.default_root_device_name(instance, image_meta, root_bdm)
        except NotImplementedError:
            return compute_utils.get_next_device_name(instance, [])

    def _default_device_names_for_instance(
        self, instance: Any, root_device_name: str, *block_device_lists: Any
    ) -> None:
        try:
            self.driver.default_device_names_for_instance(
                instance, root_device_name, *block_device_lists
            )
        except NotImplementedError:
            compute_utils.default_device_names_for_instance(
                instance, root_device_name, *block_device_lists
            )

    def _prep_block_device(
        self,
        context: RequestContext,
        instance: Any,
        bdms: Any,
        do_check_attach: bool = True,
    ) -> Any:
        """Attach the volumes and return the device list for the driver.

        Raises:
            VolumeLimitExceeded: the project may not have that many volumes.
            InvalidBDM: anything else went wrong.

        Nova: nova/compute/manager.py _prep_block_device
        """
        try:
            self._add_missing_dev_names(bdms, instance)
            block_device_info = virt_driver.get_block_device_info(instance, bdms)
            driver_block_device.attach_block_devices(
                virt_driver.block_device_info_get_mapping(block_device_info),
                context,
                instance,
                self.volume_api,
                self.driver,
                do_check_attach=do_check_attach,
                wait_func=self._await_block_device_map_created,
            )
        except exception.OverQuota as error:
            LOG.warning("[instance: %s] Over the quota of volumes", instance.uuid)
            raise exception.VolumeLimitExceeded from error
        except Exception as error:
            LOG.exception("[instance: %s] Failed block device setup", instance.uuid)
            raise exception.InvalidBDM(str(error)) from error
        return block_device_info

    def _add_missing_dev_names(self, bdms: Any, instance: Any) -> None:
        for bdm in bdms:
            if bdm.device_name is None:
                bdm.device_name = compute_utils.get_device_name_for_instance(
                    instance, bdms, None
                )
                bdm.save()

    def _await_block_device_map_created(
        self, context: RequestContext, vol_id: str
    ) -> int:
        """Look at a new volume until it is available; return how many looks it took.

        Raises:
            VolumeNotCreated: it failed, or took too long.

        Nova: nova/compute/manager.py _await_block_device_map_created
        """
        start = time.monotonic()
        attempts = max(CONF.block_device_allocate_retries, 0) + 1
        attempt, status = 0, "creating"
        while attempt < attempts and status in STILL_COMING:
            if attempt:
                time.sleep(CONF.block_device_allocate_retries_interval)
            attempt += 1
            status = self.volume_api.get(context, vol_id)["status"]
        if status == "available":
            return attempt
        LOG.warning("Volume %s is %s instead of available", vol_id, status)
        raise exception.VolumeNotCreated(
            volume_id=vol_id,
            seconds=int(time.monotonic() - start),
            attempts=attempt,
            volume_status=status,
        )

    def _get_instance_block_device_info(
        self, context: RequestContext, instance: Any, bdms: Any = None
    ) -> Any:
        """Return the device list, of volumes only those that are connected.

        Nova: nova/compute/manager.py _get_instance_block_device_info
        """
        if not bdms:
            bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
                context, instance.uuid
            )
        info = virt_driver.get_block_device_info(instance, bdms)
        info["block_device_mapping"] = [
            bdm
            for bdm in virt_driver.block_device_info_get_mapping(info)
            if bdm.get("connection_info")
        ]
        return info

    def _cleanup_volumes(
        self,
        context: RequestContext,
        instance_uuid: str,
        bdms: Any,
        raise_exc: bool = True,
    ) -> None:
        """Delete the volumes that shall not outlive their server.

        Nova: nova/compute/manager.py _cleanup_volumes
        """
        failure: Exception | None = None
        for bdm in bdms:
            if not (bdm.volume_id and bdm.delete_on_termination):
                continue
            try:
                self.volume_api.delete(context, bdm.volume_id)
            except Exception as error:  # noqa: BLE001 - the other volumes come first
                failure = error
                LOG.warning(
                    "[instance: %s] Failed to delete volume %s due to %s",
                    instance_uuid,
                    bdm.volume_id,
                    error,
                )
        if failure is not None and raise_exc:
            raise failure
