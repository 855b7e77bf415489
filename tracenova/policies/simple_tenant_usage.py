"""What projects have used.

Nova: nova/policies/simple_tenant_usage.py
"""

from oslo_policy import policy

from tracenova.policies import base

POLICY_ROOT = "os_compute_api:os-simple-tenant-usage:%s"

rules = [
    base.documented(
        POLICY_ROOT % "show",
        base.RULE_ADMIN_OR_OWNER,
        "Show what a project has used.",
        "GET /os-simple-tenant-usage/{tenant_id}",
    ),
    base.documented(
        POLICY_ROOT % "list",
        base.RULE_ADMIN_API,
        "Show what all projects have used.",
        "GET /os-simple-tenant-usage",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
