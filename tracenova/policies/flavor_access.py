"""Whether flavors are public, and who may use those that are not.

Nova: nova/policies/flavor_access.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-flavor-access"
POLICY_ROOT = "os_compute_api:os-flavor-access:%s"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_OR_OWNER,
        "Show os-flavor-access:is_public.",
        "GET /flavors/detail",
        "GET /flavors/{id}",
        "GET /flavors/{flavor_id}/os-flavor-access",
    ),
    base.documented(
        POLICY_ROOT % "add_tenant_access",
        base.RULE_ADMIN_API,
        "Let a project use a flavor.",
        "POST /flavors/{flavor_id}/action (addTenantAccess)",
    ),
    base.documented(
        POLICY_ROOT % "remove_tenant_access",
        base.RULE_ADMIN_API,
        "Let a project no longer use a flavor.",
        "POST /flavors/{flavor_id}/action (removeTenantAccess)",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
