"""What was done to a server.

Nova: nova/policies/instance_actions.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-instance-actions"
POLICY_ROOT = "os_compute_api:os-instance-actions:%s"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_OR_OWNER,
        "List and show actions on a server.",
        "GET /servers/{server_id}/os-instance-actions",
        "GET /servers/{server_id}/os-instance-actions/{request_id}",
    ),
    base.documented(
        POLICY_ROOT % "events",
        base.RULE_ADMIN_API,
        "Show the events of an action.",
        "GET /servers/{server_id}/os-instance-actions/{request_id}",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
