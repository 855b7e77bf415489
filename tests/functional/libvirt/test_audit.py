"""The audit finds what does not fit: each contradiction is planted once, and mended."""

import contextlib
import importlib.util
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.libvirt import labs
from tracenova import objects
from tracenova.lab.audit import audit
from tracenova.lab.cloud import Cloud
from tracenova.virt.libvirt import events

pytestmark = [
    pytest.mark.libvirt,
    pytest.mark.skipif(
        importlib.util.find_spec("libvirt") is None,
        reason="libvirt-python is not installed (it is built from source)",
    ),
]

Plant = Callable[[Cloud, str], contextlib.AbstractContextManager[None]]


def test_each_contradiction_is_found_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where, and in which words; clean before and after."""
    monkeypatch.setattr(
        events, "LIFECYCLE_DELAY_S", 3600.0
    )  # Nova mends nothing itself
    with labs.running(tmp_path, labs.ONE_HOST) as cloud:
        client = cloud.client()
        (server_id,) = labs.create(cloud, client, flavor="tiny")
        assert labs.settled(client, server_id)["status"] == "ACTIVE"
        for plant, where, words in PLANTS:
            labs.audited(cloud)
            with plant(cloud, server_id):
                found = audit(cloud)
            assert [each.where for each in found] == [where], (words, found)
            assert words in found[0].problem
        labs.audited(cloud)
        labs.delete(client, [server_id])
        labs.audited(cloud)


def manager(cloud: Cloud) -> Any:
    """Return the host's compute manager."""
    return cloud.services["nova-compute@compute1"].manager


@contextlib.contextmanager
def wrong_row(cloud: Cloud, _server_id: str) -> Iterator[None]:
    """The host's row says that one more megabyte is used."""
    with cloud.as_admin():
        (node,) = labs.nodes(cloud)
        node.memory_mb_used += 1
        node.save()
        yield
        node.memory_mb_used -= 1
        node.save()


@contextlib.contextmanager
def wrong_tracker(cloud: Cloud, _server_id: str) -> Iterator[None]:
    """nova-compute believes that one more processor is used."""
    (tracker,) = manager(cloud)._resource_tracker_dict.values()
    tracker.compute_node.vcpus_used += 1
    yield
    tracker.compute_node.vcpus_used -= 1


@contextlib.contextmanager
def wrong_state(cloud: Cloud, server_id: str) -> Iterator[None]:
    """The server is in ERROR, and nobody says why."""
    with cloud.as_admin() as context:
        instance = objects.Instance.get_by_uuid(context, server_id)
        instance.vm_state = "error"
        instance.save()
        yield
        instance.vm_state = "active"
        instance.save()


@contextlib.contextmanager
def guest_off(cloud: Cloud, server_id: str) -> Iterator[None]:
    """The guest does not run, and Nova has not heard of it yet."""
    (guest,) = manager(cloud).driver._host.list_guests()
    assert guest.uuid == server_id
    guest.poweroff()
    yield
    guest.launch()


@contextlib.contextmanager
def stray_guest(cloud: Cloud, server_id: str) -> Iterator[None]:
    """A second guest, of no server."""
    host = manager(cloud).driver._host
    (guest,) = host.list_guests()
    xml = guest.get_xml_desc().replace(server_id, str(uuid.uuid4()))
    xml = xml.replace(f"<name>{guest.name}</name>", "<name>stray</name>")
    domain = host.get_connection().defineXML(xml)
    yield
    domain.undefine()


@contextlib.contextmanager
def port_gone(cloud: Cloud, _server_id: str) -> Iterator[None]:
    """The server's port belongs to nobody any more."""
    (port,) = labs.used_ports(cloud)
    before = port["device_owner"]
    port["device_owner"] = ""
    yield
    port["device_owner"] = before


@contextlib.contextmanager
def port_elsewhere(cloud: Cloud, _server_id: str) -> Iterator[None]:
    """The server's port is bound to another host."""
    (port,) = labs.used_ports(cloud)
    port["binding:host_id"] = "compute2"
    yield
    port["binding:host_id"] = "compute1"


@contextlib.contextmanager
def nothing_allocated(cloud: Cloud, server_id: str) -> Iterator[None]:
    """Placement has forgotten the server."""
    placement = cloud.around.placement
    held = placement.snapshot()
    without = {key: value for key, value in held.items() if key != server_id}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placement, "snapshot", lambda: without)
        yield


@contextlib.contextmanager
def stray_folder(cloud: Cloud, _server_id: str) -> Iterator[None]:
    """Files of a server that is gone."""
    folder = instances(cloud) / str(uuid.uuid4())
    folder.mkdir()
    yield
    folder.rmdir()


@contextlib.contextmanager
def half_made(cloud: Cloud, _server_id: str) -> Iterator[None]:
    """An image that nobody fetches any more."""
    part = instances(cloud) / "_base" / "0123.part"
    part.touch()
    yield
    part.unlink()


@contextlib.contextmanager
def stray_volume(cloud: Cloud, _server_id: str) -> Iterator[None]:
    """A file of no volume."""
    path = cloud.around.cinder.backend.path_of("none")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    yield
    path.unlink()


def instances(cloud: Cloud) -> Path:
    """Return where the host keeps its guests' files."""
    return cloud.settings.state_path / "hosts" / "compute1" / "instances"


PLANTS: tuple[tuple[Plant, str, str], ...] = (
    (wrong_row, "usage", "memory_mb_used is"),
    (wrong_tracker, "usage", "vcpus_used is"),
    (wrong_state, "database", "is in ERROR without a fault"),
    (stray_guest, "libvirt", "without a server"),
    (guest_off, "libvirt", "its guest does not run"),
    (port_gone, "neutron", "is gone, and"),
    (port_elsewhere, "neutron", "is bound to compute2"),
    (nothing_allocated, "placement", "is ACTIVE and holds nothing"),
    (stray_folder, "files", "belongs to no server"),
    (half_made, "files", "was left half-made"),
    (stray_volume, "cinder", "a file of no volume"),
)
