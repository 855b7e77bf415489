"""Suspending servers.

Nova: nova/policies/suspend_server.py
"""

from oslo_policy import policy

from tracenova.policies import base

POLICY_ROOT = "os_compute_api:os-suspend-server:%s"

rules = [
    base.documented(
        POLICY_ROOT % "suspend",
        base.RULE_ADMIN_OR_OWNER,
        "Suspend a server.",
        "POST /servers/{server_id}/action (suspend)",
    ),
    base.documented(
        POLICY_ROOT % "resume",
        base.RULE_ADMIN_OR_OWNER,
        "Resume a suspended server.",
        "POST /servers/{server_id}/action (resume)",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
