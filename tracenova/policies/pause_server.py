"""Pausing servers.

Nova: nova/policies/pause_server.py
"""

from oslo_policy import policy

from tracenova.policies import base

POLICY_ROOT = "os_compute_api:os-pause-server:%s"

rules = [
    base.documented(
        POLICY_ROOT % "pause",
        base.RULE_ADMIN_OR_OWNER,
        "Pause a server.",
        "POST /servers/{server_id}/action (pause)",
    ),
    base.documented(
        POLICY_ROOT % "unpause",
        base.RULE_ADMIN_OR_OWNER,
        "Let a paused server go on.",
        "POST /servers/{server_id}/action (unpause)",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
