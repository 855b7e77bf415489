"""The small schemas of the create plug-ins that have no more than one.

Nova: nova/api/openstack/compute/schemas/availability_zone.py, config_drive.py,
multiple_create.py, security_groups.py, user_data.py
"""

from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import Schema

availability_zone: Schema = {"availability_zone": parameter_types.name}
availability_zone_v20: Schema = {
    "availability_zone": parameter_types.name_with_leading_trailing_spaces
}

config_drive: Schema = {"config_drive": parameter_types.boolean}

multiple_create: Schema = {
    "min_count": parameter_types.positive_integer,
    "max_count": parameter_types.positive_integer,
    "return_reservation_id": parameter_types.boolean,
}


def _security_groups(name: Schema) -> Schema:
    group = {
        "type": "object",
        "properties": {"name": name},
        "additionalProperties": False,
    }
    return {"security_groups": {"type": "array", "items": group}}


security_groups = _security_groups(parameter_types.name)
security_groups_v20 = _security_groups(
    parameter_types.name_with_leading_trailing_spaces
)

user_data: Schema = {"user_data": {"type": "string", "format": "base64"}}
user_data_v20: Schema = {
    "user_data": {"oneOf": [{"type": "string", "format": "base64"}, {"type": "null"}]}
}
