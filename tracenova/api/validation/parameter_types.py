"""The parts that schemas are put together from.

Nova: nova/api/validation/parameter_types.py. Left out: cells, ports, MAC addresses,
cidr, flavor creation.
"""

from typing import Any

Schema = dict[str, Any]

MAX_INT = 0x7FFFFFFF

boolean: Schema = {
    "type": ["boolean", "string"],
    "enum": [
        *(True, "True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes"),
        *(False, "False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no"),
    ],
}

positive_integer: Schema = {
    "type": ["integer", "string"],
    "pattern": "^[0-9]*$",
    "minimum": 1,
}

hostname: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": 255,
    "pattern": "^[a-zA-Z0-9-._]*$",
}

name: Schema = {"type": "string", "minLength": 1, "maxLength": 255, "format": "name"}

name_with_leading_trailing_spaces: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": 255,
    "format": "name_with_leading_trailing_spaces",
}

description: Schema = {
    "type": ["string", "null"],
    "minLength": 0,
    "maxLength": 255,
    "format": "printable",
}

uuid: Schema = {"type": "string", "format": "uuid"}
server_id = uuid
image_id = uuid
volume_id = uuid

image_id_or_empty_string: Schema = {
    "oneOf": [
        {"type": "string", "format": "uuid"},
        {"type": "string", "maxLength": 0},
    ]
}

admin_password: Schema = {"type": "string"}

flavor_ref: Schema = {"type": ["string", "integer"], "minLength": 1}

METADATA_KEY = "^[a-zA-Z0-9-_:. ]{1,255}$"

metadata: Schema = {
    "type": "object",
    "patternProperties": {METADATA_KEY: {"type": "string", "maxLength": 255}},
    "additionalProperties": False,
}

metadata_with_null: Schema = {
    "type": "object",
    "patternProperties": {METADATA_KEY: {"type": ["string", "null"], "maxLength": 255}},
    "additionalProperties": False,
}

ip_address: Schema = {
    "type": "string",
    "oneOf": [{"format": "ipv4"}, {"format": "ipv6"}],
}

volume_size: Schema = {
    "type": ["integer", "string"],
    "pattern": "^[0-9]+$",
    "minimum": 1,
    "maximum": MAX_INT,
}

disk_config: Schema = {"type": "string", "enum": ["AUTO", "MANUAL"]}

access_ipv4: Schema = {"type": "string", "format": "ipv4"}
access_ipv6: Schema = {"type": "string", "format": "ipv6"}

personality: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "path": {"type": "string"},
            "contents": {"type": "string", "format": "base64"},
        },
        "required": ["path", "contents"],  # Newton forgets this, and answers 500
        "additionalProperties": False,
    },
}


def body(key: str, properties: Schema, required: list[str]) -> Schema:
    """Return the schema of ``{key: {properties}}`` with nothing else beside."""
    return {
        "type": "object",
        "properties": {
            key: {
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": False,
            }
        },
        "required": [key],
        "additionalProperties": False,
    }
