"""The block device list as a virt driver gets it, and how to read it.

Nova: nova/virt/driver.py get_block_device_info and its readers (they are visible
there, too).
"""

from typing import Any


def get_block_device_info(instance: Any, block_device_mapping: Any) -> dict[str, Any]:
    """Sort an instance's block devices into what drivers read.

    Returns:
        ``root_device_name``, ``ephemerals`` (list), ``block_device_mapping`` (the
        volumes, list) and ``swap`` (one or None).
    """
    from tracenova.virt import block_device as virt_block_device

    mapping = list(block_device_mapping)
    swap_list = virt_block_device.convert_swap(mapping)
    return {
        "root_device_name": instance.root_device_name,
        "ephemerals": virt_block_device.convert_ephemerals(mapping),
        "block_device_mapping": virt_block_device.convert_all_volumes(*mapping),
        "swap": virt_block_device.get_swap(swap_list),
    }


def block_device_info_get_root(block_device_info: dict[str, Any] | None) -> str | None:
    """Return the root disk's device name."""
    return (block_device_info or {}).get("root_device_name")


def block_device_info_get_swap(block_device_info: dict[str, Any] | None) -> Any:
    """Return the swap disk, an unusable one when there is none."""
    nothing = {"device_name": None, "swap_size": 0}
    return (block_device_info or {}).get("swap") or nothing


def swap_is_usable(swap: Any) -> bool:
    """Say whether there is a swap disk at all."""
    return bool(swap and swap["device_name"] and swap["swap_size"] > 0)


def block_device_info_get_ephemerals(
    block_device_info: dict[str, Any] | None,
) -> list[Any]:
    """Return the ephemeral disks."""
    return (block_device_info or {}).get("ephemerals") or []


def block_device_info_get_mapping(
    block_device_info: dict[str, Any] | None,
) -> list[Any]:
    """Return the volumes."""
    return (block_device_info or {}).get("block_device_mapping") or []
