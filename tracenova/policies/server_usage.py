"""When servers were launched and terminated.

Nova: nova/policies/server_usage.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-server-usage"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_OR_OWNER,
        "Show OS-SRV-USG:launched_at and terminated_at.",
        "GET /servers/{id}",
        "GET /servers/detail",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
