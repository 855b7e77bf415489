"""Whether flavors are public.

Nova: nova/policies/flavor_access.py. Left out: access lists.
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-flavor-access"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_OR_OWNER,
        "Show os-flavor-access:is_public.",
        "GET /flavors/detail",
        "GET /flavors/{id}",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
