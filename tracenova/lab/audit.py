"""Does everybody agree? Database, hypervisors, neutron, placement, cinder, quota, disk.

Looks without changing anything, behind every service's back. What it finds is a fault of
the cloud, not of the user: a guest nobody owns, a port of a deleted server, a claim that
was never given back.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracenova import identity, objects
from tracenova.compute import power_state, vm_states
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.db.sqlalchemy import api_quotas
from tracenova.lab.cloud import Cloud

_UNOWNED = (
    "is in BUILD, owned by no host: if no message for it is under way, Newton has lost "
    "it; its deletion ends it, or an administrator's os-resetState"
)
_HALF_MADE = (".part", ".converted", "_del")


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement.

    Attributes:
        where: ``database``, ``libvirt``, ``neutron``, ``placement``, ``cinder``,
            ``quota``, ``usage`` or ``files``.
        about: uuid, host or path.
        problem: what is wrong with it.
    """

    where: str
    about: str
    problem: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.where}: {self.about}: {self.problem}"


def audit(cloud: Cloud) -> list[Finding]:
    """Compare everything the cloud remembers; return what does not fit."""
    with cloud.as_admin() as context:
        servers = {each.uuid: each for each in _servers(context)}
        found = [
            *_wrong_servers(servers.values()),
            *_wrong_usage(cloud, context, servers.values()),
            *_wrong_quota(context, servers.values()),
        ]
    for name, service in cloud.services.items():
        if name.startswith("nova-compute@"):
            with identity.acting_as(service.identity):
                found += _wrong_on_host(cloud, service.manager, servers)
    found += _wrong_ports(cloud, servers)
    found += _wrong_allocations(cloud, servers)
    found += _wrong_volumes(cloud, servers)
    return found


def _servers(context: RequestContext) -> list[Any]:
    attributes = ["flavor", "info_cache", "fault"]
    found = objects.InstanceList.get_by_filters(
        context, {"deleted": False}, expected_attrs=attributes
    )
    return list(found)


def _wrong_servers(servers: Iterable[Any]) -> Iterator[Finding]:
    for server in servers:
        if server.vm_state == vm_states.ERROR and server.fault is None:
            yield Finding("database", server.uuid, "is in ERROR without a fault")
        if server.vm_state in (vm_states.ACTIVE, vm_states.STOPPED) and (
            server.task_state is not None
        ):
            yield Finding("database", server.uuid, f"is stuck {server.task_state}")
        if server.vm_state == vm_states.BUILDING:
            problem = "is still being built" if server.host else _UNOWNED
            yield Finding("database", server.uuid, problem)


# --- the host: guests, devices, files ---------------------------------------------


def _wrong_on_host(
    cloud: Cloud, manager: Any, servers: dict[str, Any]
) -> Iterator[Finding]:
    here = {key for key, each in servers.items() if each.host == manager.host}
    guests = set(manager.driver.list_instance_uuids())
    for stray in sorted(guests - here):
        yield Finding("libvirt", stray, f"a guest on {manager.host} without a server")
    for server in (servers[key] for key in sorted(here)):
        problem = _state_problem(server, server.uuid in guests, manager.driver)
        if problem:
            yield Finding("libvirt", server.uuid, f"{problem} on {manager.host}")
    ports = {port["id"] for port in cloud.around.neutron.store.all("ports")}
    for port in sorted(set(manager.driver.taps.present()) - ports):
        yield Finding("neutron", port, f"has a device on {manager.host}, and is gone")
    yield from _wrong_files(Path(CONF.instances_path), here)


def _state_problem(server: Any, there: bool, driver: Any) -> str:
    if server.vm_state not in (vm_states.ACTIVE, vm_states.STOPPED):
        return ""
    if not there:
        # one that is off may have no definition: its start makes it anew, of its disks
        is_whole = server.vm_state == vm_states.STOPPED and driver.instance_on_disk(
            server
        )
        return "" if is_whole else f"is {server.vm_state} and has no guest"
    runs = driver.get_info(server).state == power_state.RUNNING
    if runs != (server.vm_state == vm_states.ACTIVE):
        return f"is {server.vm_state}, its guest {'runs' if runs else 'does not run'}"
    return ""


def _wrong_files(folder: Path, here: set[str]) -> Iterator[Finding]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = path.name
        if _is_uuid(name.removesuffix("_del")) and name not in here:
            yield Finding("files", str(path), "belongs to no server of the host")
    base = folder / CONF.image_cache_subdirectory_name
    for path in sorted(base.iterdir()) if base.is_dir() else ():
        if path.name.endswith(_HALF_MADE):
            yield Finding("files", str(path), "was left half-made")


# --- usage and quota --------------------------------------------------------------


def _wrong_usage(
    cloud: Cloud, context: RequestContext, servers: Iterable[Any]
) -> Iterator[Finding]:
    """Compare each host's servers with its row, and with what its nova-compute knows."""
    servers = list(servers)
    for node in objects.ComputeNodeList.get_all(context):
        name = node.hypervisor_hostname
        flavors = [each.flavor for each in servers if each.node == name]
        expected = {
            "memory_mb_used": _reserved_mb(cloud, node.host)
            + sum(flavor.memory_mb for flavor in flavors),
            "vcpus_used": sum(flavor.vcpus for flavor in flavors),
            "local_gb_used": sum(each.root_gb + each.ephemeral_gb for each in flavors),
            "running_vms": len(flavors),
        }
        for about, counted in (
            (node.host, node),
            (f"nova-compute on {node.host}", _tracked(cloud, node)),
        ):
            for field, value in expected.items():
                found = getattr(counted, field, value)
                if found != value:
                    yield Finding("usage", about, f"{field} is {found}, not {value}")


def _tracked(cloud: Cloud, node: Any) -> Any:
    """Return the node as its nova-compute has it in memory; None: it does not run."""
    service = cloud.services.get(f"nova-compute@{node.host}")
    trackers = service.manager._resource_tracker_dict if service else {}
    tracker = trackers.get(node.hypervisor_hostname)
    return tracker.compute_node if tracker else None


def _reserved_mb(cloud: Cloud, host: str) -> int:
    with identity.acting_as(cloud.service_identity("nova-compute", host)):
        return int(CONF.reserved_host_memory_mb)


def _wrong_quota(context: RequestContext, servers: Iterable[Any]) -> Iterator[Finding]:
    servers = list(servers)
    owners = objects.InstanceList.get_by_filters(context, {"deleted": True})
    for project, user in sorted(
        {(each.project_id, each.user_id) for each in (*servers, *owners)}
    ):
        own = [each for each in servers if each.project_id == project]
        flavors = [each.flavor for each in own if each.user_id == user]
        expected = {
            "instances": len(flavors),
            "cores": sum(flavor.vcpus for flavor in flavors),
            "ram": sum(flavor.memory_mb for flavor in flavors),
        }
        usage = api_quotas.quota_usage_get_all_by_project_and_user(
            context, project, user
        )
        for name, value in expected.items():
            counted = usage.get(name, {"in_use": 0, "reserved": 0})
            if counted["in_use"] != value:
                problem = f"{name} in use is {counted['in_use']}, not {value}"
                yield Finding("quota", project, problem)
            if counted["reserved"]:
                yield Finding(
                    "quota", project, f"{counted['reserved']} {name} stay reserved"
                )


# --- the neighbours ---------------------------------------------------------------


def _wrong_ports(cloud: Cloud, servers: dict[str, Any]) -> Iterator[Finding]:
    used: dict[str, set[str]] = {}
    for port in cloud.around.neutron.store.all("ports"):
        if not port["device_owner"].startswith("compute:"):
            continue
        server = servers.get(port["device_id"])
        if server is None:
            yield Finding("neutron", port["id"], "a port of a server that is gone")
        elif server.host is None:
            yield Finding("neutron", port["id"], "a port of a server without a host")
        elif port["binding:host_id"] != server.host:
            problem = (
                f"is bound to {port['binding:host_id']}, its server on {server.host}"
            )
            yield Finding("neutron", port["id"], problem)
        used.setdefault(port["device_id"], set()).add(port["id"])
    for server in servers.values():
        known = {vif["id"] for vif in server.info_cache.network_info}
        lost = known - used.get(server.uuid, set())
        for port_id in sorted(lost) if server.vm_state == vm_states.ACTIVE else ():
            yield Finding("neutron", port_id, f"is gone, and {server.uuid} has it")


def _wrong_allocations(cloud: Cloud, servers: dict[str, Any]) -> Iterator[Finding]:
    allocations = cloud.around.placement.snapshot()
    for consumer, by_node in allocations.items():
        server = servers.get(consumer)
        nodes = sorted(by_node)
        if server is None:
            yield Finding("placement", consumer, f"holds {nodes}, and is no server")
        elif nodes != [server.node]:
            yield Finding("placement", consumer, f"holds {nodes}, not {server.node}")
        else:
            held = by_node[nodes[0]]
            flavor = server.flavor
            wanted = {"MEMORY_MB": flavor.memory_mb, "VCPU": flavor.vcpus}
            if any(held.get(name) != amount for name, amount in wanted.items()):
                yield Finding("placement", consumer, f"holds {held}, not {wanted}")
    for server in servers.values():
        if server.vm_state == vm_states.ACTIVE and server.uuid not in allocations:
            yield Finding("placement", server.uuid, "is ACTIVE and holds nothing")


def _wrong_volumes(cloud: Cloud, servers: dict[str, Any]) -> Iterator[Finding]:
    for volume in cloud.around.cinder.snapshot():
        attached = {each["server_id"] for each in volume["attachments"]}
        for server_id in sorted(attached - set(servers)):
            problem = f"is attached to {server_id}, which is gone"
            yield Finding("cinder", volume["id"], problem)
        if volume["status"] not in ("available", "in-use"):
            yield Finding("cinder", volume["id"], f"is stuck {volume['status']}")
    for path in cloud.around.cinder.stray_files():
        yield Finding("cinder", str(path), "a file of no volume")


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
