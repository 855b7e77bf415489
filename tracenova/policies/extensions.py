"""The list of extensions.

Nova: nova/policies/extensions.py. Left out: a rule ``discoverable`` for each extension.
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:extensions"

rules = [
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_OR_OWNER,
        "List and show what this API can do.",
        "GET /extensions",
        "GET /extensions/{alias}",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
