"""Servers: list, show, create, change, delete, power.

Nova: nova/policies/servers.py. Left out: rules of actions that are not here.
"""

from oslo_policy import policy

from tracenova.policies import base

SERVERS = "os_compute_api:servers:%s"

rules = [
    base.documented(
        SERVERS % "index",
        base.RULE_ADMIN_OR_OWNER,
        "List the servers of a project.",
        "GET /servers",
    ),
    base.documented(
        SERVERS % "detail",
        base.RULE_ADMIN_OR_OWNER,
        "List the servers of a project with details.",
        "GET /servers/detail",
    ),
    base.documented(
        SERVERS % "index:get_all_tenants",
        base.RULE_ADMIN_API,
        "List the servers of all projects.",
        "GET /servers",
    ),
    base.documented(
        SERVERS % "detail:get_all_tenants",
        base.RULE_ADMIN_API,
        "List the servers of all projects with details.",
        "GET /servers/detail",
    ),
    base.documented(
        SERVERS % "show",
        base.RULE_ADMIN_OR_OWNER,
        "Show a server.",
        "GET /servers/{server_id}",
    ),
    base.documented(
        SERVERS % "show:host_status",
        base.RULE_ADMIN_API,
        "Show the state of the host under a server.",
        "GET /servers/{server_id}",
        "GET /servers/detail",
    ),
    base.documented(
        SERVERS % "create",
        base.RULE_ADMIN_OR_OWNER,
        "Create a server.",
        "POST /servers",
    ),
    base.documented(
        SERVERS % "create:forced_host",
        base.RULE_ADMIN_API,
        "Create a server on a host or node of one's choice.",
        "POST /servers",
    ),
    base.documented(
        SERVERS % "create:attach_volume",
        base.RULE_ADMIN_OR_OWNER,
        "Create a server with volumes.",
        "POST /servers",
    ),
    base.documented(
        SERVERS % "create:attach_network",
        base.RULE_ADMIN_OR_OWNER,
        "Create a server on networks of one's choice.",
        "POST /servers",
    ),
    base.documented(
        SERVERS % "delete",
        base.RULE_ADMIN_OR_OWNER,
        "Delete a server.",
        "DELETE /servers/{server_id}",
    ),
    base.documented(
        SERVERS % "update",
        base.RULE_ADMIN_OR_OWNER,
        "Change the name, description or access addresses of a server.",
        "PUT /servers/{server_id}",
    ),
    base.documented(
        SERVERS % "start",
        base.RULE_ADMIN_OR_OWNER,
        "Switch a server on.",
        "POST /servers/{server_id}/action",
    ),
    base.documented(
        SERVERS % "stop",
        base.RULE_ADMIN_OR_OWNER,
        "Switch a server off.",
        "POST /servers/{server_id}/action",
    ),
    base.documented(
        SERVERS % "reboot",
        base.RULE_ADMIN_OR_OWNER,
        "Restart a server.",
        "POST /servers/{server_id}/action",
    ),
    base.documented(
        SERVERS % "rebuild",
        base.RULE_ADMIN_OR_OWNER,
        "Make a server anew from an image.",
        "POST /servers/{server_id}/action (rebuild)",
    ),
    base.documented(
        SERVERS % "create_image",
        base.RULE_ADMIN_OR_OWNER,
        "Make an image of a server.",
        "POST /servers/{server_id}/action (createImage)",
    ),
    base.documented(
        SERVERS % "create_image:allow_volume_backed",
        base.RULE_ADMIN_OR_OWNER,
        "Make an image of a server whose root disk is a volume.",
        "POST /servers/{server_id}/action (createImage)",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
