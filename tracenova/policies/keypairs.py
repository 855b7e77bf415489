"""Key pairs.

Nova: nova/policies/keypairs.py
"""

from oslo_policy import policy

from tracenova.policies import base

BASE_POLICY_NAME = "os_compute_api:os-keypairs"
POLICY_ROOT = "os_compute_api:os-keypairs:%s"

rules = [
    base.documented(
        POLICY_ROOT % "index",
        "rule:admin_api or user_id:%(user_id)s",
        "List the key pairs of a user.",
        "GET /os-keypairs",
    ),
    base.documented(
        POLICY_ROOT % "create",
        "rule:admin_api or user_id:%(user_id)s",
        "Create or import a key pair.",
        "POST /os-keypairs",
    ),
    base.documented(
        POLICY_ROOT % "delete",
        "rule:admin_api or user_id:%(user_id)s",
        "Delete a key pair.",
        "DELETE /os-keypairs/{name}",
    ),
    base.documented(
        POLICY_ROOT % "show",
        "rule:admin_api or user_id:%(user_id)s",
        "Show a key pair.",
        "GET /os-keypairs/{name}",
    ),
    base.documented(
        BASE_POLICY_NAME,
        base.RULE_ADMIN_OR_OWNER,
        "Show key_name with servers.",
        "GET /servers/{id}",
        "GET /servers/detail",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
