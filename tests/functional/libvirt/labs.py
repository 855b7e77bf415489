"""A lab that stays up for a test, and what tests do with it."""

import contextlib
import functools
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from tracenova import http, identity, objects
from tracenova.lab import files, spec
from tracenova.lab.audit import audit
from tracenova.lab.client import Client, Refused
from tracenova.lab.cloud import Cloud
from tracenova.lab.ids import uuid_of
from tracenova.lab.order import Order
from tracenova.lab.settings import URLS, Settings

THREE_HOSTS = """
[[hosts]]
name = "compute1"
memory_mb = 8192
vcpus = 8
disk_gb = 100

[[hosts]]
name = "compute2"
memory_mb = 4096
vcpus = 8
disk_gb = 60

[[hosts]]
name = "compute3"
memory_mb = 2560
vcpus = 4
disk_gb = 40

[quotas]
instances = 100
cores = 200
ram = 200000
"""

TINY = """
[[flavors]]
name = "tiny"
memory_mb = 256
disk_gb = 1
"""

ONE_HOST = """
[[hosts]]
name = "compute1"
memory_mb = 8192
"""

TWO_HOSTS = f"""
{ONE_HOST}
[[hosts]]
name = "compute2"
memory_mb = 4096
{TINY}
"""

ONE_HOST += TINY

T = TypeVar("T")

PATIENCE_S = 120.0  # on a busy machine; what waits looks every few milliseconds
SETTLED = ("ACTIVE", "ERROR", "SHUTOFF")


@contextlib.contextmanager
def running(
    tmp_path: Path,
    text: str = THREE_HOSTS,
    virt: str | None = "test",
    transport_url: str | None = None,
    narrate: Callable[[str], None] = print,
    **conf: Any,
) -> Iterator[Cloud]:
    """Run a lab. ``conf``: options of the lab's nova.conf."""
    lab = files.parse(text, "test", default_name=f"test-{uuid.uuid4().hex[:12]}")
    lab = spec.Lab(**{**_fields(lab), "conf": {**lab.conf, "DEFAULT": conf}})
    settings = Settings(
        state_path=tmp_path / "state",
        transport_url=transport_url or f"fakeredis://{lab.name}/",
    )
    settings.state_path.mkdir(exist_ok=True)
    with Cloud(lab, settings, virt=virt, narrate=narrate) as cloud:
        yield cloud


def _fields(lab: spec.Lab) -> dict[str, Any]:
    return {name: getattr(lab, name) for name in lab.__slots__}


def create(cloud: Cloud, client: Client, **order: Any) -> list[str]:
    """Ask for servers; return their ids."""
    return client.create_servers(Order.of(cloud.lab, **order).body(cloud.lab))


def post(cloud: Cloud, client: Client, *disks: dict[str, Any], **server: Any) -> str:
    """Ask for a tiny server with such disks and properties; return its id."""
    body = Order.of(cloud.lab, flavor="tiny").body(cloud.lab)
    body["server"].update(server)
    if disks:
        body["server"]["block_device_mapping_v2"] = list(disks)
    (server_id,) = client.create_servers(body)
    return server_id


def root_of_image() -> dict[str, Any]:
    """Return the root disk as it is without a word on disks: the host's own file."""
    return {
        "boot_index": 0,
        "uuid": uuid_of("image", "guest"),
        "source_type": "image",
        "destination_type": "local",
        "delete_on_termination": True,
    }


def root_on_volume() -> dict[str, Any]:
    """Return a root disk that cinder makes of the image, and that goes with the server."""
    return {
        "boot_index": 0,
        "uuid": uuid_of("image", "guest"),
        "source_type": "image",
        "destination_type": "volume",
        "volume_size": 1,
        "delete_on_termination": True,
    }


def existing_volume(volume_id: str) -> dict[str, Any]:
    """Return a volume that is there already, as one more disk."""
    return {
        "boot_index": -1,
        "uuid": volume_id,
        "source_type": "volume",
        "destination_type": "volume",
    }


def create_volume(cloud: Cloud, size_gb: int) -> str:
    """Have cinder make an empty volume of the demo user's; return its id."""
    user = cloud.client()
    cinder = http.ServiceClient("cinder", URLS["cinder"])
    with identity.acting_as(user._who):
        answer = cinder.request(
            "POST",
            "/v2/{project_id}/volumes",
            path={"project_id": user.project_id},
            json={"volume": {"size": size_gb, "name": "extra"}},
            token=user._token,
        )
    volume_id = str(answer.json()["volume"]["id"])
    until(lambda: volume(cloud, volume_id)["status"] == "available")
    return volume_id


def volume(cloud: Cloud, volume_id: str) -> dict[str, Any]:
    """Return the volume as cinder has it."""
    (found,) = (
        each for each in cloud.around.cinder.snapshot() if each["id"] == volume_id
    )
    return dict(found)


def action(client: Client, server_id: str, **body: Any) -> dict[str, Any]:
    """POST an action; dashes of its name are written as underscores."""
    json = {name.replace("_", "-"): value for name, value in body.items()}
    return client.call(
        "POST", "/servers/{id}/action", path={"id": server_id}, json=json
    )


def until(look: Callable[[], T], limit_s: float = PATIENCE_S) -> T:
    """Look until the answer is true, and return it; fail when time is out.

    Ever more seldom: a look costs the processor that does what is waited for.
    """
    deadline = time.monotonic() + limit_s
    pause_s = 0.04
    while not (seen := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, 0.25)
    return seen


def settled(
    client: Client, server_id: str, limit_s: float = PATIENCE_S
) -> dict[str, Any]:
    """Return the server once nothing is under way with it any more."""

    def look() -> dict[str, Any] | None:
        server = client.show_server(server_id)
        task = server["OS-EXT-STS:task_state"]
        # the fault is written after the state, as in Nova
        told = server["status"] != "ERROR" or "fault" in server
        is_settled = server["status"] in SETTLED and task is None and told
        return server if is_settled else None

    server = until(look, limit_s)
    assert server is not None
    return server


def delete(client: Client, server_ids: list[str], limit_s: float = PATIENCE_S) -> None:
    """Delete servers and wait until they are gone."""
    for server_id in server_ids:
        client.delete_server(server_id)
    for server_id in server_ids:
        until(functools.partial(is_gone, client, server_id), limit_s)


def is_gone(client: Client, server_id: str) -> bool:
    """Say whether the API no longer knows the server."""
    try:
        client.show_server(server_id)
    except Refused as error:
        return error.status == 404
    return False


def audited(cloud: Cloud) -> None:
    """Fail unless everybody agrees, once what is under way has ended."""
    deadline = time.monotonic() + 30
    while (found := audit(cloud)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not found, "\n".join(str(each) for each in found)


def nodes(cloud: Cloud) -> list[Any]:
    """Return the hosts' rows."""
    with cloud.as_admin() as context:
        return list(objects.ComputeNodeList.get_all(context))


def network_ids(cloud: Cloud, *names: str) -> list[str]:
    """Return the ids of the lab's networks of the names."""
    by_name = {
        each["name"]: each["id"] for each in cloud.around.neutron.store.all("networks")
    }
    return [str(by_name[name]) for name in names]


def used_ports(cloud: Cloud) -> list[Any]:
    """Return the ports of servers, as neutron itself has them."""
    return [
        port
        for port in cloud.around.neutron.store.all("ports")
        if port["device_owner"].startswith("compute:")
    ]


def sums(cloud: Cloud) -> dict[str, int]:
    """Return how much of everything is in use."""
    computes = [
        service.manager
        for name, service in cloud.services.items()
        if name.startswith("nova-compute@")
    ]
    nodes = [
        tracker.compute_node
        for manager in computes
        for tracker in manager._resource_tracker_dict.values()
    ]
    instances = [
        Path(cloud.settings.state_path) / "hosts" / host.name / "instances"
        for host in cloud.lab.hosts
    ]
    folders = [
        each
        for root in instances
        if root.is_dir()
        for each in root.iterdir()
        if each.name not in ("_base", "locks")
    ]
    return {
        "vcpus": sum(node.vcpus_used for node in nodes),
        "disk": sum(node.local_gb_used for node in nodes),
        "memory": sum(node.memory_mb_used - 512 for node in nodes),
        "ports": len(used_ports(cloud)),
        "allocations": len(cloud.around.placement.snapshot()),
        "folders": len(folders),
    }
