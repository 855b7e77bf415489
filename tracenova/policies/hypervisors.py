"""Hypervisors.

Nova: nova/policies/hypervisors.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-hypervisors"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_API,
        "See the hypervisors.",
        "GET /os-hypervisors",
        "GET /os-hypervisors/detail",
        "GET /os-hypervisors/{id}",
        "GET /os-hypervisors/statistics",
        "GET /os-hypervisors/{name}/search",
        "GET /os-hypervisors/{name}/servers",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
