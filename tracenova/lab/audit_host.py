"""What a nova-compute knows of its host, for the audit to compare with all the others.

An audit in the same process looks at the manager; one in another process asks the service
over RPC, by an endpoint beside Nova's own: a fake guest is nowhere but in its memory, and
the host may be another machine.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import oslo_messaging as messaging

from tracenova import exception, rpc
from tracenova.compute import power_state
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.objects import base as objects_base

_NAMESPACE: Final = "audit"
_VERSION: Final = "1.0"
_PATIENCE_S: Final = 20
_HALF_MADE: Final = (".part", ".converted", "_del")
_COUNTED: Final = ("memory_mb_used", "vcpus_used", "local_gb_used", "running_vms")


@dataclass(frozen=True, slots=True)
class HostView:
    """A host as its nova-compute has it; plain data, fit for a message.

    Attributes:
        guests: uuids of all guests on the host.
        running: of the servers of the host those whose guest runs.
        whole: of the servers without a guest those whose disks are there.
        devices: ports that have a device on the host.
        strays: paths of files that belong to no server of the host.
        half_made: paths of images that nobody fetches any more.
        tracked: node → what its resource tracker counts → amount.
        reserved_mb: memory that is the host's own.
    """

    host: str
    guests: list[str]
    running: list[str]
    whole: list[str]
    devices: list[str]
    strays: list[str]
    half_made: list[str]
    tracked: dict[str, dict[str, int]]
    reserved_mb: int


def look(manager: Any, servers: Sequence[Any]) -> HostView:
    """Return the manager's host; the caller acts as the nova-compute.

    Args:
        manager: its ComputeManager.
        servers: the Instances that the database has on the host.
    """
    driver = manager.driver
    guests = set(driver.list_instance_uuids())
    here = {server.uuid for server in servers}
    folder = Path(CONF.instances_path)
    return HostView(
        host=manager.host,
        guests=sorted(guests),
        running=[s.uuid for s in servers if s.uuid in guests and _runs(driver, s)],
        whole=[
            server.uuid
            for server in servers
            if server.uuid not in guests and driver.instance_on_disk(server)
        ],
        devices=sorted(driver.taps.present()),
        strays=[str(path) for path in _strays(folder, here)],
        half_made=[str(path) for path in _half_made(folder)],
        tracked=dict(_tracked(manager)),
        reserved_mb=int(CONF.reserved_host_memory_mb),
    )


class HostEndpoint:
    """Lets a nova-compute answer an audit in another process."""

    target = messaging.Target(namespace=_NAMESPACE, version=_VERSION)

    def __init__(self, manager: Any) -> None:
        self._manager = manager

    def look(self, context: RequestContext, servers: list[Any]) -> dict[str, Any]:
        """Return the host's view as plain data."""
        return asdict(look(self._manager, servers))


def ask(context: RequestContext, host: str, servers: Sequence[Any]) -> HostView:
    """Ask the nova-compute of a host, wherever it runs.

    Raises:
        MessagingTimeout: it does not answer.
    """
    target = messaging.Target(
        topic=CONF.compute_topic, namespace=_NAMESPACE, version=_VERSION
    )
    client = rpc.get_client(target, serializer=objects_base.NovaObjectSerializer())
    prepared = client.prepare(server=host, timeout=_PATIENCE_S)
    return HostView(**prepared.call(context, "look", servers=list(servers)))


def _runs(driver: Any, server: Any) -> bool:
    try:
        return bool(driver.get_info(server).state == power_state.RUNNING)
    except exception.InstanceNotFound:
        return False  # it has just gone


def _strays(folder: Path, here: set[str]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if _is_uuid(path.name.removesuffix("_del")) and path.name not in here:
            yield path


def _half_made(folder: Path) -> Iterator[Path]:
    base = folder / CONF.image_cache_subdirectory_name
    for path in sorted(base.iterdir()) if base.is_dir() else ():
        if path.name.endswith(_HALF_MADE):
            yield path


def _tracked(manager: Any) -> Iterator[tuple[str, dict[str, int]]]:
    for node, tracker in list(manager._resource_tracker_dict.items()):
        counted = tracker.compute_node
        if counted:
            amounts = {name: getattr(counted, name, None) for name in _COUNTED}
            known = {name: n for name, n in amounts.items() if n is not None}
            yield node, known


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
