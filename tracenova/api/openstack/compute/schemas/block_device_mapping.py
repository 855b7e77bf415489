"""Block devices in the new form; from 2.32 with tags.

Nova: nova/api/openstack/compute/schemas/block_device_mapping.py
"""

import copy

from tracenova.api.openstack.compute.schemas import (
    block_device_mapping_v1,
    server_tags,
)
from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import Schema

_text: Schema = {"type": "string", "maxLength": 255}

block_device_mapping: Schema = copy.deepcopy(
    block_device_mapping_v1.legacy_block_device_mapping
)
block_device_mapping["properties"] |= {
    "source_type": {"type": "string", "enum": ["volume", "image", "snapshot", "blank"]},
    "uuid": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "pattern": "^[a-zA-Z0-9._-]*$",
    },
    "image_id": parameter_types.image_id,
    "destination_type": {"type": "string", "enum": ["local", "volume"]},
    "guest_format": _text,
    "device_type": _text,
    "disk_bus": _text,
    "boot_index": {"type": ["integer", "string", "null"], "pattern": "^-?[0-9]+$"},
}

server_create: Schema = {
    "block_device_mapping_v2": {"type": "array", "items": block_device_mapping}
}

block_device_mapping_v232: Schema = copy.deepcopy(block_device_mapping)
block_device_mapping_v232["properties"]["tag"] = server_tags.tag

server_create_v232: Schema = {
    "block_device_mapping_v2": {"type": "array", "items": block_device_mapping_v232}
}
