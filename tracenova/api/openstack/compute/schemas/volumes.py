"""A volume to attach.

Nova: nova/api/openstack/compute/schemas/volumes.py [create_volume_attachment]
"""

from typing import Final

from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import Schema

create_volume_attachment: Final[Schema] = parameter_types.body(
    "volumeAttachment",
    {
        "volumeId": parameter_types.volume_id,
        "device": {
            "type": ["string", "null"],
            # as match_device of block_device.py has it
            "pattern": "(^/dev/x{0,1}[a-z]{0,1}d{0,1})([a-z]+)[0-9]*$",
        },
    },
    ["volumeId"],
)
