"""Disks of a server as dictionaries: what the API makes of a user's wishes.

Version 2 of the format says for each disk where its bytes come from (``source_type``:
blank, image, snapshot, volume) and where it lives (``destination_type``: local or
volume). Version 1, the legacy format, squeezed that into ``virtual_name``.

Nova: nova/block_device.py
Left out: EC2's mapping of names, and conversions back to the legacy format.
Names of devices are in ``block_device_names.py``, offered here under Nova's names too.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from oslo_utils import strutils

from tracenova import block_device_names, exception
from tracenova.conf import CONF

DEFAULT_ROOT_DEV_NAME = "/dev/sda1"

get_device_letter = block_device_names.get_device_letter
is_ephemeral = block_device_names.is_ephemeral
is_swap_or_ephemeral = block_device_names.is_swap_or_ephemeral
mappings_prepend_dev = block_device_names.mappings_prepend_dev
match_device = block_device_names.match_device
prepend_dev = block_device_names.prepend_dev
properties_root_device_name = block_device_names.properties_root_device_name
strip_dev = block_device_names.strip_dev
strip_prefix = block_device_names.strip_prefix
validate_and_default_volume_size = block_device_names.validate_and_default_volume_size
validate_device_name = block_device_names.validate_device_name


bdm_legacy_fields = {
    "device_name",
    "delete_on_termination",
    "virtual_name",
    "snapshot_id",
    "volume_id",
    "volume_size",
    "no_device",
    "connection_info",
}
bdm_new_fields = {
    "source_type",
    "destination_type",
    "guest_format",
    "device_type",
    "disk_bus",
    "boot_index",
    "device_name",
    "delete_on_termination",
    "snapshot_id",
    "volume_id",
    "volume_size",
    "image_id",
    "no_device",
    "connection_info",
    "tag",
}
bdm_db_only_fields = {"id", "instance_uuid"}
bdm_db_inherited_fields = {"created_at", "updated_at", "deleted_at", "deleted"}
bdm_new_non_api_fields = {"volume_id", "snapshot_id", "image_id", "connection_info"}
bdm_new_api_only_fields = {"uuid"}
bdm_new_api_fields = (bdm_new_fields - bdm_new_non_api_fields) | bdm_new_api_only_fields


class BlockDeviceDict(dict[str, Any]):
    """One disk in the version 2 format; fields not given are None.

    Raises:
        InvalidBDMFormat: unknown field, no source_type, bad name, size or boot index.

    Nova: nova/block_device.py BlockDeviceDict
    """

    _fields = bdm_new_fields
    _db_only_fields = bdm_db_only_fields | bdm_db_inherited_fields
    _required_fields = {"source_type"}

    def __init__(
        self,
        bdm_dict: Mapping[str, Any] | None = None,
        do_not_default: set[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        given = {**(bdm_dict or {}), **kwargs}
        self._validate(given)
        if given.get("device_name"):
            given["device_name"] = prepend_dev(given["device_name"])
        given["delete_on_termination"] = bool(given.get("delete_on_termination"))
        self.update(dict.fromkeys(self._fields - (do_not_default or set())))
        self.update(given)

    def _validate(self, given: dict[str, Any]) -> None:
        if not set(given) <= self._fields | self._db_only_fields:
            raise exception.InvalidBDMFormat(details="Some fields are invalid.")
        if given.get("no_device"):
            return
        if not self._required_fields <= set(given):
            raise exception.InvalidBDMFormat(details="Some required fields are missing")
        if "delete_on_termination" in given:
            given["delete_on_termination"] = strutils.bool_from_string(
                given["delete_on_termination"]
            )
        if given.get("device_name") is not None:
            validate_device_name(given["device_name"])
        validate_and_default_volume_size(given)
        if given.get("boot_index"):
            given["boot_index"] = _boot_index(given["boot_index"])

    @classmethod
    def from_legacy(cls, legacy_bdm: Mapping[str, Any]) -> Self:
        """Return the version 2 form of a version 1 dictionary.

        Raises:
            InvalidBDMFormat: it names neither a blank disk nor a volume or snapshot.
        """
        copied = (bdm_legacy_fields & bdm_new_fields) | cls._db_only_fields
        new_bdm = {key: value for key, value in legacy_bdm.items() if key in copied}
        virtual_name = legacy_bdm.get("virtual_name")
        if is_swap_or_ephemeral(virtual_name):
            new_bdm["source_type"] = "blank"
            new_bdm["delete_on_termination"] = True
            new_bdm["destination_type"] = "local"
            new_bdm["guest_format"] = (
                "swap" if virtual_name == "swap" else CONF.default_ephemeral_format
            )
        elif legacy_bdm.get("snapshot_id"):
            new_bdm.update(source_type="snapshot", destination_type="volume")
        elif legacy_bdm.get("volume_id"):
            new_bdm.update(source_type="volume", destination_type="volume")
        elif not legacy_bdm.get("no_device"):
            raise exception.InvalidBDMFormat(details="Unrecognized legacy format.")
        not_known = {"boot_index", "disk_bus", "guest_format", "device_type"}
        return cls(new_bdm, not_known)

    @classmethod
    def from_api(cls, api_dict: Mapping[str, Any], image_uuid_specified: bool) -> Self:
        """Return the disk that a request's ``block_device_mapping_v2`` entry asks for.

        Args:
            api_dict: the entry; its ``uuid`` becomes volume_id, image_id, snapshot_id.
            image_uuid_specified: the request names an image too (``imageRef``).

        Raises:
            InvalidBDMFormat: sources and destinations that do not go together.
        """
        wanted = dict(api_dict)
        if not wanted.get("no_device"):
            _check_source(wanted, image_uuid_specified)
            if wanted["source_type"] != "blank":
                wanted[wanted["source_type"] + "_id"] = wanted["uuid"]
        wanted.pop("uuid", None)
        return cls(wanted)


def _check_source(wanted: Mapping[str, Any], image_uuid_specified: bool) -> None:
    source_type = wanted.get("source_type")
    if source_type not in {"volume", "image", "snapshot", "blank"}:
        raise exception.InvalidBDMFormat(details="Invalid source_type field.")
    if source_type == "blank" and wanted.get("uuid"):
        raise exception.InvalidBDMFormat(details="Invalid device UUID.")
    if source_type != "blank" and not wanted.get("uuid"):
        raise exception.InvalidBDMFormat(details="Missing device UUID.")
    if source_type == "image" and wanted.get("destination_type") == "local":
        boot_index = wanted.get("boot_index", -1)
        boot_index = -1 if boot_index is None else _boot_index(boot_index)
        if not (image_uuid_specified and boot_index == 0):
            raise exception.InvalidBDMFormat(
                details="Mapping image to local is not supported."
            )


def _boot_index(value: Any) -> int:
    try:
        return int(value)
    except ValueError:
        raise exception.InvalidBDMFormat(details="Boot index is invalid.") from None


def create_image_bdm(image_ref: str, boot_index: int = 0) -> BlockDeviceDict:
    """Return the local root disk that is a copy of the image.

    Nova: nova/block_device.py create_image_bdm
    """
    return BlockDeviceDict(
        source_type="image",
        image_id=image_ref,
        delete_on_termination=True,
        boot_index=boot_index,
        device_type="disk",
        destination_type="local",
    )


def create_blank_bdm(size: int, guest_format: str | None = None) -> BlockDeviceDict:
    """Return an empty local disk: ephemeral (size in GB) or swap (size in MB).

    Nova: nova/block_device.py create_blank_bdm
    """
    return BlockDeviceDict(
        source_type="blank",
        delete_on_termination=True,
        device_type="disk",
        boot_index=-1,
        destination_type="local",
        guest_format=guest_format,
        volume_size=size,
    )


def from_legacy_mapping(
    legacy_block_device_mapping: Iterable[Mapping[str, Any]],
    image_uuid: str | None = "",
    root_device_name: str | None = None,
    no_root: bool = False,
) -> list[BlockDeviceDict]:
    """Return the version 2 form of a version 1 list, the image's root disk added.

    Nova: nova/block_device.py from_legacy_mapping
    """
    new_bdms = [BlockDeviceDict.from_legacy(bdm) for bdm in legacy_block_device_mapping]
    if no_root:
        for bdm in new_bdms:
            bdm["boot_index"] = -1
        return new_bdms
    if not root_device_name and not image_uuid:
        non_blank = [bdm for bdm in new_bdms if bdm["source_type"] != "blank"]
        if non_blank:
            non_blank[0]["boot_index"] = 0
        return new_bdms
    volume_backed = False
    for bdm in new_bdms:
        if _is_root_volume(bdm, root_device_name):
            bdm["boot_index"] = 0
            volume_backed = True
        else:
            bdm["boot_index"] = None if bdm["no_device"] else -1
    if image_uuid and not volume_backed:
        return [create_image_bdm(image_uuid), *new_bdms]
    return new_bdms


def _is_root_volume(bdm: BlockDeviceDict, root_device_name: str | None) -> bool:
    return (
        bdm.get("source_type") in {"volume", "snapshot", "image"}
        and root_device_name is not None
        and strip_dev(bdm.get("device_name")) == strip_dev(root_device_name)
    )


def new_format_is_swap(bdm: Any) -> bool:
    """Say whether the disk is the swap disk.

    Nova: nova/block_device.py new_format_is_swap
    """
    return _is_blank_local(bdm) and bdm.get("guest_format") == "swap"


def new_format_is_ephemeral(bdm: Any) -> bool:
    """Say whether the disk is an ephemeral disk: blank, local and not swap.

    Nova: nova/block_device.py new_format_is_ephemeral
    """
    return _is_blank_local(bdm) and bdm.get("guest_format") != "swap"


def _is_blank_local(bdm: Any) -> bool:
    return bool(
        bdm.get("source_type") == "blank" and bdm.get("destination_type") == "local"
    )


def get_root_bdm(bdms: Iterable[Any]) -> Any:
    """Return the disk that the guest boots from, or None.

    Nova: nova/block_device.py get_root_bdm
    """
    return next((bdm for bdm in bdms if bdm.get("boot_index", -1) == 0), None)


def get_bdm_swap_list(block_device_mappings: Iterable[Any]) -> list[Any]:
    """Return the swap disks; a valid server has one at most.

    Nova: nova/block_device.py get_bdm_swap_list
    """
    return [bdm for bdm in block_device_mappings if new_format_is_swap(bdm)]


def get_bdm_local_disk_num(block_device_mappings: Iterable[Any]) -> int:
    """Return how many disks live on the hypervisor's own storage.

    Nova: nova/block_device.py get_bdm_local_disk_num
    """
    return sum(bdm.get("destination_type") == "local" for bdm in block_device_mappings)
