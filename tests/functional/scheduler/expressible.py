"""Which scheduling cases a cloud can be put into, and why the others cannot."""

from typing import Any, Final

from tracenova.scheduler.cases.changes import filters_of, weighers_of

Json = dict[str, Any]

_RATIO_READERS: Final = {
    "ram_allocation_ratio": {"RamFilter", "AggregateRamFilter", "NUMATopologyFilter"},
    "cpu_allocation_ratio": {"CoreFilter", "AggregateCoreFilter", "NUMATopologyFilter"},
    "disk_allocation_ratio": {"DiskFilter", "AggregateDiskFilter"},
}
_DISK_READERS: Final = {
    *("DiskFilter", "AggregateDiskFilter", "ExactDiskFilter", "DiskWeigher"),
}
_GUARDS: Final = {
    "affinity": "ServerGroupAffinityFilter",
    "anti-affinity": "ServerGroupAntiAffinityFilter",
}
_NOT_THE_USERS: Final = {
    "ignore_hosts": "no server-create request names hosts to ignore",
    "requested_destination": "no server-create request names a destination",
    "force_hosts": "a forced host with its filters is asked for by the conductor alone",
    "force_nodes": "a forced host with its filters is asked for by the conductor alone",
    "retry": "a server-create request has not been tried before",
}


def why_not(case: Json, golden: Json) -> str | None:
    """Return why the case cannot be had through the API; None: it can."""
    runs = {*filters_of(case), *weighers_of(case)}
    for host in case["hosts"]:
        if problem := _host(host, runs):
            return problem
    uuids = [each["uuid"] for host in case["hosts"] for each in host["instances"]]
    if len(uuids) > len(set(uuids)):
        return "an instance lives on one host"
    for request, answer in zip(case["requests"], golden["requests"], strict=True):
        if problem := _request(request, case):
            return problem
        if (
            answer.get("selected")
            and not answer["enough"]
            and len(case["requests"]) > 1
        ):
            return "what an unsatisfied request took is given back before the next one"
    return None


def _host(host: Json, runs: set[str]) -> str | None:
    if "compute_node" in host:
        return None
    for name, readers in _RATIO_READERS.items():
        if not host.get(name) and runs & readers:
            return f"a row whose {name} is 0 or null means the option's"
    if host["free_disk_mb"] % 1024 and runs & _DISK_READERS:
        return "a row's free disk is in whole GB"
    if host["hypervisor_type"] is None:
        return "a row names a type of hypervisor"
    if host["supported_instances"] is None:
        return "a row without supported instances has an empty list of them"
    return None


def _request(request: Json, case: Json) -> str | None:
    if request.get("image") is None:
        return "a server without an image needs a volume, which is another story"
    for name, reason in _NOT_THE_USERS.items():
        if request.get(name):
            return reason
    silent = any("pci_pools" not in host for host in case["hosts"])
    if request.get("pci_requests") and silent:
        return "a row without PCI devices has none, rather than not telling"
    if group := request.get("instance_group"):
        return _group(group, case) or _hints(request)
    return _hints(request)


def _group(group: Json, case: Json) -> str | None:
    if len(group["policies"]) != 1:
        return "a server group has exactly one policy"
    if set(group["hosts"]) != _homes(group["members"], case):
        return "a group's hosts are those of its members"
    guard = _GUARDS.get(group["policies"][0])
    if guard and guard not in filters_of(case):
        return "the conductor refuses a policy whose filter is not configured"
    return None


def _hints(request: Json) -> str | None:
    hints = request.get("scheduler_hints") or {}
    if "_nova_check_type" in hints:
        return "the hint _nova_check_type is the conductor's"
    if "$stats" in str(hints.get("query")):
        return "a row's stats are texts"
    return None


def _homes(members: list[str], case: Json) -> set[str]:
    return {
        host["host"]
        for host in case["hosts"]
        for instance in host["instances"]
        if instance["uuid"] in members
    }
