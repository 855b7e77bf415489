"""The encrypted password of a server.

Nova: nova/policies/server_password.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-server-password"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_OR_OWNER,
        "Show and clear the encrypted password of a server.",
        "GET /servers/{server_id}/os-server-password",
        "DELETE /servers/{server_id}/os-server-password",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
