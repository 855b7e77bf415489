"""Requests that go to libvirt, the calls they make there, and what may become of them."""

import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.functional.libvirt import labs
from tracenova import identity
from tracenova.context import get_admin_context
from tracenova.lab.audit import audit
from tracenova.lab.client import Client, Refused
from tracenova.lab.cloud import Cloud
from tracenova.lab.libvirtd import PrivateLibvirtd

BODIES: Final[Mapping[str, dict[str, Any]]] = {
    "stop": {"os_stop": None},
    "start": {"os_start": None},
    "reboot": {"reboot": {"type": "HARD"}},
}

# Each call of a request that goes to libvirt, in the order in which it is first made.
# (Names and ids are known without asking.) The same on QEMU and on libvirt's test driver,
# but that this one starts a guest and suspends it in two calls.
CALLS: Final[Mapping[str, Sequence[str]]] = {
    "boot": (
        *("getLibVersion", "defineXML", "lookupByUUIDString", "XMLDesc"),
        *("createWithFlags", "resume", "info"),
    ),
    "stop": (
        *("getLibVersion", "lookupByUUIDString", "XMLDesc", "info"),
        *("isActive", "shutdown", "destroy"),
    ),
    "start": (
        *("getLibVersion", "lookupByUUIDString", "XMLDesc", "isActive"),
        *("defineXML", "createWithFlags", "info"),
    ),
    "reboot": (
        *("getLibVersion", "lookupByUUIDString", "XMLDesc", "info"),
        *("isActive", "destroy", "defineXML", "createWithFlags"),
    ),
    "delete": (
        *("getLibVersion", "lookupByUUIDString", "XMLDesc"),
        *("isActive", "destroy", "undefine"),
    ),
}

# Nobody waits for a guest that is too busy booting to hear its power button; and a host
# whose nova-compute is killed every few seconds is no dead host.
IMPATIENT: Final[Mapping[str, Any]] = {"shutdown_timeout": 1, "service_down_time": 600}


@dataclass(frozen=True, slots=True)
class Asking:
    """One request about a server.

    Attributes:
        request: ``boot``, ``stop``, ``start``, ``reboot``, ``delete``.
        client: who asks.
        limit_s: how long anything may take.
    """

    cloud: Cloud
    client: Client
    request: str
    limit_s: float = labs.PATIENCE_S

    def prepared(self) -> str:
        """Return the id of a server in the state in which it can be asked for; "": none."""
        if self.request == "boot":
            return ""
        (server_id,) = labs.create(self.cloud, self.client, flavor="tiny")
        status = labs.settled(self.client, server_id, self.limit_s)["status"]
        assert status == "ACTIVE"
        if self.request == "start":
            labs.action(self.client, server_id, **BODIES["stop"])
            status = labs.settled(self.client, server_id, self.limit_s)["status"]
            assert status == "SHUTOFF"
        return server_id

    def ask(self, server_id: str) -> str:
        """Send the request; return the server's id."""
        if self.request == "boot":
            (server_id,) = labs.create(self.cloud, self.client, flavor="tiny")
        elif self.request == "delete":
            self.client.delete_server(server_id)
        else:
            labs.action(self.client, server_id, **BODIES[self.request])
        return server_id

    def fate(self, server_id: str) -> dict[str, Any] | None:
        """Return the server when nothing is under way with it any more; None: it is gone."""
        if self.request != "delete":
            return labs.settled(self.client, server_id, self.limit_s)

        def look() -> tuple[dict[str, Any] | None] | None:
            try:
                server = self.client.show_server(server_id)
            except Refused:
                return (None,)
            failed = server["status"] == "ERROR" and "fault" in server
            return (server,) if failed else None

        (fate,) = labs.until(look, self.limit_s) or (None,)
        return fate


def status_of(server: dict[str, Any] | None) -> str:
    """Return ACTIVE, SHUTOFF, ERROR (it must have a fault) or GONE."""
    if server is None:
        return "GONE"
    if server["status"] == "ERROR":
        assert server["fault"]["message"]
    assert server["status"] in labs.SETTLED
    return str(server["status"])


def kill(private: PrivateLibvirtd) -> None:
    """Kill libvirtd, as a crash would, and wait until it is dead."""
    pid = private.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    labs.until(lambda: private.status().pid is None)


def restart(cloud: Cloud) -> None:
    """Start every nova-compute of the lab again, and remove what nobody can own.

    It looks at once whether the guests run, which by itself it does every ten minutes.
    """
    for host in cloud.lab.hosts:
        service = cloud.restart_compute(host.name)
        with identity.acting_as(service.identity):
            service.manager._sync_power_states(get_admin_context())
    labs.until(lambda: not unexpected(cloud))
    for host in cloud.lab.hosts:
        cloud.tidy_host(host.name)


def unexpected(cloud: Cloud) -> list[Any]:
    """Return what the audit finds beside guests and files without a server."""
    strays = ("without a server", "belongs to no server", "was left half-made")
    return [
        each
        for each in audit(cloud)
        if not any(words in each.problem for words in strays)
    ]


def end_well(cloud: Cloud, server_id: str, private: PrivateLibvirtd) -> None:
    """Delete the server, if it is there; nothing is left of it anywhere."""
    with contextlib.suppress(Refused):
        labs.delete(cloud.client(), [server_id], labs.PATIENCE_S)
    labs.audited(cloud)
    assert not any(labs.sums(cloud).values())
    assert private.status().guests == ()
