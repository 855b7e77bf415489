"""The security groups of servers.

Nova: nova/policies/security_groups.py. Left out: the security group API.
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-security-groups"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_OR_OWNER,
        "Show and change the security groups of a server.",
        "GET /servers/{id}/os-security-groups",
        "POST /servers/{id}/action (addSecurityGroup, removeSecurityGroup)",
        "GET /servers/{id}",
        "GET /servers/detail",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
