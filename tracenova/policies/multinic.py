"""Addresses of servers.

Nova: nova/policies/multinic.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-multinic"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_OR_OWNER,
        "Give a server one more address, or take one away.",
        "POST /servers/{server_id}/action (addFixedIp)",
        "POST /servers/{server_id}/action (removeFixedIp)",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
