"""Image properties kept with a server: ``image_*`` rows of its system_metadata.

The image may be deleted while the server lives, so its properties are copied.

Nova: nova/utils.py [get_system_metadata_from_image, get_image_from_system_metadata,
get_image_metadata_from_volume, get_auto_disk_config_*]
"""

from collections.abc import Mapping
from typing import Any

from oslo_utils import units

SM_IMAGE_PROP_PREFIX = "image_"
SM_INHERITABLE_KEYS = ("min_ram", "min_disk", "disk_format", "container_format")
SM_SKIP_KEYS = (
    "mappings",
    "block_device_mapping",
    "img_mappings",
    "img_block_device_mapping",
)
VIM_IMAGE_ATTRIBUTES = (
    "image_id",
    "image_name",
    "size",
    "checksum",
    "container_format",
    "disk_format",
    "min_ram",
    "min_disk",
)
_VALUE_LENGTH = 255

Image = Mapping[str, Any]


def get_system_metadata_from_image(
    image_meta: Image, flavor: Any = None
) -> dict[str, Any]:
    """Return the rows of system_metadata that remember the image.

    ``min_disk`` becomes the flavor's root disk if that is larger: an image made of
    this server later needs that much.

    Nova: nova/utils.py get_system_metadata_from_image
    """
    system_meta: dict[str, Any] = {
        SM_IMAGE_PROP_PREFIX + key: str(value)[:_VALUE_LENGTH]
        for key, value in image_meta.get("properties", {}).items()
        if key not in SM_SKIP_KEYS
    }
    for key in SM_INHERITABLE_KEYS:
        value = image_meta.get(key)
        if key == "min_disk" and flavor:
            value = max(value or 0, flavor.root_gb)
        if value is not None:
            system_meta[SM_IMAGE_PROP_PREFIX + key] = value
    return system_meta


def get_image_from_system_metadata(system_meta: Mapping[str, Any]) -> dict[str, Any]:
    """Return the image, as far as the server's system_metadata remembers it.

    Nova: nova/utils.py get_image_from_system_metadata
    """
    image_meta: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    for key, value in system_meta.items():
        name = key.removeprefix(SM_IMAGE_PROP_PREFIX)
        if value is None or name in SM_SKIP_KEYS:
            continue
        (image_meta if name in SM_INHERITABLE_KEYS else properties)[name] = value
    image_meta["properties"] = properties
    return image_meta


def get_image_metadata_from_volume(volume: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a bootable volume says of the image that it was made from.

    Its size is the volume's: the image's does not matter any more.

    Nova: nova/utils.py get_image_metadata_from_volume
    """
    properties = dict(volume.get("volume_image_metadata", {}))
    image_meta: dict[str, Any] = {"properties": properties}
    image_meta["size"] = volume.get("size", 0) * units.Gi
    for attr in VIM_IMAGE_ATTRIBUTES:
        value = properties.pop(attr, None)
        if attr in {"min_ram", "min_disk"}:
            image_meta[attr] = int(value or 0)
    image_meta["status"] = "active"
    return image_meta


def get_auto_disk_config_from_image_props(properties: Mapping[str, Any]) -> str | None:
    """Return the image's word on resizing the disk: a boolean text or ``disabled``.

    Nova: nova/utils.py get_auto_disk_config_from_image_props
    """
    return properties.get("auto_disk_config")


def is_auto_disk_config_disabled(auto_disk_config_raw: str | None) -> bool:
    """Say whether the image forbids resizing its disk to the flavor.

    Nova: nova/utils.py is_auto_disk_config_disabled
    """
    return (auto_disk_config_raw or "").strip().lower() == "disabled"
