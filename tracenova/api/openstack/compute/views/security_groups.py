"""Security groups as Nova has always shown them, from before there was neutron.

Part of Nova's security_groups.py (SecurityGroupControllerBase)
"""

from collections.abc import Iterable, Mapping
from typing import Any

Group = Mapping[str, Any]
Body = dict[str, Any]


def several(groups: Iterable[Group], known: Iterable[Group]) -> list[Body]:
    """Return groups, ordered by project and name.

    Args:
        groups: neutron's, those to be shown.
        known: all of which the name may be needed.
    """
    known = list(known)
    shown = [one(group, known) for group in groups]
    return sorted(shown, key=lambda group: (group["tenant_id"], group["name"]))


def one(group: Group, known: Iterable[Group]) -> Body:
    """Return a group with its rules for what comes in."""
    known = list(known)
    incoming = [r for r in group["security_group_rules"] if r["direction"] == "ingress"]
    return {
        "id": group["id"],
        "name": group["name"],
        "description": group["description"],
        "tenant_id": group["tenant_id"],
        "rules": [rule(each, known) for each in incoming],
    }


def rule(shown: Mapping[str, Any], known: Iterable[Group]) -> Body:
    """Return a rule: by a group that may come in, or by a network."""
    source: Body = {}
    ip_range: Body = {}
    remote = shown["remote_group_id"]
    if remote:
        groups = {group["id"]: group for group in known}
        group = groups.get(remote, {"name": remote, "tenant_id": shown["tenant_id"]})
        source = {"name": group["name"], "tenant_id": group["tenant_id"]}
    else:
        everywhere = "::/0" if shown["ethertype"] == "IPv6" else "0.0.0.0/0"
        ip_range = {"cidr": shown["remote_ip_prefix"] or everywhere}
    first, last = _ports(shown)
    return {
        "id": shown["id"],
        "parent_group_id": shown["security_group_id"],
        "ip_protocol": shown["protocol"],
        "from_port": first,
        "to_port": last,
        "group": source,
        "ip_range": ip_range,
    }


def _ports(shown: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Return the ports; a protocol without any: all of them."""
    first, last = shown["port_range_min"], shown["port_range_max"]
    if shown["protocol"] and first is None and last is None:
        return (1, 65535) if shown["protocol"].upper() in ("TCP", "UDP") else (-1, -1)
    return first, last
