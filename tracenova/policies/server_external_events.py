"""What other services tell about servers.

Nova: nova/policies/server_external_events.py
"""

from oslo_policy import policy

from tracenova.policies import base

POLICY_ROOT = "os_compute_api:os-server-external-events:%s"

rules = [
    base.documented(
        POLICY_ROOT % "create",
        base.RULE_ADMIN_API,
        "Send external events.",
        "POST /os-server-external-events",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
