"""The ports of servers.

Nova: nova/policies/attach_interfaces.py. Left out: changes.
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-attach-interfaces"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_OR_OWNER,
        "List and show the ports of a server.",
        "GET /servers/{server_id}/os-interface",
        "GET /servers/{server_id}/os-interface/{port_id}",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
