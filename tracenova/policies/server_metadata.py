"""Metadata of servers.

Nova: nova/policies/server_metadata.py. Left out: changes.
"""

from oslo_policy import policy

from tracenova.policies import base

POLICY_ROOT = "os_compute_api:server-metadata:%s"

rules = [
    base.documented(
        POLICY_ROOT % "index",
        base.RULE_ADMIN_OR_OWNER,
        "List the metadata of a server.",
        "GET /servers/{server_id}/metadata",
    ),
    base.documented(
        POLICY_ROOT % "show",
        base.RULE_ADMIN_OR_OWNER,
        "Show one item of the metadata.",
        "GET /servers/{server_id}/metadata/{key}",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
