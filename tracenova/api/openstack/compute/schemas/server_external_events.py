"""What neutron may tell about a server.

Nova: nova/api/openstack/compute/schemas/server_external_events.py
"""

from tracenova.api.validation.parameter_types import Schema
from tracenova.objects.external_event import EVENT_NAMES, EVENT_STATUSES

create: Schema = {
    "type": "object",
    "properties": {
        "events": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "server_uuid": {"type": "string", "format": "uuid"},
                    "name": {"type": "string", "enum": EVENT_NAMES},
                    "status": {"type": "string", "enum": EVENT_STATUSES},
                    "tag": {"type": "string", "maxLength": 255},
                },
                "required": ["server_uuid", "name"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["events"],
    "additionalProperties": False,
}
