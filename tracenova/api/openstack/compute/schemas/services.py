"""Enabling, disabling, forcing down a service.

Nova: nova/api/openstack/compute/schemas/services.py
"""

from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import Schema

_text: Schema = {"type": "string", "minLength": 1, "maxLength": 255}

service_update: Schema = {
    "type": "object",
    "properties": {
        "host": parameter_types.hostname,
        "binary": _text,
        "disabled_reason": _text,
    },
    "required": ["host", "binary"],
    "additionalProperties": False,
}

service_update_v211: Schema = {
    **service_update,
    "properties": {
        **service_update["properties"],
        "forced_down": parameter_types.boolean,
    },
}
