"""New flavors.

Nova: nova/api/openstack/compute/schemas/flavor_manage.py
"""

from typing import Any

from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import MAX_INT, Schema


def _whole(minimum: int) -> Schema:
    return {
        "type": ["integer", "string"],
        "pattern": "^[0-9]+$",
        "minimum": minimum,
        "maximum": MAX_INT,
    }


_PROPERTIES: dict[str, Any] = {
    "name": parameter_types.name,
    "id": {
        "type": ["string", "number", "null"],
        "minLength": 1,
        "maxLength": 255,
        "pattern": "^(?! )[a-zA-Z0-9. _-]+(?<! )$",
    },
    "ram": _whole(1),
    "vcpus": _whole(1),
    "disk": _whole(0),
    "OS-FLV-EXT-DATA:ephemeral": _whole(0),
    "swap": _whole(0),
    "rxtx_factor": {
        "type": ["number", "string"],
        "pattern": r"^[0-9]+(\.[0-9]+)?$",
        "exclusiveMinimum": 0,
        "maximum": 3.40282e38,
    },
    "os-flavor-access:is_public": parameter_types.boolean,
}
_REQUIRED = ["name", "ram", "vcpus", "disk"]

create: Schema = parameter_types.body("flavor", _PROPERTIES, _REQUIRED)
create_v20: Schema = parameter_types.body(
    "flavor",
    {**_PROPERTIES, "name": parameter_types.name_with_leading_trailing_spaces},
    _REQUIRED,
)
