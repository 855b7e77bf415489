"""Quotas.

Nova: nova/policies/quota_sets.py
"""

from oslo_policy import policy

from tracenova.policies import base

POLICY_ROOT = "os_compute_api:os-quota-sets:%s"

rules = [
    base.documented(
        POLICY_ROOT % "show",
        base.RULE_ADMIN_OR_OWNER,
        "Show the quotas of a project.",
        "GET /os-quota-sets/{project_id}",
    ),
    base.documented(
        POLICY_ROOT % "defaults",
        base.RULE_ANY,
        "Show the default quotas.",
        "GET /os-quota-sets/{project_id}/defaults",
    ),
    base.documented(
        POLICY_ROOT % "detail",
        base.RULE_ADMIN_API,
        "Show quotas and usage of a project.",
        "GET /os-quota-sets/{project_id}/detail",
    ),
    base.documented(
        POLICY_ROOT % "update",
        base.RULE_ADMIN_API,
        "Change the quotas of a project.",
        "PUT /os-quota-sets/{project_id}",
    ),
    base.documented(
        POLICY_ROOT % "delete",
        base.RULE_ADMIN_API,
        "Let the default quotas hold for a project again.",
        "DELETE /os-quota-sets/{project_id}",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
