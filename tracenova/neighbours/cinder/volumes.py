"""What a volume is to cinder: a new one, its view, what may be changed of it."""

import uuid
from datetime import UTC, datetime
from typing import Any, Final

import webob
import webob.exc

from tracenova.neighbours.keystone.tokens import Token

Volume = dict[str, Any]

OWNER: Final = "os-vol-tenant-attr:tenant_id"
_GIVEN: Final = ("name", "description", "availability_zone", "metadata")
_IMAGE_KEYS: Final = (
    *("name", "checksum", "container_format", "disk_format"),
    *("min_disk", "min_ram", "size"),
)


def new(given: Volume, owner: Token) -> Volume:
    """Return a volume that is about to be made.

    Raises:
        webob.exc.HTTPBadRequest: its size is none, or something else does not fit.
        webob.exc.HTTPNotFound: it is to be of a type, or a copy, of what there is not.
    """
    size = given.get("size")
    if isinstance(size, str) and size.isdecimal():
        size = int(size)
    if type(size) is not int or size < 1:
        raise webob.exc.HTTPBadRequest(
            f"Invalid input received: Volume size '{size}' must be an integer and "
            "greater than 0"
        )
    if given.get("volume_type"):
        raise webob.exc.HTTPNotFound(
            f"Volume type with name {given['volume_type']} could not be found."
        )
    for name in ("source_volid", "consistencygroup_id"):
        if given.get(name):
            raise webob.exc.HTTPNotFound(f"{name} {given[name]} could not be found.")
    wished = {key: given[key] for key in _GIVEN if given.get(key) is not None}
    _check(wished)
    return {
        "name": None,
        "description": None,
        "availability_zone": "nova",
        "metadata": {},
        **wished,
        "volume_type": None,
        "multiattach": bool(given.get("multiattach")),
        "bootable": "true" if given.get("imageRef") else "false",
        "encrypted": False,
        "snapshot_id": given.get("snapshot_id") or None,
        "source_volid": None,
        "consistencygroup_id": None,
        "replication_status": "disabled",
        "os-volume-replication:driver_data": None,
        "os-volume-replication:extended_status": None,
        "id": str(uuid.uuid4()),
        "size": size,
        "status": "creating",
        "attachments": [],
        "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f"),
        "updated_at": None,
        "user_id": owner.user.id,
        OWNER: owner.project_id,
    }


def inherited(source: Volume) -> Volume:
    """Return what a copy of a volume has of it: that it boots, and from which image."""
    kept = {"bootable": source["bootable"]}
    if "volume_image_metadata" in source:
        kept["volume_image_metadata"] = dict(source["volume_image_metadata"])
    return kept


def changes(given: Volume) -> Volume:
    """Return what a user may change of a volume.

    Raises:
        webob.exc.HTTPBadRequest: a value does not fit.
    """
    wished: Volume = {
        key: given[key] for key in ("name", "description", "metadata") if key in given
    }
    _check({key: value for key, value in wished.items() if value is not None})
    return wished


def view(volume: Volume, request: webob.Request) -> Volume:
    """Return the volume as the API shows it."""
    path = f"{volume[OWNER]}/volumes/{volume['id']}"
    version = request.path_info.lstrip("/").partition("/")[0]
    base = request.application_url
    links = [
        {"rel": "self", "href": f"{base}/{version}/{path}"},
        {"rel": "bookmark", "href": f"{base}/{path}"},
    ]
    return {**volume, "attachments": list(volume["attachments"]), "links": links}


def image_metadata(image: Volume) -> dict[str, str]:
    """Return what a volume remembers of its image: its sizes, formats, properties."""
    known = {key: str(image[key]) for key in _IMAGE_KEYS if image.get(key) is not None}
    properties = {
        key: str(value)
        for key, value in image.items()
        if key in {"kernel_id", "ramdisk_id", "os_command_line"}
        or key.startswith(("hw_", "img_", "os_"))
    }
    named = {"image_id": image["id"], "image_name": image["name"]}
    return {**properties, **known, **named}


def _check(given: Volume) -> None:
    for key, value in given.items():
        if key == "metadata":
            if not isinstance(value, dict) or not all(
                isinstance(each, str) for pair in value.items() for each in pair
            ):
                raise webob.exc.HTTPBadRequest("Metadata must be texts by name.")
        elif not isinstance(value, str) or len(value) > 255:
            raise webob.exc.HTTPBadRequest(f"{key} must be a text of 255 at most.")
