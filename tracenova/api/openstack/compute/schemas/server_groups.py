"""Creating a server group; 2.15 adds the soft policies.

Nova: nova/api/openstack/compute/schemas/server_groups.py
"""

from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import Schema


def _server_group(policies: list[str]) -> Schema:
    one_policy = {
        "type": "array",
        "items": [{"enum": policies}],
        "uniqueItems": True,
        "additionalItems": False,
    }
    return parameter_types.body(
        "server_group",
        {"name": parameter_types.name, "policies": one_policy},
        required=["name", "policies"],
    )


create = _server_group(["anti-affinity", "affinity"])
create_v215 = _server_group(
    ["anti-affinity", "affinity", "soft-anti-affinity", "soft-affinity"]
)
