"""Availability zones.

Nova: nova/policies/availability_zone.py
"""

from oslo_policy import policy

from tracenova.policies import base

POLICY_ROOT = "os_compute_api:os-availability-zone:%s"

rules = [
    base.documented(
        POLICY_ROOT % "list",
        base.RULE_ADMIN_OR_OWNER,
        "List availability zones.",
        "GET /os-availability-zone",
    ),
    base.documented(
        POLICY_ROOT % "detail",
        base.RULE_ADMIN_API,
        "List availability zones with hosts and services.",
        "GET /os-availability-zone/detail",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
