"""The security groups of servers.

Nova: nova/policies/security_groups.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-security-groups"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_OR_OWNER,
        "Show and change security groups, and those of a server.",
        "GET /servers/{id}/os-security-groups",
        "POST /servers/{id}/action (addSecurityGroup, removeSecurityGroup)",
        "GET /os-security-groups",
        "POST /os-security-groups",
        "GET /os-security-groups/{id}",
        "PUT /os-security-groups/{id}",
        "DELETE /os-security-groups/{id}",
        "POST /os-security-group-rules",
        "DELETE /os-security-group-rules/{id}",
        "GET /servers/{id}",
        "GET /servers/detail",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
