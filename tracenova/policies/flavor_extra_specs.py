"""Extra specs of flavors.

Nova: nova/policies/flavor_extra_specs.py
"""

from oslo_policy import policy

from tracenova.policies import base

POLICY_ROOT = "os_compute_api:os-flavor-extra-specs:%s"

rules = [
    base.documented(
        POLICY_ROOT % "index",
        base.RULE_ADMIN_OR_OWNER,
        "List the extra specs of a flavor.",
        "GET /flavors/{flavor_id}/os-extra_specs",
    ),
    base.documented(
        POLICY_ROOT % "show",
        base.RULE_ADMIN_OR_OWNER,
        "Show one extra spec.",
        "GET /flavors/{flavor_id}/os-extra_specs/{key}",
    ),
    base.documented(
        POLICY_ROOT % "create",
        base.RULE_ADMIN_API,
        "Add extra specs.",
        "POST /flavors/{flavor_id}/os-extra_specs",
    ),
    base.documented(
        POLICY_ROOT % "update",
        base.RULE_ADMIN_API,
        "Change one extra spec.",
        "PUT /flavors/{flavor_id}/os-extra_specs/{key}",
    ),
    base.documented(
        POLICY_ROOT % "delete",
        base.RULE_ADMIN_API,
        "Remove one extra spec.",
        "DELETE /flavors/{flavor_id}/os-extra_specs/{key}",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
