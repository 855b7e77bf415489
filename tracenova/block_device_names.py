"""Names of devices, as images and requests spell them: vda, /dev/vda, ephemeral0.

Nova: nova/block_device.py [strip_dev, prepend_dev, is_ephemeral and their like]
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tracenova import exception

MAX_DEVICE_NAME = 255

_EPHEMERAL = re.compile(r"^ephemeral(\d|[1-9]\d+)$")
_DEVICE_PREFIX = re.compile(r"^((x?v|s|h)d)")


def properties_root_device_name(properties: Mapping[str, Any]) -> str | None:
    """Return the root device's name if the image's properties say one.

    Nova: nova/block_device.py properties_root_device_name
    """
    name: str | None = None
    for bdm in properties.get("mappings", []):
        if bdm["virtual"] == "root":
            name = bdm["device"]
    return properties.get("root_device_name", name)


def validate_device_name(value: Any) -> None:
    """Refuse a device name that no guest could have.

    Raises:
        InvalidBDMFormat: empty, longer than 255, no string, or with a space.

    Nova: nova/block_device.py validate_device_name
    """
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_DEVICE_NAME:
        raise exception.InvalidBDMFormat(details="Device name empty or too long.")
    if " " in value:
        raise exception.InvalidBDMFormat(details="Device name contains spaces.")


def validate_and_default_volume_size(bdm: dict[str, Any]) -> None:
    """Make the size a number.

    Raises:
        InvalidBDMFormat: no number, or less than 0.

    Nova: nova/block_device.py validate_and_default_volume_size
    """
    if bdm.get("volume_size"):
        try:
            bdm["volume_size"] = int(str(bdm["volume_size"]))
        except ValueError:
            raise exception.InvalidBDMFormat(details="Invalid volume_size.") from None
        if bdm["volume_size"] < 0:
            raise exception.InvalidBDMFormat(details="Invalid volume_size.")


def is_ephemeral(device_name: str) -> bool:
    """Say whether the virtual name is ephemeral0, ephemeral1 and so on.

    Nova: nova/block_device.py is_ephemeral
    """
    return _EPHEMERAL.match(device_name) is not None


def is_swap_or_ephemeral(device_name: str | None) -> bool:
    """Say whether the virtual name means an empty local disk.

    Nova: nova/block_device.py is_swap_or_ephemeral
    """
    return bool(device_name) and (
        device_name == "swap" or is_ephemeral(device_name or "")
    )


def mappings_prepend_dev(
    mappings: Sequence[dict[str, Any]],
) -> Sequence[dict[str, Any]]:
    """Write swap and ephemeral devices of image mappings with ``/dev/`` in front.

    Nova: nova/block_device.py mappings_prepend_dev
    """
    for mapping in mappings:
        if is_swap_or_ephemeral(mapping["virtual"]) and not mapping[
            "device"
        ].startswith("/"):
            mapping["device"] = "/dev/" + mapping["device"]
    return mappings


def strip_dev(device_name: str | None) -> str | None:
    """Return ``vda`` for ``/dev/vda``.

    Nova: nova/block_device.py strip_dev
    """
    return device_name.removeprefix("/dev/") if device_name else device_name


def prepend_dev(device_name: str | None) -> str | None:
    """Return ``/dev/vda`` for ``vda`` and for ``/dev/vda``.

    Nova: nova/block_device.py prepend_dev
    """
    return f"/dev/{strip_dev(device_name)}" if device_name else device_name


def strip_prefix(device_name: str | None) -> str | None:
    """Return ``a1`` for ``/dev/vda1``.

    Nova: nova/block_device.py strip_prefix
    """
    stripped = strip_dev(device_name)
    return _DEVICE_PREFIX.sub("", stripped) if stripped else stripped


def get_device_letter(device_name: str | None) -> str | None:
    """Return ``a`` for ``/dev/vda1``.

    Nova: nova/block_device.py get_device_letter
    """
    letter = strip_prefix(device_name)
    return re.sub(r"\d+", "", letter) if letter else letter


def match_device(device: str) -> tuple[str, str] | None:
    """Return prefix and letters of a device name: ``("/dev/vd", "a")``.

    Nova: nova/block_device.py match_device
    """
    match = re.match(r"(^/dev/x?[a-z]?d?)([a-z]+)[0-9]*$", device)
    return (match.group(1), match.group(2)) if match else None
