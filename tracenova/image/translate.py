"""Images between glance's JSON and Nova's dicts.

Nova: nova/image/glance.py, its _translate_* functions for the v2 API. The list of
base properties is glance's image schema; glance serves it, Nova asks for it.
"""

from collections.abc import Mapping
from typing import Any

from oslo_serialization import jsonutils
from oslo_utils import timeutils

BASE_PROPERTIES = frozenset(
    {
        "id",
        "name",
        "status",
        "owner",
        "size",
        "checksum",
        "disk_format",
        "container_format",
        "min_ram",
        "min_disk",
        "created_at",
        "updated_at",
    }
)
_OMITTED = frozenset(
    {
        "self",
        "schema",
        "protected",
        "virtual_size",
        "file",
        "tags",
        "direct_url",
        "locations",
    }
)
_TIMES = ("created_at", "updated_at", "deleted_at")
_READ_ONLY = frozenset({"status", *_TIMES, "size", "deleted"})
_LEFT_OUT_WHEN_EMPTY = ("kernel_id", "ramdisk_id")
_JSON_PROPERTIES = ("block_device_mapping", "mappings")


def from_glance(image: Mapping[str, Any]) -> dict[str, Any]:
    """Return glance's image as Nova has it: base keys, the rest under properties."""
    output: dict[str, Any] = {
        "properties": {},
        "deleted": False,
        "deleted_at": None,
        "disk_format": None,
        "container_format": None,
        "name": None,
        "checksum": None,
        "min_ram": 0,
        "min_disk": 0,
        "size": 0,
    }
    for name, value in image.items():
        if name in _OMITTED:
            continue
        if name == "visibility":
            output["is_public"] = value == "public"
        elif name in BASE_PROPERTIES:
            output[name] = 0 if name == "size" and value is None else value
        else:
            output["properties"][name] = value
    return _as_python(output)


def _as_python(output: dict[str, Any]) -> dict[str, Any]:
    for name in _TIMES:
        if output.get(name):
            output[name] = timeutils.parse_isotime(output[name])
    properties = output["properties"]
    for name in _JSON_PROPERTIES:
        if isinstance(properties.get(name), str):
            properties[name] = jsonutils.loads(properties[name])
    return output


def to_glance(image_meta: Mapping[str, Any]) -> dict[str, Any]:
    """Return Nova's image as glance's v2 API takes it: flat, properties as texts."""
    output: dict[str, Any] = {}
    for name, value in image_meta.items():
        if name in _READ_ONLY:
            continue
        if name == "properties":
            output |= {
                key: _as_text(key, item)
                for key, item in value.items()
                if not (key in _LEFT_OUT_WHEN_EMPTY and _is_nothing(item))
            }
        elif name in {"min_ram", "min_disk"}:
            output[name] = int(value)
        elif name == "is_public":
            output["visibility"] = "public" if value else "private"
        else:
            output[name] = value
    return output


def _is_nothing(value: Any) -> bool:
    return value is not None and str(value).strip().lower() in ("none", "")


def _as_text(name: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(jsonutils.dumps(value)) if name in _JSON_PROPERTIES else str(value)


def query_params(asked: Mapping[str, Any]) -> dict[str, str]:
    """Return Nova's list arguments as a v2 query.

    Args:
        asked: of ``filters``, ``marker``, ``limit``, ``sort_key``, ``sort_dir``.
    """
    plain = ("marker", "limit", "page_size", "sort_key", "sort_dir")
    params = {key: str(asked[key]) for key in plain if asked.get(key)}
    for name, value in (asked.get("filters") or {}).items():
        if name.startswith("property-"):
            params[name.removeprefix("property-")] = str(value)
        elif name == "changes-since":
            params["updated_at"] = f"gte:{value}"
        elif name == "is_public":
            visibility = {"true": "public", "1": "public"}
            visibility |= {"false": "private", "0": "private"}
            if shown := visibility.get(str(value).lower()):
                params["visibility"] = shown
        else:
            params[name] = str(value)
    return params
