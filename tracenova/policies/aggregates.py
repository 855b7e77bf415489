"""Host aggregates.

Nova: nova/policies/aggregates.py
"""

from oslo_policy import policy

from tracenova.policies import base

POLICY_ROOT = "os_compute_api:os-aggregates:%s"

rules = [
    base.documented(
        POLICY_ROOT % "index",
        base.RULE_ADMIN_API,
        "List aggregates.",
        "GET /os-aggregates",
    ),
    base.documented(
        POLICY_ROOT % "create",
        base.RULE_ADMIN_API,
        "Create an aggregate.",
        "POST /os-aggregates",
    ),
    base.documented(
        POLICY_ROOT % "show",
        base.RULE_ADMIN_API,
        "Show an aggregate.",
        "GET /os-aggregates/{id}",
    ),
    base.documented(
        POLICY_ROOT % "update",
        base.RULE_ADMIN_API,
        "Rename an aggregate or change its zone.",
        "PUT /os-aggregates/{id}",
    ),
    base.documented(
        POLICY_ROOT % "delete",
        base.RULE_ADMIN_API,
        "Delete an aggregate.",
        "DELETE /os-aggregates/{id}",
    ),
    base.documented(
        POLICY_ROOT % "add_host",
        base.RULE_ADMIN_API,
        "Add a host to an aggregate.",
        "POST /os-aggregates/{id}/action (add_host)",
    ),
    base.documented(
        POLICY_ROOT % "remove_host",
        base.RULE_ADMIN_API,
        "Remove a host from an aggregate.",
        "POST /os-aggregates/{id}/action (remove_host)",
    ),
    base.documented(
        POLICY_ROOT % "set_metadata",
        base.RULE_ADMIN_API,
        "Change the metadata of an aggregate.",
        "POST /os-aggregates/{id}/action (set_metadata)",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
