"""Tags of servers. Everybody may; the server has to be the project's.

Nova: nova/policies/server_tags.py
"""

from oslo_policy import policy

from tracenova.policies import base

POLICY_ROOT = "os_compute_api:os-server-tags:%s"

rules = [
    base.documented(
        POLICY_ROOT % "index",
        base.RULE_ANY,
        "List the tags of a server.",
        "GET /servers/{server_id}/tags",
    ),
    base.documented(
        POLICY_ROOT % "show",
        base.RULE_ANY,
        "Say whether a server has a tag.",
        "GET /servers/{server_id}/tags/{tag}",
    ),
    base.documented(
        POLICY_ROOT % "update",
        base.RULE_ANY,
        "Add a tag to a server.",
        "PUT /servers/{server_id}/tags/{tag}",
    ),
    base.documented(
        POLICY_ROOT % "update_all",
        base.RULE_ANY,
        "Replace the tags of a server.",
        "PUT /servers/{server_id}/tags",
    ),
    base.documented(
        POLICY_ROOT % "delete",
        base.RULE_ANY,
        "Remove a tag from a server.",
        "DELETE /servers/{server_id}/tags/{tag}",
    ),
    base.documented(
        POLICY_ROOT % "delete_all",
        base.RULE_ANY,
        "Remove all tags from a server.",
        "DELETE /servers/{server_id}/tags",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
