"""Creating or importing a key pair; 2.2 adds the type, 2.10 the user.

Nova: nova/api/openstack/compute/schemas/keypairs.py
"""

from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import Schema

_type: Schema = {"type": "string", "enum": ["ssh", "x509"]}


def _keypair(name: Schema, **more: Schema) -> Schema:
    properties = {"name": name, "public_key": {"type": "string"}, **more}
    return parameter_types.body("keypair", properties, required=["name"])


create = _keypair(parameter_types.name)
create_v20 = _keypair(parameter_types.name_with_leading_trailing_spaces)
create_v22 = _keypair(parameter_types.name, type=_type)
create_v210 = _keypair(parameter_types.name, type=_type, user_id={"type": "string"})

server_create: Schema = {"key_name": parameter_types.name}
server_create_v20: Schema = {
    "key_name": parameter_types.name_with_leading_trailing_spaces
}
