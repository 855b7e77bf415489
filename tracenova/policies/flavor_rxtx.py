"""The network factor of flavors.

Nova: nova/policies/flavor_rxtx.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-flavor-rxtx"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_OR_OWNER,
        "Show rxtx_factor.",
        "GET /flavors/detail",
        "GET /flavors/{id}",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
