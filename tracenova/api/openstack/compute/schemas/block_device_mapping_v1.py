"""Block devices in the old form.

Nova: nova/api/openstack/compute/schemas/block_device_mapping_v1.py
"""

from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import Schema

legacy_block_device_mapping: Schema = {
    "type": "object",
    "properties": {
        "virtual_name": {"type": "string", "maxLength": 255},
        "volume_id": parameter_types.volume_id,
        "snapshot_id": parameter_types.image_id,
        "volume_size": parameter_types.volume_size,
        "device_name": {
            "type": "string",
            "minLength": 1,
            "maxLength": 255,
            "pattern": "^[a-zA-Z0-9._-r/]*$",
        },
        "delete_on_termination": parameter_types.boolean,
        "no_device": {},
        "connection_info": {"type": "string", "maxLength": 16777215},
    },
    "additionalProperties": False,
}

server_create: Schema = {
    "block_device_mapping": {"type": "array", "items": legacy_block_device_mapping}
}
