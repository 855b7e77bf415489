"""Deleting a server at each stage of its life."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.api_world import World, new_world
from tracenova import exception, objects


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A nova-api of today that has announced its version."""
    with new_world(tmp_path, monkeypatch) as made:
        make_service(made, "nova-osapi_compute", "api1", "osapi_compute")
        yield made


def make_service(world: World, binary: str, host: str, topic: str) -> Any:
    """A service that has started."""
    service = objects.Service(
        world.context.elevated(), binary=binary, host=host, topic=topic, report_count=0
    )
    service.create()
    return service


class FakeServiceGroup:
    """Says of every service what it is told."""

    def __init__(self, up: bool) -> None:
        self.up = up

    def service_is_up(self, service: Any) -> bool:
        """Say whether the service is heard from."""
        return self.up


def on_host(world: World, instance: Any, up: bool = True) -> Any:
    """Put the server on a host that is up or down, as a finished build does."""
    make_service(world, "nova-compute", "compute1", "compute")
    world.api.servicegroup_api = FakeServiceGroup(up)  # type: ignore[assignment]
    stored: Any = objects.Instance.get_by_uuid(world.context, instance.uuid)
    stored.host = stored.node = "compute1"
    stored.vm_state, stored.task_state = "active", None
    stored.save()
    build_request = objects.BuildRequest.get_by_instance_uuid(
        world.context, instance.uuid
    )
    build_request.destroy()
    world.rpc.messages.clear()
    return stored


def is_gone(world: World, uuid: str) -> bool:
    """Say whether the user sees the server no more."""
    try:
        objects.Instance.get_by_uuid(world.context, uuid)
    except exception.InstanceNotFound:
        return True
    return False


def test_before_a_host_is_chosen_the_build_request_is_what_dies(world: World) -> None:
    """Rule: build request gone, row deleted, quota given back, no message to anybody."""
    (instance,) = world.create()
    world.rpc.messages.clear()
    world.api.delete(world.context, world.api.get(world.context, instance.uuid))
    with pytest.raises(exception.BuildRequestNotFound):
        objects.BuildRequest.get_by_instance_uuid(world.context, instance.uuid)
    assert is_gone(world, instance.uuid)
    assert set(world.used().values()) == {(0, 0)}
    assert world.rpc.messages == []


def test_on_a_host_the_compute_is_told_and_keeps_the_reservations(world: World) -> None:
    """Rule: task_state deleting, negative reservations, cast terminate_instance."""
    (instance,) = world.create()
    stored = on_host(world, instance)
    world.api.delete(world.context, stored)
    (message,) = world.rpc.messages
    assert (message.kind, message.method, message.server) == (
        "cast",
        "terminate_instance",
        "compute1",
    )
    assert len(message.kwargs["reservations"]) == 3
    assert stored.task_state == "deleting"
    assert not is_gone(world, instance.uuid)
    actions = objects.InstanceActionList.get_by_instance_uuid(
        world.context, instance.uuid
    )
    assert [action.action for action in actions] == ["delete", "create"]


def test_a_second_delete_does_nothing(world: World) -> None:
    """Rule: task_state deleting already: reservations rolled back, no second message."""
    (instance,) = world.create()
    stored = on_host(world, instance)
    world.api.delete(world.context, stored)
    world.api.delete(world.context, stored)
    assert len(world.rpc.messages) == 1


def test_on_a_host_that_is_down_the_api_cleans_up(world: World) -> None:
    """Rule: networks freed, row deleted, quota given back, notifications, no message."""
    (instance,) = world.create()
    stored = on_host(world, instance, up=False)
    world.api.delete(world.context, stored)
    assert world.neutron.deallocated == [instance.uuid]
    assert is_gone(world, instance.uuid)
    assert set(world.used().values()) == {(0, 0)}
    assert [event for _, event, _ in world.notifier.sent] == [
        "compute.instance.delete.start",
        "compute.instance.delete.end",
    ]
    assert world.rpc.messages == []


def test_a_protected_server_is_not_deleted(world: World) -> None:
    """Rule: disable_terminate makes a delete do nothing, without an error."""
    (instance,) = world.create()
    stored = on_host(world, instance)
    stored.disable_terminate = True
    world.api.delete(world.context, stored)
    assert world.rpc.messages == []


def test_a_server_without_cell_is_read_from_its_build_request(world: World) -> None:
    """Rule: mapping without cell: BuildRequest.instance; after that, the row."""
    (instance,) = world.create()
    found = world.api.get(world.context, instance.uuid)
    assert (found.uuid, found.vm_state) == (instance.uuid, "building")
    on_host(world, instance)
    assert world.api.get(world.context, instance.uuid).host == "compute1"
    assert [one.uuid for one in world.api.get_all(world.context)] == [instance.uuid]


def test_an_id_that_is_no_uuid_is_not_found(world: World) -> None:
    """Rule: 404 without a look at the database."""
    with pytest.raises(exception.InstanceNotFound):
        world.api.get(world.context, "1")


def test_events_go_to_the_host_of_their_server_once_a_host(world: World) -> None:
    """Rule: events are collected by host, one cast each."""
    first, second = world.create(min_count=2)
    stored = [on_host(world, first)]
    other: Any = objects.Instance.get_by_uuid(world.context, second.uuid)
    other.host = "compute2"
    events = [
        objects.InstanceExternalEvent(instance_uuid=uuid, name="network-vif-plugged")
        for uuid in (first.uuid, second.uuid, first.uuid)
    ]
    world.api.external_instance_event(world.context, [*stored, other], events)
    sent = {message.server: message.kwargs["events"] for message in world.rpc.messages}
    assert {host: len(there) for host, there in sent.items()} == {
        "compute1": 2,
        "compute2": 1,
    }
