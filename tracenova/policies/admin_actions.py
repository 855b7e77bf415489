"""What only administrators do to a server.

Nova: nova/policies/admin_actions.py. Left out: reset_network, inject_network_info.
"""

from oslo_policy import policy

from tracenova.policies import base

POLICY_ROOT = "os_compute_api:os-admin-actions:%s"

rules = [
    base.documented(
        POLICY_ROOT % "reset_state",
        base.RULE_ADMIN_API,
        "Reset the state of a server.",
        "POST /servers/{server_id}/action (os-resetState)",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
