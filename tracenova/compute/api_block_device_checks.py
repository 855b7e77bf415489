"""Can these disks be had together? Asked once per instance, volumes at cinder.

Nova: nova/compute/api.py [_validate_bdm]
"""

import logging
from typing import Any

from tracenova import block_device, exception
from tracenova.compute.api_image import ImageChecks
from tracenova.conf import CONF
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)


class BlockDeviceChecks(ImageChecks):
    """The checks of a server's complete list of disks.

    Nova: nova/compute/api.py API
    """

    def _validate_bdm(
        self,
        context: RequestContext,
        instance: Any,
        instance_type: Any,
        block_device_mappings: Any,
    ) -> None:
        """Check boot order, sources, sizes and number; volumes get their size noted.

        Nothing is reserved at cinder here: in Newton that is the compute's work.

        Raises:
            InvalidBDMBootSequence: the boot indexes are not 0, 1, 2 and so on.
            InvalidBDM: an image, volume or snapshot cannot be used; see subclasses.
            InvalidVolume: the volume is not free to be attached.
            InvalidBDMEphemeralSize: more ephemeral space than the flavor has.
            InvalidBDMSwapSize: more swap than the flavor has.
            InvalidBDMLocalsLimit: more local disks than ``max_local_block_devices``.
        """
        _check_boot_sequence(instance, block_device_mappings)
        for bdm in block_device_mappings:
            self._validate_source(context, instance, bdm)
        _check_ephemeral(instance_type, block_device_mappings)
        _check_swap(instance_type, block_device_mappings)
        _check_local_disks(block_device_mappings)

    def _validate_source(
        self, context: RequestContext, instance: Any, bdm: Any
    ) -> None:
        if bdm.image_id is not None and bdm.image_id != instance.image_ref:
            self._validate_image_source(context, bdm)
        elif bdm.volume_id is not None:
            self._validate_volume_source(context, instance, bdm)
        elif bdm.snapshot_id is not None:
            self._validate_snapshot_source(context, bdm)
        elif (
            bdm.source_type == "blank"
            and bdm.destination_type == "volume"
            and not bdm.volume_size
        ):
            raise exception.InvalidBDM(
                "Blank volumes (source: 'blank', dest: 'volume') need to have "
                "non-zero size"
            )

    def _validate_image_source(self, context: RequestContext, bdm: Any) -> None:
        try:
            self._get_image(context, bdm.image_id)
        except Exception as exc:
            raise exception.InvalidBDMImage(id=bdm.image_id) from exc
        if (
            bdm.source_type == "image"
            and bdm.destination_type == "volume"
            and not bdm.volume_size
        ):
            raise exception.InvalidBDM(
                "Images with destination_type 'volume' need to have a non-zero "
                "size specified"
            )

    def _validate_volume_source(
        self, context: RequestContext, instance: Any, bdm: Any
    ) -> None:
        try:
            volume = self.volume_api.get(context, bdm.volume_id)
            self.volume_api.check_attach(context, volume, instance=instance)
            bdm.volume_size = volume.get("size")
        except (exception.CinderConnectionFailed, exception.InvalidVolume):
            raise
        except Exception as exc:
            raise exception.InvalidBDMVolume(id=bdm.volume_id) from exc

    def _validate_snapshot_source(self, context: RequestContext, bdm: Any) -> None:
        try:
            snapshot = self.volume_api.get_snapshot(context, bdm.snapshot_id)
        except exception.CinderConnectionFailed:
            raise
        except Exception as exc:
            raise exception.InvalidBDMSnapshot(id=bdm.snapshot_id) from exc
        bdm.volume_size = bdm.volume_size or snapshot.get("size")


def _check_boot_sequence(instance: Any, bdms: Any) -> None:
    """Negative and missing boot indexes mean: not to boot from."""
    indexes = sorted(
        bdm.boot_index
        for bdm in bdms
        if bdm.boot_index is not None and bdm.boot_index >= 0
    )
    if not indexes or indexes != list(range(len(indexes))):
        LOG.debug("Instance %s: boot indexes %s", instance.uuid, indexes)
        raise exception.InvalidBDMBootSequence


def _check_ephemeral(instance_type: Any, bdms: Any) -> None:
    wanted = sum(
        bdm.volume_size or instance_type.ephemeral_gb
        for bdm in bdms
        if block_device.new_format_is_ephemeral(bdm)
    )
    if wanted > instance_type.ephemeral_gb:
        raise exception.InvalidBDMEphemeralSize


def _check_swap(instance_type: Any, bdms: Any) -> None:
    swap_list = block_device.get_bdm_swap_list(bdms)
    if len(swap_list) > 1:
        raise exception.InvalidBDMFormat(details="More than one swap drive requested.")
    if swap_list and (swap_list[0].volume_size or 0) > instance_type.swap:
        raise exception.InvalidBDMSwapSize


def _check_local_disks(bdms: Any) -> None:
    allowed = CONF.max_local_block_devices
    if 0 <= allowed < block_device.get_bdm_local_disk_num(bdms):
        raise exception.InvalidBDMLocalsLimit
