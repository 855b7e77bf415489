"""Services of the cloud.

Nova: nova/policies/services.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-services"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_API,
        "List, enable, disable and force down services.",
        "GET /os-services",
        "PUT /os-services/{action}",
        "DELETE /os-services/{id}",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
