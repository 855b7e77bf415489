"""Wishes to the scheduler's filters; unknown ones are welcome.

Nova: nova/api/openstack/compute/schemas/scheduler_hints.py
"""

from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import Schema

_hints: Schema = {
    "type": "object",
    "properties": {
        "group": {"type": "string", "format": "uuid"},
        "different_host": {
            "oneOf": [
                {"type": "string", "format": "uuid"},
                {"type": "array", "items": parameter_types.server_id},
            ]
        },
        "same_host": {
            "type": ["string", "array"],
            "items": parameter_types.server_id,
        },
        "query": {"type": ["string", "object"]},
        "target_cell": parameter_types.name,
        "different_cell": {"type": ["string", "array"], "items": {"type": "string"}},
        "build_near_host_ip": parameter_types.ip_address,
        "cidr": {"type": "string", "pattern": r"^\/[0-9a-f.:]+$"},
    },
    "additionalProperties": True,
}

server_create: Schema = {
    "os:scheduler_hints": _hints,
    "OS-SCH-HNT:scheduler_hints": _hints,
}
