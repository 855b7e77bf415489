"""From words of a request to arguments of the compute API.

Nova: nova/api/openstack/compute/helpers.py
"""

from typing import Any

from oslo_utils import strutils

API_DISK_CONFIG = "OS-DCF:diskConfig"
API_ACCESS_V4 = "accessIPv4"
API_ACCESS_V6 = "accessIPv6"

CREATE = "create"
REBUILD = "rebuild"
UPDATE = "update"


def disk_config_from_api(value: str) -> bool:
    """Return whether the guest's disk is to be partitioned for it; the schema knows both words.

    Nova: nova/api/openstack/compute/helpers.py disk_config_from_api
    """
    return value == "AUTO"


def get_injected_files(personality: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Return pairs of path and content (base64).

    Nova: nova/api/openstack/compute/helpers.py get_injected_files
    """
    return [(item["path"], item["contents"]) for item in personality]


def translate_attributes(
    op: str, server_dict: dict[str, Any], operation_kwargs: dict[str, Any]
) -> None:
    """Move disk config, access addresses and personality over to the arguments.

    A create always has a list of injected files, if an empty one: hooks rely on it.

    Nova: nova/api/openstack/compute/helpers.py translate_attributes
    """
    disk_config = server_dict.pop(API_DISK_CONFIG, None)
    if disk_config is not None:
        operation_kwargs["auto_disk_config"] = disk_config_from_api(disk_config)
    if API_ACCESS_V4 in server_dict:
        operation_kwargs["access_ip_v4"] = server_dict.pop(API_ACCESS_V4)
    if API_ACCESS_V6 in server_dict:
        operation_kwargs["access_ip_v6"] = server_dict.pop(API_ACCESS_V6)
    if op == CREATE:
        operation_kwargs["injected_files"] = get_injected_files(
            server_dict.pop("personality", [])
        )
    elif op == REBUILD:
        if "personality" in server_dict:
            operation_kwargs["files_to_inject"] = get_injected_files(
                server_dict.pop("personality")
            )
        if "preserve_ephemeral" in server_dict:
            operation_kwargs["preserve_ephemeral"] = strutils.bool_from_string(
                server_dict.pop("preserve_ephemeral"), strict=True
            )
