"""Host aggregates and their actions.

Nova: nova/api/openstack/compute/schemas/aggregates.py
"""

from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import Schema

_spaced = parameter_types.name_with_leading_trailing_spaces


def _or_null(name: Schema) -> Schema:
    return {"oneOf": [name, {"type": "null"}]}


def _create(name: Schema) -> Schema:
    zone = _or_null(name)
    return parameter_types.body(
        "aggregate", {"name": name, "availability_zone": zone}, required=["name"]
    )


def _update(zone: Schema) -> Schema:
    schema = parameter_types.body(
        "aggregate", {"name": _spaced, "availability_zone": zone}, required=[]
    )
    aggregate = schema["properties"]["aggregate"]
    del aggregate["required"]
    aggregate["anyOf"] = [
        {"required": ["name"]},
        {"required": ["availability_zone"]},
    ]
    return schema


create = _create(parameter_types.name)
create_v20 = _create(_spaced)
update = _update(_or_null(parameter_types.name))
update_v20 = _update(_or_null(_spaced))
add_host = parameter_types.body(
    "add_host", {"host": parameter_types.hostname}, required=["host"]
)
remove_host = parameter_types.body(
    "remove_host", {"host": parameter_types.hostname}, required=["host"]
)
set_metadata = parameter_types.body(
    "set_metadata",
    {"metadata": parameter_types.metadata_with_null},
    required=["metadata"],
)
