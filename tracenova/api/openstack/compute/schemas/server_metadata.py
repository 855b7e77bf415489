"""Bodies of changes to a server's metadata.

Nova: nova/api/openstack/compute/schemas/server_metadata.py
"""

from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import Schema


def _only(name: str, schema: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {name: schema},
        "required": [name],
        "additionalProperties": False,
    }


create: Schema = _only("metadata", parameter_types.metadata)
update_all: Schema = create
update: Schema = _only(
    "meta", {**parameter_types.metadata, "minProperties": 1, "maxProperties": 1}
)
