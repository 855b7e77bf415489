"""The ports of servers.

Nova: nova/policies/attach_interfaces.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-attach-interfaces"
POLICY_ROOT = "os_compute_api:os-attach-interfaces:%s"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_OR_OWNER,
        "List and show the ports of a server.",
        "GET /servers/{server_id}/os-interface",
        "GET /servers/{server_id}/os-interface/{port_id}",
    ),
    base.documented(
        POLICY_ROOT % "create",
        base.RULE_ADMIN_OR_OWNER,
        "Attach a port to a server.",
        "POST /servers/{server_id}/os-interface",
    ),
    base.documented(
        POLICY_ROOT % "delete",
        base.RULE_ADMIN_OR_OWNER,
        "Detach a port from a server.",
        "DELETE /servers/{server_id}/os-interface/{port_id}",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
