"""A port to attach, or a network to make one on.

Nova: nova/api/openstack/compute/schemas/attach_interfaces.py [create]
"""

from typing import Final

from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import Schema

create: Final[Schema] = {
    "type": "object",
    "properties": {
        "interfaceAttachment": {
            "type": "object",
            "properties": {
                "net_id": parameter_types.uuid,
                "port_id": parameter_types.uuid,
                "fixed_ips": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 1,
                    "items": {
                        "type": "object",
                        "properties": {"ip_address": parameter_types.ip_address},
                        "required": ["ip_address"],
                        "additionalProperties": False,
                    },
                },
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
