"""The disks of a new server: the user's, the image's and the flavor's, made one list.

Nova: nova/compute/api.py [_check_and_transform_bdm, _get_image_defined_bdms,
_get_flavor_defined_bdms, _merge_bdms_lists, _prepare_image_mapping, _volume_size,
_bdm_validate_set_size_and_instance, _create_block_device_mapping]
"""

import copy
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from tracenova import block_device, exception
from tracenova.compute.api_block_device_checks import BlockDeviceChecks
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.objects import block_device as block_device_obj

LOG = logging.getLogger(__name__)

Bdm = block_device.BlockDeviceDict


class BlockDevices(BlockDeviceChecks):
    """Turns wishes for disks into BlockDeviceMapping objects.

    Nova: nova/compute/api.py API
    """

    def _check_and_transform_bdm(
        self,
        context: RequestContext,
        base_options: Mapping[str, Any],
        instance_type: Any,
        image_meta: Mapping[str, Any],
        min_count: int,
        max_count: int,
        block_device_mapping: list[Any],
        legacy_bdm: bool,
    ) -> Any:
        """Return the BlockDeviceMappingList: image's, user's and flavor's disks.

        Raises:
            InvalidRequest: a volume takes the root device of an image boot, or several
                servers would share a volume.
        """
        root_device_name = base_options.get("root_device_name") or "vda"
        image_ref = base_options.get("image_ref", "")
        if image_ref:
            _check_root_is_free(block_device_mapping, root_device_name)
        image_bdms = _get_image_defined_bdms(
            instance_type, image_meta, root_device_name
        )
        root_in_image = block_device.get_root_bdm(image_bdms) is not None
        if legacy_bdm:
            block_device_mapping = list(
                block_device.from_legacy_mapping(
                    block_device_mapping,
                    image_ref,
                    root_device_name,
                    no_root=root_in_image,
                )
            )
        elif root_in_image:
            block_device_mapping = [
                bdm for bdm in block_device_mapping if not _is_image_root(bdm)
            ]
        merged = _merge_bdms_lists(image_bdms, block_device_mapping)
        if max(min_count, max_count) > 1 and any(
            bdm["source_type"] == "volume" for bdm in merged
        ):
            raise exception.InvalidRequest(
                "Cannot attach one or more volumes to multiple instances"
            )
        merged += _get_flavor_defined_bdms(instance_type, merged)
        return block_device_obj.block_device_make_list_from_dicts(context, merged)

    def _bdm_validate_set_size_and_instance(
        self,
        context: RequestContext,
        instance: Any,
        instance_type: Any,
        block_device_mapping: Any,
    ) -> Any:
        """Return a checked copy of the disks that belongs to this one instance."""
        LOG.debug("Instance %s: %d disks", instance.uuid, len(block_device_mapping))
        self._validate_bdm(context, instance, instance_type, block_device_mapping)
        own = block_device_mapping.obj_clone()
        for bdm in own:
            bdm.volume_size = _volume_size(instance_type, bdm)
            bdm.instance_uuid = instance.uuid
        return own

    def _create_block_device_mapping(self, block_device_mapping: Any) -> None:
        # A copy: the next instance of the request starts from the same list again.
        for bdm in copy.deepcopy(block_device_mapping):
            if bdm.volume_size != 0:
                bdm.update_or_create()


def _check_root_is_free(bdms: Sequence[Any], root_device_name: str) -> None:
    for bdm in bdms:
        if (
            bdm.get("destination_type") == "volume"
            and block_device.strip_dev(bdm.get("device_name")) == root_device_name
        ):
            raise exception.InvalidRequest(
                "The volume cannot be assigned the same device name as the root "
                f"device {root_device_name}"
            )


def _is_image_root(bdm: Any) -> bool:
    return bool(bdm.get("boot_index") == 0 and bdm.get("source_type") == "image")


def _get_image_defined_bdms(
    instance_type: Any, image_meta: Mapping[str, Any], root_device_name: str
) -> list[Bdm]:
    properties = image_meta.get("properties", {})
    bdms = properties.get("block_device_mapping", [])
    if properties.get("bdm_v2", False):
        defined = [Bdm(bdm) for bdm in bdms]
    else:
        defined = block_device.from_legacy_mapping(bdms, None, root_device_name)
    mappings = properties.get("mappings", [])
    if mappings:
        defined = _merge_bdms_lists(
            _prepare_image_mapping(instance_type, mappings), defined
        )
    return defined


def _prepare_image_mapping(
    instance_type: Any, mappings: Sequence[dict[str, Any]]
) -> list[Bdm]:
    """Return the empty disks among the mappings that an old image brings along."""
    prepared = []
    for mapping in block_device.mappings_prepend_dev(mappings):
        virtual_name = mapping["virtual"]
        if not block_device.is_swap_or_ephemeral(virtual_name):
            continue
        guest_format = "swap" if virtual_name == "swap" else mapping.get("guest_format")
        disk = Bdm(
            device_name=mapping["device"],
            source_type="blank",
            destination_type="local",
            device_type="disk",
            guest_format=guest_format or CONF.default_ephemeral_format,
            delete_on_termination=True,
            boot_index=-1,
        )
        disk["volume_size"] = _volume_size(instance_type, disk)
        if disk["volume_size"] != 0:
            prepared.append(disk)
    return prepared


def _get_flavor_defined_bdms(instance_type: Any, bdms: Sequence[Any]) -> list[Bdm]:
    defined = []
    if instance_type.ephemeral_gb and not any(
        block_device.new_format_is_ephemeral(bdm) for bdm in bdms
    ):
        defined.append(block_device.create_blank_bdm(instance_type.ephemeral_gb))
    if instance_type.swap and not any(
        block_device.new_format_is_swap(bdm) for bdm in bdms
    ):
        defined.append(block_device.create_blank_bdm(instance_type.swap, "swap"))
    return defined


def _merge_bdms_lists(
    overridable: Sequence[Any], overriders: Sequence[Any]
) -> list[Any]:
    """Return both lists; a device name of the second list wins over the first's."""
    taken = {bdm["device_name"] for bdm in overriders if bdm["device_name"]}
    return [
        *overriders,
        *(bdm for bdm in overridable if bdm["device_name"] not in taken),
    ]


def _volume_size(instance_type: Any, bdm: Any) -> int | None:
    """Return the disk's size; an empty local disk without one takes the flavor's."""
    size: int | None = bdm.get("volume_size")
    if (
        size is None
        and bdm.get("source_type") == "blank"
        and bdm.get("destination_type") == "local"
    ):
        if bdm.get("guest_format") == "swap":
            return int(instance_type.swap)
        return int(instance_type.ephemeral_gb)
    return size
