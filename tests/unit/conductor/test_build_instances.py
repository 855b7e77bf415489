"""Every way that conducting a build can go."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.unit.api_world import World, networks, new_world
from tracenova import exception, image, network, objects
from tracenova.conductor.compute_task_manager import ComputeTaskManager

HOST = {"host": "compute1", "nodename": "compute1", "limits": {"memory_mb": 768.0}}
CELL = "66666666-6666-4666-8666-666666666666"


@dataclass
class FakeScheduler:
    """Answers with hosts, or with an error."""

    answer: list[dict[str, Any]] | Exception
    asked: Any = None

    def select_destinations(self, ctxt: Any, spec_obj: Any) -> list[dict[str, Any]]:
        """Return the hosts, or raise."""
        self.asked = spec_obj
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass
class Boot:
    """A create that has come as far as the conductor."""

    world: World
    conductor: ComputeTaskManager
    scheduler: FakeScheduler
    instances: list[Any]
    message: dict[str, Any]

    def build(self, **changes: Any) -> None:
        """Let the conductor take the message."""
        self.world.rpc.messages.clear()
        self.conductor.build_instances(
            self.world.context, **{**self.message, **changes}
        )

    def sent(self) -> list[Any]:
        """Return what went to computes."""
        return self.world.rpc.messages

    def stored(self, index: int = 0) -> Any:
        """Return the server's row."""
        return objects.Instance.get_by_uuid(
            self.world.context, self.instances[index].uuid
        )

    def mapping(self) -> Any:
        """Return the first server's mapping."""
        return objects.InstanceMapping.get_by_instance_uuid(
            self.world.context, self.instances[0].uuid
        )

    def build_request(self, index: int = 0) -> Any:
        """Return a server's build request."""
        return objects.BuildRequest.get_by_instance_uuid(
            self.world.context, self.instances[index].uuid
        )


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Databases in which compute1 belongs to a cell and nova-api is of today."""
    with new_world(tmp_path, monkeypatch) as made:
        monkeypatch.setattr(network, "API", lambda: made.neutron)
        monkeypatch.setattr(image, "API", lambda: made.glance)
        admin = made.context.elevated()
        objects.Service(
            admin, binary="nova-osapi_compute", host="api1", topic="x", report_count=0
        ).create()
        cell = objects.CellMapping(
            admin,
            uuid=CELL,
            name="cell1",
            transport_url="fake:",
            database_connection="x",
        )
        cell.create()
        objects.HostMapping(admin, host="compute1", cell_mapping=cell).create()
        yield made


def make_boot(world: World, answer: Any, count: int = 1, **wishes: Any) -> Boot:
    """Create servers; return what the conductor gets."""
    instances = world.create(min_count=count, **wishes)
    message = world.rpc.messages[-1].kwargs
    conductor = ComputeTaskManager()
    scheduler = FakeScheduler(answer)
    conductor.scheduler_client = scheduler  # type: ignore[assignment]
    conductor.compute_rpcapi.router.clients[CELL] = (
        conductor.compute_rpcapi.router.clients["default"]
    )
    return Boot(world, conductor, scheduler, instances, message)


def test_a_chosen_host_gets_the_server(world: World) -> None:
    """Rule: mapping gets its cell, build request dies, cast build_and_run_instance 4.0."""
    boot = make_boot(world, [HOST])
    boot.build()
    (message,) = boot.sent()
    assert (message.kind, message.method, message.version, message.server) == (
        "cast",
        "build_and_run_instance",
        "4.0",
        "compute1",
    )
    properties = message.kwargs["filter_properties"]
    assert properties["retry"] == {
        "num_attempts": 1,
        "hosts": [["compute1", "compute1"]],
    }
    assert properties["limits"] == {"memory_mb": 768.0}
    assert message.kwargs["request_spec"]["num_instances"] == 1
    assert [bdm.boot_index for bdm in message.kwargs["block_device_mapping"]] == [0]
    assert boot.mapping().cell_mapping.uuid == CELL
    with pytest.raises(exception.BuildRequestNotFound):
        boot.build_request()


def test_the_scheduler_is_asked_with_a_request_spec(world: World) -> None:
    """Rule: one RequestSpec for all servers of the request, made of the old dictionaries."""
    boot = make_boot(world, [HOST, HOST], count=2)
    boot.build()
    spec = boot.scheduler.asked
    assert (spec.num_instances, spec.instance_uuid) == (2, boot.instances[0].uuid)
    assert (spec.flavor.memory_mb, spec.retry.num_attempts) == (512, 1)


NO_HOST = exception.NoValidHost(reason="There are not enough hosts available.")


@pytest.mark.parametrize("count", [1, 3])
def test_without_a_host_every_server_ends_in_error(world: World, count: int) -> None:
    """Rule: ERROR, fault, notification, build request gone, networks freed; no raise."""
    boot = make_boot(world, NO_HOST, count=count)
    boot.build()
    assert boot.sent() == []
    for index, instance in enumerate(boot.instances):
        stored = boot.stored(index)
        assert (stored.vm_state, stored.task_state) == ("error", None)
        assert stored.fault.message == (
            "No valid host was found. There are not enough hosts available."
        )
        assert (stored.fault.code, stored.fault.host) == (500, world.conf.host)
        assert "in select_destinations" in stored.fault.details
        assert stored.system_metadata["network_allocated"] == "False"
        assert world.neutron.deallocated[index] == instance.uuid
        with pytest.raises(exception.BuildRequestNotFound):
            boot.build_request(index)
    assert boot.mapping().cell_mapping is None
    events = [event for level, event, _ in world.notifier.sent if level == "error"]
    assert events == ["compute_task.build_instances"] * count


def test_the_notification_tells_what_was_asked_and_why_it_failed(world: World) -> None:
    """Rule: request_spec, instance_properties, instance_id, state, method, reason."""
    boot = make_boot(world, NO_HOST)
    boot.build()
    payload = world.notifier.sent[-1][2]
    assert set(payload) == {
        "request_spec",
        "instance_properties",
        "instance_id",
        "state",
        "method",
        "reason",
    }
    assert (payload["state"], payload["method"]) == ("error", "build_instances")
    assert payload["reason"] is NO_HOST


def test_one_attempt_too_many_fails_before_the_scheduler_is_asked(world: World) -> None:
    """Rule: MaxRetriesExceeded with the last reason; the quota stays used."""
    boot = make_boot(world, [HOST])
    retry = {"num_attempts": 3, "hosts": [["h", "n"]], "exc_reason": "boom"}
    boot.build(filter_properties={**boot.message["filter_properties"], "retry": retry})
    assert boot.scheduler.asked is None
    assert (
        boot.stored().fault.message
        == (
            "Exceeded maximum number of retries. Exceeded max scheduling attempts 3 for "
            f"instance {boot.instances[0].uuid}. Last exception: boom"
        )[:255]
    )
    assert world.used()["instances"] == (1, 0)


def test_networks_that_were_not_wanted_are_not_freed(world: World) -> None:
    """Rule: with "none" there is nothing to ask of neutron, also in the clean-up."""
    boot = make_boot(world, NO_HOST, requested_networks=networks(network_id="none"))
    boot.build()
    assert world.neutron.deallocated == []
    assert boot.stored().system_metadata["network_allocated"] == "False"


def test_a_clean_up_that_fails_changes_nothing_more(world: World) -> None:
    """Rule: neutron's error is logged; the server is in ERROR all the same."""
    boot = make_boot(world, NO_HOST)
    world.neutron.deallocate_error = exception.PortNotFound(port_id="p")
    boot.build()
    assert boot.stored().vm_state == "error"
    assert "network_allocated" not in boot.stored().system_metadata


def test_a_server_deleted_while_it_is_scheduled_stops_the_whole_request(
    world: World,
) -> None:
    """Rule: no build request: mapping destroyed and return; later servers are dropped too."""
    boot = make_boot(world, [HOST, HOST], count=2)
    boot.build_request(0).destroy()
    boot.build()
    assert boot.sent() == []
    with pytest.raises(exception.InstanceMappingNotFound):
        boot.mapping()
    assert boot.stored(1).vm_state == "building"


def test_an_old_nova_api_is_forgiven_a_missing_build_request(world: World) -> None:
    """Rule: below nova-osapi_compute version 12 the build goes on."""
    boot = make_boot(world, [HOST])
    boot.build_request().destroy()
    service: Any = objects.Service.get_by_host_and_binary(
        world.context.elevated(), "api1", "nova-osapi_compute"
    )
    service.destroy()
    boot.build()
    assert len(boot.sent()) == 1


def test_a_row_that_is_gone_is_passed_over(world: World) -> None:
    """Rule: InstanceNotFound at refresh: the next server of the request is built."""
    boot = make_boot(world, [HOST, HOST], count=2)
    boot.stored(0).destroy()
    boot.build()
    assert [m.kwargs["instance"].uuid for m in boot.sent()] == [boot.instances[1].uuid]


def test_a_host_that_is_in_no_cell_costs_the_mapping(world: World) -> None:
    """Rule: HostMappingNotFound: the mapping is destroyed, the build goes on."""
    boot = make_boot(world, [{**HOST, "host": "compute9"}])
    boot.build()
    assert boot.sent()[0].server == "compute9"
    with pytest.raises(exception.InstanceMappingNotFound):
        boot.mapping()


def test_a_server_without_mapping_is_built_all_the_same(world: World) -> None:
    """Rule: InstanceMappingNotFound: an old nova-api made it; only a debug line."""
    boot = make_boot(world, [HOST])
    boot.mapping().destroy()
    boot.build()
    assert len(boot.sent()) == 1


def test_a_second_attempt_touches_neither_mapping_nor_build_request(
    world: World,
) -> None:
    """Rule: num_attempts > 1: the server is in its cell already."""
    boot = make_boot(world, [HOST])
    boot.build_request().destroy()
    retry = {"num_attempts": 1, "hosts": [["compute2", "compute2"]]}
    boot.build(filter_properties={**boot.message["filter_properties"], "retry": retry})
    (message,) = boot.sent()
    assert message.kwargs["filter_properties"]["retry"] == {
        "num_attempts": 2,
        "hosts": [["compute2", "compute2"], ["compute1", "compute1"]],
    }
    assert boot.mapping().cell_mapping is None


def test_each_server_has_retry_hosts_of_its_own(world: World) -> None:
    """Rule: filter properties are copied per server; one's host is not the other's."""
    boot = make_boot(world, [HOST, {**HOST, "host": "compute9"}], count=2)
    boot.build()
    tried = [m.kwargs["filter_properties"]["retry"]["hosts"] for m in boot.sent()]
    assert tried == [[["compute1", "compute1"]], [["compute9", "compute1"]]]


def test_an_old_sender_is_understood(world: World) -> None:
    """Rule: networks as tuples become objects, a flavor without specs is read again."""
    boot = make_boot(world, [HOST])
    flavor: Any = boot.message["filter_properties"]["instance_type"].obj_clone()
    stored: Any = objects.Flavor(
        context=world.context.elevated(),
        **{
            name: getattr(flavor, name)
            for name in ("name", "memory_mb", "vcpus", "root_gb")
        },
        flavorid="old",
        ephemeral_gb=0,
        swap=0,
        extra_specs={"hw:cpu_policy": "shared"},
    )
    stored.create()
    boot.build(
        filter_properties={"instance_type": {"id": stored.id}, "scheduler_hints": None},
        requested_networks=[("net-1", None, None, None)],
        legacy_bdm=True,
    )
    (message,) = boot.sent()
    assert isinstance(message.kwargs["requested_networks"], objects.NetworkRequestList)
    sent = message.kwargs["filter_properties"]["instance_type"]
    assert sent.extra_specs == {"hw:cpu_policy": "shared"}
