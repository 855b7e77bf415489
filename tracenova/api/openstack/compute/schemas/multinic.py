"""An address to add or to remove.

Nova: nova/api/openstack/compute/schemas/multinic.py [add_fixed_ip, remove_fixed_ip]
"""

from typing import Final

from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import Schema

add_fixed_ip: Final[Schema] = parameter_types.body(
    "addFixedIp",
    {"networkId": {"type": ["string", "number"], "minLength": 1, "maxLength": 36}},
    ["networkId"],
)

remove_fixed_ip: Final[Schema] = parameter_types.body(
    "removeFixedIp", {"address": parameter_types.ip_address}, ["address"]
)
