"""Quotas.

Nova: nova/policies/quota_sets.py. Left out: update and delete.
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
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
