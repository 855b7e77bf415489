"""Boots the student's cloud; the world that is not theirs must be as it was."""

from collections.abc import Iterator
from typing import Any

from tracenova.lesson.attempt import Attempt
from tracenova.lesson.findings import Finding

_SIZE = ("name", "memory_mb", "vcpus", "disk_gb", "virt", "override_size")


def check(attempt: Attempt) -> Iterator[Finding]:
    """Yield what was left alone, and what became of the two servers."""
    lab, given = attempt.toml("lab.toml"), attempt.original("lab.toml")
    yield attempt.holds("request", lab.get("request") == given["request"])
    yield attempt.holds("hosts", _sizes(lab) == _sizes(given))
    yield attempt.holds("taken", given["faults"][0] in lab.get("faults", []))
    booted = attempt.boot("lab.toml", config=["nova.conf"], timeout_s=15)
    yield attempt.holds("accepted", not booted.refusal, refusal=booted.refusal)
    if booted.refusal:
        return
    servers = booted.outcome["servers"]
    statuses = " and ".join(str(server["status"]) for server in servers)
    yield attempt.holds(
        "active", booted.succeeded, statuses=statuses, fault=booted.fault
    )
    if not booted.succeeded:
        return
    hosts = sorted(
        change.by.rpartition("@")[2]
        for change in booted.trace.state_changes()
        if change.vm_state[1] == "active" and change.vm_state[0] != "active"
    )
    yield attempt.holds("apart", len(set(hosts)) == 2, host=hosts[0])
    blue = {host["name"] for host in lab["hosts"] if host.get("az") == "blue"}
    yield attempt.holds("zone", set(hosts) <= blue, hosts=", ".join(hosts))


def _sizes(lab: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what of the hosts would have to be bought."""
    return [
        {key: host[key] for key in _SIZE if key in host}
        for host in lab.get("hosts", [])
    ]
