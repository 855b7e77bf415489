"""Extra specs of a flavor.

Nova: nova/api/openstack/compute/schemas/flavors_extraspecs.py
"""

from tracenova.api.validation.parameter_types import METADATA_KEY, Schema

_specs: Schema = {
    "type": "object",
    "patternProperties": {
        METADATA_KEY: {"type": ["string", "number"], "maxLength": 255}
    },
    "additionalProperties": False,
}

create: Schema = {
    "type": "object",
    "properties": {"extra_specs": _specs},
    "required": ["extra_specs"],
    "additionalProperties": False,
}
update: Schema = {**_specs, "minProperties": 1, "maxProperties": 1}
