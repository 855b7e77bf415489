"""What a message carried, as text for its span: short, and without secrets.

Secrets are kept out three times: versioned objects show only the fields of an allow-list,
arguments of a deny-list are never looked into, and what is left goes through
oslo.utils' masking.
"""

import functools
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from oslo_utils import strutils

MASK = "***"
LONGEST_ARGUMENT = 1500  # characters of JSON; longer ones are cut, and say so
LONGEST_LIST = 20
_DEEPEST = 6
_REMEMBERED = 200  # characters: uuids, names and states come again and again
_MOST_REMEMBERED = 2048
_SECRET = frozenset(
    (
        "admin_password",
        "adminpass",
        "admin_pass",
        "new_pass",
        "injected_files",
        "personality",
        "user_data",
        "auth_token",
        "token",
        "x_auth_token",
        "service_catalog",
        "key_data",
        "private_key",
        "public_key",
        "keypairs",
        "password",
        "secret",
        "connection_info",
        "injected_password",
    )
)
_SHOWN = (
    "uuid",
    "id",
    "name",
    "display_name",
    "flavorid",
    "instance_uuid",
    "host",
    "node",
    "hypervisor_hostname",
    "vm_state",
    "task_state",
    "power_state",
    "memory_mb",
    "vcpus",
    "root_gb",
    "ephemeral_gb",
    "swap",
    "num_instances",
    "availability_zone",
    "source_type",
    "destination_type",
    "device_name",
    "boot_index",
    "network_id",
    "port_id",
    "address",
    "limits",
    "retry",
    "flavor",
    "image",
    "force_hosts",
    "ignore_hosts",
    "project_id",
    "objects",
)
# The image's properties once more, and a mark of the network thread: which save carries
# it depends on who is quicker (in Nova too), and the same boot must tell the same story.
_LEFT_OUT = frozenset(("system_metadata",))
_NAME_KEYS = ("nova_object.name", "versioned_object.name")
_json: Final = json.JSONEncoder(ensure_ascii=False, default=str).encode
_harmless: Final[set[str]] = set()  # nothing was masked in them; no secret is kept here


def describe_args(arguments: Mapping[str, Any]) -> str:
    """Return a message's arguments as JSON: objects shortened, secrets masked.

    Each argument is cut at ``LONGEST_ARGUMENT`` characters with a mark that says how
    long it was, so the whole stays valid JSON.
    """
    described = (
        f"{_json(str(name))}: {_argument(str(name), value)}"
        for name, value in arguments.items()
    )
    return "{" + ", ".join(described) + "}"


def describe(value: Any) -> str:
    """Return one value, such as an RPC result, in the same way."""
    return _argument("", value)


def _argument(name: str, value: Any) -> str:
    text = _json(_short(value, name, 0))
    if len(text) <= LONGEST_ARGUMENT:
        return text
    return _json(f"{text[:LONGEST_ARGUMENT]}… [cut: {LONGEST_ARGUMENT} of {len(text)}]")


def _short(value: Any, name: str, depth: int) -> Any:
    if value is not None and is_secret(name):
        return f"{MASK} ({len(value)})" if isinstance(value, list) else MASK
    if isinstance(value, str):
        return _masked(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return "…" if depth > _DEEPEST else _looked_into(value, depth)


def _looked_into(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping):
        return _mapping(value, depth)
    if hasattr(value, "obj_name") and hasattr(value, "fields"):
        return {value.obj_name(): _fields(_set_fields(value), depth)}
    if isinstance(value, (list, tuple, set, frozenset)):
        return _members(value, depth)
    if hasattr(value, "request_id") and hasattr(value, "to_dict"):
        return {"RequestContext": {"request_id": value.request_id}}
    return f"<{type(value).__name__}>"


@functools.lru_cache(maxsize=2048)
def is_secret(name: str) -> bool:
    """Say whether an argument of this name is never looked into."""
    return name.lower().replace("-", "_") in _SECRET


@functools.lru_cache(maxsize=2048)
def _names_secret(key: str) -> bool:
    return bool(strutils.mask_dict_password({key: 0}, secret=MASK)[key] == MASK)


def _masked(text: str) -> str:
    """Mask as oslo.utils does, which searches every text for some hundred words."""
    if text in _harmless:
        return text
    masked: str = strutils.mask_password(text, secret=MASK)
    if masked == text and len(text) <= _REMEMBERED:
        if len(_harmless) >= _MOST_REMEMBERED:
            _harmless.clear()
        _harmless.add(text)
    return masked


def _entry(key: str, value: Any, depth: int) -> Any:
    if not _names_secret(key):
        return _short(value, key, depth)
    if isinstance(value, (str, list, tuple, set, frozenset)):
        return MASK  # and not looked into, or it would be remembered as harmless
    short = _short(value, key, depth)
    return short if isinstance(short, dict) else MASK


def _mapping(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    for key in _NAME_KEYS:
        if key in value:
            data = value.get(key.replace(".name", ".data")) or {}
            return {str(value[key]): _fields(data, depth)}
    shown = {key: member for key, member in value.items() if key not in _LEFT_OUT}
    return {str(k): _entry(str(k), v, depth + 1) for k, v in shown.items()}


def _members(value: Iterable[Any], depth: int) -> list[Any]:
    members = list(value)
    shown = [_short(member, "", depth + 1) for member in members[:LONGEST_LIST]]
    if len(members) > LONGEST_LIST:
        shown.append(f"… [cut: {LONGEST_LIST} of {len(members)}]")
    return shown


def _set_fields(versioned: Any) -> dict[str, Any]:
    return {
        name: getattr(versioned, name)
        for name in _SHOWN
        if name in versioned.fields and versioned.obj_attr_is_set(name)
    }


def _fields(data: Mapping[str, Any], depth: int) -> dict[str, Any]:
    return {
        name: _entry(name, data[name], depth + 1) for name in _SHOWN if name in data
    }
