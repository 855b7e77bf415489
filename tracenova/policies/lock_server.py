"""Locks on servers.

Nova: nova/policies/lock_server.py
"""

from oslo_policy import policy

from tracenova.policies import base

POLICY_ROOT = "os_compute_api:os-lock-server:%s"

rules = [
    base.documented(
        POLICY_ROOT % "lock",
        base.RULE_ADMIN_OR_OWNER,
        "Lock a server.",
        "POST /servers/{server_id}/action (lock)",
    ),
    base.documented(
        POLICY_ROOT % "unlock",
        base.RULE_ADMIN_OR_OWNER,
        "Unlock a server.",
        "POST /servers/{server_id}/action (unlock)",
    ),
    base.documented(
        POLICY_ROOT % "unlock:unlock_override",
        base.RULE_ADMIN_API,
        "Unlock a server that somebody else has locked.",
        "POST /servers/{server_id}/action (unlock)",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
