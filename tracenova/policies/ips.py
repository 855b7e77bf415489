"""The addresses of a server.

Nova: nova/policies/ips.py
"""

from oslo_policy import policy

from tracenova.policies import base

POLICY_ROOT = "os_compute_api:ips:%s"

rules = [
    base.documented(
        POLICY_ROOT % "show",
        base.RULE_ADMIN_OR_OWNER,
        "Show a server's addresses on one network.",
        "GET /servers/{server_id}/ips/{network_label}",
    ),
    base.documented(
        POLICY_ROOT % "index",
        base.RULE_ADMIN_OR_OWNER,
        "List the addresses of a server.",
        "GET /servers/{server_id}/ips",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
