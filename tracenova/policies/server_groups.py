"""Server groups.

Nova: nova/policies/server_groups.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-server-groups"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_OR_OWNER,
        "List, show, create and delete server groups.",
        "GET /os-server-groups",
        "POST /os-server-groups",
        "GET /os-server-groups/{id}",
        "DELETE /os-server-groups/{id}",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
