"""Does everybody agree? Database, hypervisors, neutron, placement, cinder, quota, disk.

Looks without changing anything, behind every service's back. What it finds is a fault of
the cloud, not of the user: a guest nobody owns, a port of a deleted server, a claim that
was never given back.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from tracenova import identity, objects
from tracenova.compute import vm_states
from tracenova.context import RequestContext
from tracenova.db.sqlalchemy import api_quotas
from tracenova.lab import audit_host
from tracenova.lab.audit_host import HostView
from tracenova.lab.cloud import Cloud
from tracenova.lab.neighbourhood import Neighbourhood

_UNOWNED = (
    "is in BUILD, owned by no host: if no message for it is under way, Newton has lost "
    "it; its deletion ends it, or an administrator's os-resetState"
)


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


class Remembering(Protocol):
    """What is asked beside the hosts: the databases and the neighbours.

    Attributes:
        around: the neighbours, with what they know.
    """

    around: Neighbourhood

    def as_admin(self) -> AbstractContextManager[RequestContext]:
        """Act with direct access to the databases."""


def audit(cloud: Cloud) -> list[Finding]:
    """Compare everything the cloud remembers; return what does not fit.

    Its services run in this process; of others see ``audit_apart``.
    """
    servers = servers_of(cloud)
    return compare(cloud, servers, list(_views(cloud, servers)))


def servers_of(cloud: Remembering) -> list[Any]:
    """Return the Instances that are not deleted."""
    attributes = ["flavor", "info_cache", "fault"]
    with cloud.as_admin() as context:
        found = objects.InstanceList.get_by_filters(
            context, {"deleted": False}, expected_attrs=attributes
        )
    return list(found)


def on_host(servers: Iterable[Any], host: str) -> list[Any]:
    """Return the servers of a host."""
    return [server for server in servers if server.host == host]


def compare(
    cloud: Remembering, servers: Collection[Any], views: Collection[HostView]
) -> list[Finding]:
    """Compare servers, hosts, databases and neighbours; return what does not fit.

    Args:
        cloud: its databases and neighbours.
        servers: all Instances that are not deleted.
        views: of the hosts whose nova-compute runs.
    """
    with cloud.as_admin() as context:
        found = [
            *_wrong_servers(servers),
            *_wrong_usage(context, servers, {view.host: view for view in views}),
            *_wrong_quota(context, servers),
        ]
    ports = {port["id"] for port in cloud.around.neutron.store.all("ports")}
    for view in views:
        found += _wrong_on_host(view, on_host(servers, view.host), ports)
    by_id = {server.uuid: server for server in servers}
    found += _wrong_ports(cloud, by_id)
    found += _wrong_allocations(cloud, by_id)
    found += _wrong_volumes(cloud, by_id)
    return found


def _views(cloud: Cloud, servers: Collection[Any]) -> Iterator[HostView]:
    for name, service in list(cloud.services.items()):
        if name.startswith("nova-compute@"):
            with identity.acting_as(service.identity):
                here = on_host(servers, service.manager.host)
                yield audit_host.look(service.manager, here)


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
    view: HostView, servers: Collection[Any], ports: set[str]
) -> Iterator[Finding]:
    here = {server.uuid for server in servers}
    for stray in sorted(set(view.guests) - here):
        yield Finding("libvirt", stray, f"a guest on {view.host} without a server")
    for server in sorted(servers, key=lambda each: str(each.uuid)):
        problem = _state_problem(server, view)
        if problem:
            yield Finding("libvirt", server.uuid, f"{problem} on {view.host}")
    for port in sorted(set(view.devices) - ports):
        yield Finding("neutron", port, f"has a device on {view.host}, and is gone")
    for path in view.strays:
        yield Finding("files", path, "belongs to no server of the host")
    for path in view.half_made:
        yield Finding("files", path, "was left half-made")


def _state_problem(server: Any, view: HostView) -> str:
    if server.vm_state not in (vm_states.ACTIVE, vm_states.STOPPED):
        return ""
    if server.uuid not in view.guests:
        # one that is off may have no definition: its start makes it anew, of its disks
        is_whole = server.vm_state == vm_states.STOPPED and server.uuid in view.whole
        return "" if is_whole else f"is {server.vm_state} and has no guest"
    runs = server.uuid in view.running
    if runs != (server.vm_state == vm_states.ACTIVE):
        return f"is {server.vm_state}, its guest {'runs' if runs else 'does not run'}"
    return ""


# --- usage and quota --------------------------------------------------------------


def _wrong_usage(
    context: RequestContext, servers: Iterable[Any], views: Mapping[str, HostView]
) -> Iterator[Finding]:
    """Compare each host's servers with its row, and with what its nova-compute knows."""
    for node in objects.ComputeNodeList.get_all(context):
        name, view = node.hypervisor_hostname, views.get(node.host)
        flavors = [each.flavor for each in servers if each.node == name]
        expected = {
            "vcpus_used": sum(flavor.vcpus for flavor in flavors),
            "local_gb_used": sum(each.root_gb + each.ephemeral_gb for each in flavors),
            "running_vms": len(flavors),
        }
        tracked: Mapping[str, int] = {}
        if view is not None:
            asked_for_mb = sum(flavor.memory_mb for flavor in flavors)
            expected["memory_mb_used"] = view.reserved_mb + asked_for_mb
            tracked = view.tracked.get(name, {})
        row = {field: getattr(node, field, value) for field, value in expected.items()}
        for about, counted in (
            (node.host, row),
            (f"nova-compute on {node.host}", tracked),
        ):
            for field, value in expected.items():
                found = counted.get(field, value)
                if found != value:
                    yield Finding("usage", about, f"{field} is {found}, not {value}")


def _wrong_quota(
    context: RequestContext, servers: Collection[Any]
) -> Iterator[Finding]:
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


def _wrong_ports(cloud: Remembering, servers: dict[str, Any]) -> Iterator[Finding]:
    used: dict[str, set[str]] = {}
    for port in cloud.around.neutron.store.all("ports"):
        if not port["device_owner"].startswith("compute:"):
            continue
        server = servers.get(port["device_id"])
        if server is None:
            problem = f"a port of a server that is gone, {port['device_id']}"
            yield Finding("neutron", port["id"], problem)
        elif server.host is None:
            problem = f"a port of a server without a host, {server.uuid}"
            yield Finding("neutron", port["id"], problem)
        elif port["binding:host_id"] != server.host:
            problem = (
                f"is bound to {port['binding:host_id']}, its server on {server.host}"
            )
            yield Finding("neutron", port["id"], problem)
        used.setdefault(port["device_id"], set()).add(port["id"])
    for server in servers.values():
        cache = server.info_cache  # gone while the server is being deleted
        known = {vif["id"] for vif in (cache.network_info if cache else None) or ()}
        lost = known - used.get(server.uuid, set())
        for port_id in sorted(lost) if server.vm_state == vm_states.ACTIVE else ():
            yield Finding("neutron", port_id, f"is gone, and {server.uuid} has it")


def _wrong_allocations(
    cloud: Remembering, servers: dict[str, Any]
) -> Iterator[Finding]:
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


def _wrong_volumes(cloud: Remembering, servers: dict[str, Any]) -> Iterator[Finding]:
    for volume in cloud.around.cinder.snapshot():
        attached = {each["server_id"] for each in volume["attachments"]}
        for server_id in sorted(attached - set(servers)):
            problem = f"is attached to {server_id}, which is gone"
            yield Finding("cinder", volume["id"], problem)
        if volume["status"] not in ("available", "in-use"):
            yield Finding("cinder", volume["id"], f"is stuck {volume['status']}")
    for path in cloud.around.cinder.stray_files():
        yield Finding("cinder", str(path), "a file of no volume")
