"""Flavors: make one, find one, and the old habit of keeping one in system_metadata.

Nova: nova/compute/flavors.py
Left out: access lists of private flavors and the removal of old metadata.
"""

import re
import uuid
from collections.abc import Mapping, MutableMapping
from typing import Any

from oslo_utils import strutils

from tracenova import exception, objects
from tracenova.conf import CONF
from tracenova.context import RequestContext, get_admin_context

VALID_ID_REGEX = re.compile(r"^[\w\.\- ]*$", re.ASCII)
VALID_EXTRASPEC_NAME_REGEX = re.compile(r"[\w\.\- :]+$", re.UNICODE)
MAX_INT = 0x7FFFFFFF
SQL_SP_FLOAT_MAX = 3.40282e38
MAX_LENGTH = 255

system_metadata_flavor_props = (
    "id",
    "name",
    "memory_mb",
    "vcpus",
    "root_gb",
    "ephemeral_gb",
    "flavorid",
    "swap",
    "rxtx_factor",
    "vcpu_weight",
)
system_metadata_flavor_extra_props = ("hw:numa_cpus.", "hw:numa_mem.")

_LEAST = {
    "memory_mb": ("ram", 1),
    "vcpus": ("vcpus", 1),
    "root_gb": ("disk", 0),
    "ephemeral_gb": ("ephemeral", 0),
    "swap": ("swap", 0),
}


def create(
    name: str,
    memory: int | str,
    vcpus: int | str,
    root_gb: int | str,
    ephemeral_gb: int | str = 0,
    flavorid: object = None,
    swap: int | str = 0,
    rxtx_factor: float | str = 1.0,
    is_public: bool | str = True,
) -> Any:
    """Make a flavor and keep it in the API database.

    Args:
        name: 1 to 255 printable characters.
        memory: MB, at least 1.
        vcpus: at least 1.
        root_gb: GB of the root disk; 0 takes the image's size unchecked.
        ephemeral_gb: GB of the ephemeral disk.
        flavorid: the id that users see; a new UUID if it is empty.
        swap: MB of swap.
        rxtx_factor: share of the network, above 0.
        is_public: whether every project may use it.

    Raises:
        InvalidInput: a value is out of range or malformed.
        FlavorExists: the name is taken.
        FlavorIdExists: the id is taken.

    Nova: nova/compute/flavors.py create
    """
    name = _checked_name(name)
    numbers = {
        key: _checked_int(value, *_LEAST[key])
        for key, value in {
            "memory_mb": memory,
            "vcpus": vcpus,
            "root_gb": root_gb,
            "ephemeral_gb": ephemeral_gb,
            "swap": swap,
        }.items()
    }
    flavor = objects.Flavor(
        context=get_admin_context(),
        name=name,
        flavorid=_checked_flavorid(str(flavorid or uuid.uuid4())),
        rxtx_factor=_checked_factor(rxtx_factor),
        is_public=_checked_bool(is_public),
        **numbers,
    )
    flavor.create()
    return flavor


def _checked_name(name: str) -> str:
    name = name.strip()
    _check_string_length(name, "name")
    if not name.isprintable():
        raise exception.InvalidInput(
            reason="Flavor names can only contain printable characters "
            "and horizontal spaces."
        )
    return name


def _checked_flavorid(flavorid: str) -> str:
    if flavorid.strip() != flavorid:
        raise exception.InvalidInput(
            reason="id cannot contain leading and/or trailing whitespace(s)"
        )
    _check_string_length(flavorid, "id")
    if not VALID_ID_REGEX.search(flavorid):
        raise exception.InvalidInput(
            reason="Flavor id can only contain letters from A-Z (both cases), "
            "periods, dashes, underscores and spaces."
        )
    return flavorid


def _check_string_length(value: str, name: str) -> None:
    if not 1 <= len(value) <= MAX_LENGTH:
        raise exception.InvalidInput(
            reason=f"{name} must have 1 to {MAX_LENGTH} characters, not {len(value)}."
        )


def _checked_int(value: int | str, name: str, least: int) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise exception.InvalidInput(reason=f"{name} must be an integer") from None
    if number < least:
        raise exception.InvalidInput(reason=f"{name} must be >= {least}")
    if number > MAX_INT:
        raise exception.InvalidInput(reason=f"{name} must be <= {MAX_INT}")
    return number


def _checked_factor(value: float | str) -> float:
    try:
        factor = float(value)
    except ValueError:
        factor = 0.0
    if not 0 < factor <= SQL_SP_FLOAT_MAX:
        raise exception.InvalidInput(
            reason="'rxtx_factor' argument must be a float between 0 and "
            f"{SQL_SP_FLOAT_MAX:g}"
        )
    return factor


def _checked_bool(value: bool | str) -> bool:
    try:
        return bool(strutils.bool_from_string(value, strict=True))
    except ValueError:
        raise exception.InvalidInput(reason="is_public must be a boolean") from None


def get_all_flavors_sorted_list(
    ctxt: RequestContext | None = None,
    filters: Mapping[str, Any] | None = None,
    sort_key: str = "flavorid",
    sort_dir: str = "asc",
    limit: int | None = None,
    marker: str | None = None,
) -> Any:
    """Return every flavor that is not deleted.

    Nova: nova/compute/flavors.py get_all_flavors_sorted_list
    """
    return objects.FlavorList.get_all(
        ctxt or get_admin_context(),
        filters=filters,
        sort_key=sort_key,
        sort_dir=sort_dir,
        limit=limit,
        marker=marker,
    )


def get_flavor_by_name(name: str | None, ctxt: RequestContext | None = None) -> Any:
    """Return the flavor of that name; of the default name if there is none.

    Raises:
        FlavorNotFoundByName: there is no such flavor.

    Nova: nova/compute/flavors.py get_flavor_by_name
    """
    return objects.Flavor.get_by_name(
        ctxt or get_admin_context(), name or CONF.default_flavor
    )


def get_flavor_by_flavor_id(
    flavorid: str, ctxt: RequestContext | None = None, read_deleted: str = "yes"
) -> Any:
    """Return the flavor with the id that users see; deleted ones count by default.

    Raises:
        FlavorNotFound: there is no such flavor.

    Nova: nova/compute/flavors.py get_flavor_by_flavor_id
    """
    if ctxt is None:
        ctxt = get_admin_context(read_deleted=read_deleted)
    return objects.Flavor.get_by_flavor_id(ctxt, flavorid, read_deleted)


def save_flavor_info(
    metadata: MutableMapping[str, Any],
    instance_type: Mapping[str, Any],
    prefix: str = "",
) -> MutableMapping[str, Any]:
    """Write the flavor into system_metadata as ``instance_type_*``, for old readers.

    Raises:
        KeyError: the flavor lacks one of the fields.

    Nova: nova/compute/flavors.py save_flavor_info
    """
    for key in system_metadata_flavor_props:
        metadata[f"{prefix}instance_type_{key}"] = instance_type[key]
    for key, value in (instance_type.get("extra_specs") or {}).items():
        if key.startswith(system_metadata_flavor_extra_props):
            metadata[f"{prefix}instance_type_extra_{key}"] = value
    return metadata
