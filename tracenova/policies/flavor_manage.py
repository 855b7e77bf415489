"""Making and deleting flavors.

Nova: nova/policies/flavor_manage.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-flavor-manage"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_API,
        "Make or delete a flavor.",
        "POST /flavors",
        "DELETE /flavors/{flavor_id}",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
