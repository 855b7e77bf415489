"""The tags of a server, and of one of its devices.

Nova: nova/api/openstack/compute/schemas/server_tags.py
"""

from tracenova.api.validation.parameter_types import Schema

tag: Schema = {"type": "string", "pattern": "^[^,/]*$"}

update: Schema = {"type": "null"}

update_all: Schema = {
    "type": "object",
    "properties": {"tags": {"type": "array", "items": {"type": "string"}}},
    "required": ["tags"],
    "additionalProperties": False,
}
