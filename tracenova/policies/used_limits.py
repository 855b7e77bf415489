"""How much of its limits a project uses.

Nova: nova/policies/used_limits.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-used-limits"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_API,
        "Show what another project uses.",
        "GET /limits",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
