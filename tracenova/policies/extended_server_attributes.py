"""Where servers run.

Nova: nova/policies/extended_server_attributes.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-extended-server-attributes"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_API,
        "Show OS-EXT-SRV-ATTR:*: host, node, name at the hypervisor.",
        "GET /servers/{id}",
        "GET /servers/detail",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
