"""The rules that other rules are made of.

Nova: nova/policies/base.py
"""

from collections.abc import Iterable

from oslo_policy import policy

COMPUTE_API = "os_compute_api"
NETWORK_ATTACH_EXTERNAL = "network:attach_external_network"

RULE_ADMIN_OR_OWNER = "rule:admin_or_owner"
RULE_ADMIN_API = "rule:admin_api"
RULE_ANY = "@"

rules = [
    policy.RuleDefault(
        "context_is_admin",
        "role:admin",
        description="Who is an administrator.",
    ),
    policy.RuleDefault(
        "admin_or_owner",
        "is_admin:True or project_id:%(project_id)s",
        description="Administrators, and members of the project that owns the target.",
    ),
    policy.RuleDefault(
        "admin_api",
        "is_admin:True",
        description="Administrators only.",
    ),
    policy.RuleDefault(
        NETWORK_ATTACH_EXTERNAL,
        "is_admin:True",
        description="Attach a server directly to an external network.",
    ),
]


def documented(
    name: str, check_str: str, description: str, *operations: str
) -> policy.DocumentedRuleDefault:
    """Return a rule with the API calls that it guards, each ``"METHOD /path"``."""
    calls: Iterable[list[str]] = (operation.split(" ", 1) for operation in operations)
    return policy.DocumentedRuleDefault(
        name=name,
        check_str=check_str,
        description=description,
        operations=[{"method": method, "path": path} for method, path in calls],
    )


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return rules
