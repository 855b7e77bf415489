"""Which projects may use a flavor that is not public.

Nova: nova/api/openstack/compute/schemas/flavor_access.py
"""

from tracenova.api.validation import parameter_types
from tracenova.api.validation.parameter_types import Schema

_TENANT: Schema = {"tenant": {"type": "string", "minLength": 1, "maxLength": 255}}

add_tenant_access: Schema = parameter_types.body("addTenantAccess", _TENANT, ["tenant"])
remove_tenant_access: Schema = parameter_types.body(
    "removeTenantAccess", _TENANT, ["tenant"]
)
