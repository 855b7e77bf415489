"""Who does not see the addresses of servers being built.

Nova: nova/policies/hide_server_addresses.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-hide-server-addresses"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        "is_admin:False",
        "Hide addresses in osapi_hide_server_address_states.",
        "GET /servers/{id}",
        "GET /servers/detail",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
