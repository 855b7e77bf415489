"""Metadata of servers.

Nova: nova/policies/server_metadata.py.
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
    base.documented(
        POLICY_ROOT % "create",
        base.RULE_ADMIN_OR_OWNER,
        "Add items to the metadata, or change them.",
        "POST /servers/{server_id}/metadata",
    ),
    base.documented(
        POLICY_ROOT % "update",
        base.RULE_ADMIN_OR_OWNER,
        "Add or change one item of the metadata.",
        "PUT /servers/{server_id}/metadata/{key}",
    ),
    base.documented(
        POLICY_ROOT % "update_all",
        base.RULE_ADMIN_OR_OWNER,
        "Replace the metadata.",
        "PUT /servers/{server_id}/metadata",
    ),
    base.documented(
        POLICY_ROOT % "delete",
        base.RULE_ADMIN_OR_OWNER,
        "Remove one item of the metadata.",
        "DELETE /servers/{server_id}/metadata/{key}",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
