"""What a lab file of the right shape can still get wrong: its parts do not agree."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, Final

Problem = tuple[tuple[str | int, ...], str]

QUOTAS: Final = {
    "instances",
    "cores",
    "ram",
    "floating_ips",
    "fixed_ips",
    "metadata_items",
    "injected_files",
    "injected_file_content_bytes",
    "injected_file_path_bytes",
    "security_groups",
    "security_group_rules",
    "key_pairs",
    "server_groups",
    "server_group_members",
}
QUOTA_ALIASES: Final = {"memory_mb": "ram", "vcpus": "cores"}
_NAMED = ("hosts", "flavors", "images", "networks", "aggregates")


def contradictions(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the path of each value that contradicts another, and why."""
    hosts = {host["name"] for host in document.get("hosts", [])}
    yield from _same_names(document)
    yield from _faults(document.get("faults", []), hosts)
    for index, aggregate in enumerate(document.get("aggregates", [])):
        for missing in sorted(set(aggregate.get("hosts", [])) - hosts):
            yield ("aggregates", index, "hosts"), f"aggregates: {_no_host(missing)}"
    for index, network in enumerate(document.get("networks", [])):
        try:
            ipaddress.ip_network(network.get("cidr", "10.0.0.0/24"))
        except ValueError as error:
            yield ("networks", index, "cidr"), f"networks: {error}"
    for name in sorted(set(document.get("quotas", {})) - QUOTAS - set(QUOTA_ALIASES)):
        known = ", ".join(sorted(QUOTAS))
        yield ("quotas", name), f"quotas: no quota {name!r}; known are {known}"


def _same_names(document: Mapping[str, Any]) -> Iterator[Problem]:
    for kind in _NAMED:
        seen: set[str] = set()
        for index, item in enumerate(document.get(kind, [])):
            if item["name"] in seen:
                yield (kind, index, "name"), f"{kind}: {item['name']!r} is there twice"
            seen.add(item["name"])


def _faults(faults: list[Mapping[str, Any]], hosts: set[str]) -> Iterator[Problem]:
    needed = {
        "dead": "host",
        "resources-taken": "host",
        "message": "method",
        "killed": "service",
    }
    dead: set[str] = set()
    for index, fault in enumerate(faults):
        kind, host = fault["kind"], fault.get("host")
        if host is not None and host not in hosts:
            yield ("faults", index, "host"), f"faults: {_no_host(host)}"
        elif kind in needed and not fault.get(needed[kind]):
            yield ("faults", index, "kind"), f"faults: {kind} needs {needed[kind]}"
        elif host in dead and kind in ("dead", "resources-taken"):
            yield ("faults", index, "host"), f"faults: {host!r} is dead already"
        elif kind == "dead":
            dead.add(str(host))


def _no_host(name: str) -> str:
    return f"there is no host {name!r}"
