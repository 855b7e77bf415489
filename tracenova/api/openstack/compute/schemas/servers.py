"""Bodies of a create, before the create plug-ins add theirs, an update, a rebuild, an image.

Nova: nova/api/openstack/compute/schemas/servers.py. Left out: resize. The reboot is in
server_actions.py.
"""

import copy

from tracenova.api.openstack.compute.schemas import server_tags
from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import Schema

_uuid_or_null: Schema = {
    "oneOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]
}


def _networks(uuid: Schema) -> Schema:
    return {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "fixed_ip": parameter_types.ip_address,
                "port": _uuid_or_null,
                "uuid": uuid,
            },
            "additionalProperties": False,
        },
    }


def _server(schema: Schema) -> Schema:
    server: Schema = schema["properties"]["server"]
    return server


base_create: Schema = parameter_types.body(
    "server",
    {
        "name": parameter_types.name,
        "imageRef": parameter_types.image_id_or_empty_string,
        "flavorRef": parameter_types.flavor_ref,
        "adminPass": parameter_types.admin_password,
        "metadata": parameter_types.metadata,
        "networks": _networks({"type": "string"}),
        "OS-DCF:diskConfig": parameter_types.disk_config,
        "accessIPv4": parameter_types.access_ipv4,
        "accessIPv6": parameter_types.access_ipv6,
        "personality": parameter_types.personality,
    },
    required=["name", "flavorRef"],
)

base_create_v20: Schema = copy.deepcopy(base_create)
_server(base_create_v20)["properties"]["name"] = (
    parameter_types.name_with_leading_trailing_spaces
)

base_create_v219: Schema = copy.deepcopy(base_create)
_server(base_create_v219)["properties"]["description"] = parameter_types.description

base_create_v232: Schema = copy.deepcopy(base_create_v219)
_server(base_create_v232)["properties"]["networks"]["items"]["properties"]["tag"] = (
    server_tags.tag
)

_base_update_properties: Schema = {
    "name": parameter_types.name,
    "OS-DCF:diskConfig": parameter_types.disk_config,
    "accessIPv4": parameter_types.access_ipv4,
    "accessIPv6": parameter_types.access_ipv6,
}
base_update: Schema = parameter_types.body("server", _base_update_properties, [])
base_update_v20: Schema = parameter_types.body(
    "server",
    {
        **_base_update_properties,
        "name": parameter_types.name_with_leading_trailing_spaces,
    },
    [],
)
base_update_v219: Schema = parameter_types.body(
    "server",
    {**_base_update_properties, "description": parameter_types.description},
    [],
)

_rebuild_properties: Schema = {
    **_base_update_properties,
    "imageRef": parameter_types.image_id,
    "adminPass": parameter_types.admin_password,
    "metadata": parameter_types.metadata,
    "preserve_ephemeral": parameter_types.boolean,
    "personality": parameter_types.personality,
}
base_rebuild: Schema = parameter_types.body(
    "rebuild", _rebuild_properties, ["imageRef"]
)
base_rebuild_v20: Schema = parameter_types.body(
    "rebuild",
    {
        **_rebuild_properties,
        "name": parameter_types.name_with_leading_trailing_spaces,
    },
    ["imageRef"],
)
base_rebuild_v219: Schema = parameter_types.body(
    "rebuild",
    {**_rebuild_properties, "description": parameter_types.description},
    ["imageRef"],
)

create_image: Schema = parameter_types.body(
    "createImage",
    {"name": parameter_types.name, "metadata": parameter_types.metadata},
    ["name"],
)
create_image_v20: Schema = parameter_types.body(
    "createImage",
    {
        "name": parameter_types.name_with_leading_trailing_spaces,
        "metadata": parameter_types.metadata,
    },
    ["name"],
)

# 2.37 replaces the networks and thereby, in Newton, forgets their tags
base_create_v237: Schema = copy.deepcopy(base_create_v232)
_server(base_create_v237)["required"].append("networks")
_server(base_create_v237)["properties"]["networks"] = {
    "oneOf": [
        _networks({"type": "string", "format": "uuid"}),
        {"type": "string", "enum": ["none", "auto"]},
    ]
}
