"""The volumes of servers.

Nova: nova/policies/volumes_attachments.py. Left out: exchanging a volume.
"""

from oslo_policy import policy

from tracenova.policies import base

POLICY_ROOT = "os_compute_api:os-volumes-attachments:%s"

rules = [
    base.documented(
        POLICY_ROOT % "index",
        base.RULE_ADMIN_OR_OWNER,
        "List the volumes of a server.",
        "GET /servers/{server_id}/os-volume_attachments",
    ),
    base.documented(
        POLICY_ROOT % "show",
        base.RULE_ADMIN_OR_OWNER,
        "Show a volume of a server.",
        "GET /servers/{server_id}/os-volume_attachments/{volume_id}",
    ),
    base.documented(
        POLICY_ROOT % "create",
        base.RULE_ADMIN_OR_OWNER,
        "Attach a volume to a server.",
        "POST /servers/{server_id}/os-volume_attachments",
    ),
    base.documented(
        POLICY_ROOT % "delete",
        base.RULE_ADMIN_OR_OWNER,
        "Detach a volume from a server.",
        "DELETE /servers/{server_id}/os-volume_attachments/{volume_id}",
    ),
]


def list_rules() -> list[policy.RuleDefault]:
    """Return the rules of this module."""
    return list(rules)
