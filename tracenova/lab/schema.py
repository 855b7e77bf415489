"""The lab file's shape, as JSON Schema."""

from typing import Any, Final

PATTERNS: Final = {
    r"^[^\x00-\x1f\x7f-\x9f]*$": "holds control characters",
    r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,62})$": "is not a name of letters, digits, . _ - "
    "that begins with a letter or digit and has 63 at most",
    r"^(auto|fake|test|qemu|[a-z][a-z+]*://.*)$": "is neither auto, fake, test, qemu nor "
    "a libvirt URI",
    r"^(network/)?[A-Za-z0-9._-]+$": "is neither a bridge nor network/NAME",
    r"^[0-9]{1,4}\.[0-9]{1,4}$": "is no version such as 4.2",
}
_NO_CONTROL, _PLAIN, VIRT_KIND, BRIDGE, VERSION = PATTERNS

_NAME = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": _NO_CONTROL}
_HOST_NAME = {"type": "string", "pattern": _PLAIN}
_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_STRINGS = {"type": "object", "additionalProperties": {"type": "string"}}
_CONF = {"type": "object"}


def _whole(minimum: int = 0, maximum: int = 2**31 - 1) -> dict[str, Any]:
    return {"type": "integer", "minimum": minimum, "maximum": maximum}


def _table(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(item: dict[str, Any], most: int = 10_000) -> dict[str, Any]:
    return {"type": "array", "items": item, "maxItems": most}


SCHEMA: Final[dict[str, Any]] = _table(
    {
        "lab": _table(
            {
                "name": _HOST_NAME,
                "title": _TEXT,
                "about": _TEXT,
                "seed": _whole(),
                "service_password": _NAME,
            }
        ),
        "hosts": _list(
            _table(
                {
                    "name": _HOST_NAME,
                    "memory_mb": _whole(),
                    "vcpus": _whole(),
                    "disk_gb": _whole(),
                    "virt": {"type": "string", "pattern": VIRT_KIND},
                    "override_size": _FLAG,
                    "az": _NAME,
                    "disabled": _FLAG,
                    "conf": _CONF,
                },
                "name",
            )
        ),
        "aggregates": _list(
            _table(
                {"name": _NAME, "hosts": _list(_HOST_NAME), "metadata": _STRINGS},
                "name",
            )
        ),
        "flavors": _list(
            _table(
                {
                    "name": _NAME,
                    "memory_mb": _whole(1),
                    "vcpus": _whole(1),
                    "disk_gb": _whole(),
                    "ephemeral_gb": _whole(),
                    "swap_mb": _whole(),
                    "extra_specs": _STRINGS,
                },
                "name",
                "memory_mb",
            )
        ),
        "images": _list(
            _table(
                {
                    "name": _NAME,
                    "size_kb": _whole(0, 2**20),
                    "file": _TEXT,
                    "disk_format": {
                        "enum": ["raw", "qcow2", "iso", "ari", "aki", "ami"]
                    },
                    "min_disk_gb": _whole(),
                    "min_ram_mb": _whole(),
                    "properties": _STRINGS,
                },
                "name",
            )
        ),
        "networks": _list(
            _table(
                {
                    "name": _NAME,
                    "cidr": _TEXT,
                    "shared": _FLAG,
                    "bridge": {"type": "string", "pattern": BRIDGE},
                },
                "name",
            )
        ),
        "quotas": {"type": "object", "additionalProperties": _whole(-1)},
        "conf": _CONF,
        "services": _table(
            {
                "schedulers": _whole(1, 10),
                "versions": _table(
                    {
                        name: {"type": "string", "pattern": VERSION}
                        for name in ("scheduler", "compute_task", "compute")
                    }
                ),
            }
        ),
        "faults": _list(
            _table(
                {
                    "kind": {
                        "enum": [
                            "resources-taken",
                            "dead",
                            "vif-plug",
                            "message",
                            "killed",
                        ]
                    },
                    "host": _HOST_NAME,
                    "memory_mb": _whole(),
                    "age_s": _whole(),
                    "silent": _FLAG,
                    "method": _TEXT,
                    "action": {"enum": ["drop", "delay", "duplicate", "gather"]},
                    "delay_s": {"type": "number", "minimum": 0, "maximum": 3600},
                    "times": _whole(1, 1000),
                    "until": _TEXT,
                    "service": {"enum": ["nova-conductor", "nova-scheduler"]},
                    "back_s": {"type": "number", "minimum": 0, "maximum": 3600},
                },
                "kind",
            )
        ),
        "request": _table(
            {
                "name": _TEXT,
                "flavor": _TEXT,
                "image": _TEXT,
                "network": _TEXT,
                "count": _whole(1, 1000),
                "az": _TEXT,
                "group_policy": {
                    "enum": [
                        "affinity",
                        "anti-affinity",
                        "soft-affinity",
                        "soft-anti-affinity",
                    ]
                },
                "hints": _STRINGS,
                "volume_gb": _whole(1, 1000),
                "requests": _whole(1, 100),
            }
        ),
    },
    "hosts",
)
