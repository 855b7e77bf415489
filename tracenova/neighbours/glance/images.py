"""What an image is to glance: its schema, its view, changes to it."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import webob.exc

Image = dict[str, Any]

READ_ONLY: Final = frozenset(
    {
        *("id", "status", "created_at", "updated_at", "checksum", "size", "owner"),
        *("self", "file", "schema", "virtual_size", "direct_url", "locations"),
    }
)
_BASE: Final = frozenset(
    {"name", "visibility", "min_ram", "min_disk", "protected", "tags"}
    | {"disk_format", "container_format"}
)
_LONGEST: Final = 255
_LONGEST_PROPERTY: Final = 65535
_MAY_BE_NULL: Final = ("name", "kernel_id", "ramdisk_id")
_ENUMS: Final[dict[str, tuple[str | None, ...]]] = {
    "visibility": ("public", "private"),
    "container_format": (*(None, "ami", "ari", "aki", "bare", "ovf", "ova", "docker"),),
    "disk_format": (
        *(None, "ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi"),
        "iso",
    ),
}


def new(given: Mapping[str, Any], owner: str) -> Image:
    """Return an image without data, as it is first written down."""
    now = timestamp()
    return {
        "visibility": "private",
        "min_ram": 0,
        "min_disk": 0,
        "protected": False,
        "tags": [],
        "disk_format": None,
        "container_format": None,
        "name": None,
        **given,
        "id": str(given.get("id") or uuid.uuid4()),
        "owner": owner,
        "status": "queued",
        "size": None,
        "checksum": None,
        "created_at": now,
        "updated_at": now,
        "virtual_size": None,
    }


def check(given: Mapping[str, Any], *, may_have: frozenset[str] = frozenset()) -> None:
    """Make sure that a user may set these attributes to these values.

    Raises:
        webob.exc.HTTPForbidden: one is read-only.
        webob.exc.HTTPBadRequest: a value does not fit the schema.
    """
    for name in sorted(set(given) & (READ_ONLY - may_have)):
        raise webob.exc.HTTPForbidden(f"Attribute '{name}' is read-only.")
    for name, value in given.items():
        if not _is_valid(name, value):
            raise webob.exc.HTTPBadRequest(
                f"Provided object does not match schema 'image': {value!r} is not a "
                f"valid value of {name!r}."
            )


def _is_valid(name: str, value: Any) -> bool:
    if name in _ENUMS:
        return value in _ENUMS[name]
    if name in ("min_ram", "min_disk"):
        return type(value) is int and 0 <= value < 2**31
    if name == "protected":
        return isinstance(value, bool)
    if name == "tags":
        return isinstance(value, list) and all(_is_text(tag) for tag in value)
    if name == "id":
        return _is_uuid(value)
    if name in _MAY_BE_NULL and value is None:
        return True
    longest = _LONGEST if name in _BASE else _LONGEST_PROPERTY
    return _is_text(value, longest)


def _is_text(value: Any, longest: int = _LONGEST) -> bool:
    return isinstance(value, str) and len(value) <= longest


def _is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def patched(image: Image, changes: Any) -> Image:
    """Return the image after a JSON patch of ``add``, ``replace`` and ``remove``.

    Raises:
        webob.exc.HTTPBadRequest: it is no such patch.
        webob.exc.HTTPForbidden: it changes what is read-only or not removable.
        webob.exc.HTTPConflict: it replaces or removes what is not there.
    """
    if not isinstance(changes, list):
        raise webob.exc.HTTPBadRequest(
            "Request body must be a JSON array of operations."
        )
    after = dict(image)
    for change in changes:
        if not isinstance(change, dict) or "path" not in change:
            raise webob.exc.HTTPBadRequest(
                "Operations must be JSON objects with a path."
            )
        name = (
            str(change["path"]).removeprefix("/").replace("~1", "/").replace("~0", "~")
        )
        _apply(after, str(change.get("op")), name, change.get("value"))
    after["updated_at"] = timestamp()
    return after


def _apply(image: Image, operation: str, name: str, value: Any) -> None:
    if operation not in ("add", "replace", "remove"):
        raise webob.exc.HTTPBadRequest(f"Operation {operation!r} is not supported.")
    if operation != "add" and name not in image:
        raise webob.exc.HTTPConflict(f"Property {name} does not exist.")
    if operation == "remove":
        if name in READ_ONLY | _BASE:
            raise webob.exc.HTTPForbidden(f"Property {name} may not be removed.")
        del image[name]
        return
    check({name: value})
    image[name] = value


def view(image: Mapping[str, Any]) -> Image:
    """Return the image as the API shows it."""
    path = f"/v2/images/{image['id']}"
    links = {"self": path, "file": f"{path}/file", "schema": "/v2/schemas/image"}
    return {**image, **links}


def schema() -> Image:
    """Return the JSON schema of an image; every other attribute is a text."""
    text = {"type": ["null", "string"]}
    whole = {"type": ["null", "integer"]}
    properties: Image = {name: dict(text) for name in sorted(READ_ONLY | _BASE)}
    properties |= {
        name: {"type": text["type"], "enum": list(values)}
        for name, values in _ENUMS.items()
    }
    properties |= {
        name: dict(whole) for name in ("min_ram", "min_disk", "size", "virtual_size")
    }
    properties["protected"] = {"type": "boolean"}
    properties["tags"] = {"type": "array", "items": {"type": "string"}}
    for name in READ_ONLY:
        properties[name]["readOnly"] = True
    return {
        "name": "image",
        "properties": properties,
        "additionalProperties": {"type": "string"},
    }


def timestamp() -> str:
    """Return now, as glance writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
