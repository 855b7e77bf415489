"""What nova-api has written and sent when a create succeeds, and when it fails late."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.api_world import IMAGE, World, make_flavor, new_world, root_disk
from tracenova import exception, objects
from tracenova.compute import task_states, vm_states
from tracenova.compute.api import API


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A nova-api with empty databases."""
    with new_world(tmp_path, monkeypatch) as made:
        yield made


def make_group(world: World, policy: str = "anti-affinity") -> Any:
    """A server group of the project."""
    group = objects.InstanceGroup(
        context=world.context,
        name="g",
        project_id="demo",
        user_id="demo-user",
        policies=[policy],
        uuid="55555555-5555-4555-8555-555555555555",
    )
    group.create()
    return group


def test_a_server_is_written_down_before_the_conductor_hears_of_it(
    world: World,
) -> None:
    """Rule: request spec, build request, mapping without cell, instance, disks, action."""
    (instance,) = world.create(metadata={"role": "web"})
    uuid, context = instance.uuid, world.context
    stored = objects.Instance.get_by_uuid(context, uuid)
    assert (stored.vm_state, stored.task_state, stored.power_state) == (
        vm_states.BUILDING,
        task_states.SCHEDULING,
        0,
    )
    assert (stored.host, stored.display_name, stored.hostname) == (None, "web", "web")
    assert stored.metadata == {"role": "web"}
    assert stored.system_metadata["image_base_image_ref"] == IMAGE
    spec = objects.RequestSpec.get_by_instance_uuid(context, uuid)
    assert (spec.num_instances, spec.flavor.name) == (1, "m1.tiny")
    mapping: Any = objects.InstanceMapping.get_by_instance_uuid(context, uuid)
    assert mapping.cell_mapping is None
    build_request: Any = objects.BuildRequest.get_by_instance_uuid(context, uuid)
    assert build_request.instance.uuid == uuid
    bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(context, uuid)
    assert [(bdm.boot_index, bdm.source_type) for bdm in bdms] == [(0, "image")]
    actions = objects.InstanceActionList.get_by_instance_uuid(context, uuid)
    assert [action.action for action in actions] == ["create"]
    assert world.used() == {"instances": (1, 0), "cores": (1, 0), "ram": (512, 0)}


def test_the_conductor_gets_one_cast_and_no_disks(world: World) -> None:
    """Rule: one build_instances 1.10 for all servers; the conductor reads disks itself."""
    instances = world.create(min_count=2, admin_password="pw")
    (message,) = world.rpc.messages
    assert (message.kind, message.method, message.version) == (
        "cast",
        "build_instances",
        "1.10",
    )
    assert message.kwargs["instances"] == instances
    assert message.kwargs["admin_password"] == "pw"
    assert message.kwargs["security_groups"] == ["default"]
    assert "block_device_mapping" not in message.kwargs
    assert set(message.kwargs["filter_properties"]) == {
        "scheduler_hints",
        "instance_type",
    }


@pytest.mark.parametrize(
    ("name", "count", "names", "hostnames"),
    [
        ("web", 1, ["web"], ["web"]),
        ("web", 2, ["web-1", "web-2"], ["web-1", "web-2"]),
        ("My Web", 2, ["My Web-1", "My Web-2"], ["my-web-1", "my-web-2"]),
        ("网", 1, ["网"], ["Server-{uuid}"]),
        ("网", 2, ["网-1", "网-2"], ["Server-{uuid}", "Server-{uuid}"]),
    ],
)
def test_one_server_keeps_its_name_and_many_are_numbered(
    world: World, name: str, count: int, names: list[str], hostnames: list[str]
) -> None:
    """Rule: name-1, name-2; the host name is the sanitized name, or Server-<uuid>."""
    made = world.create(display_name=name, min_count=count, max_count=count)
    assert [instance.display_name for instance in made] == names
    expected = [text.format(uuid=made[i].uuid) for i, text in enumerate(hostnames)]
    assert [instance.hostname for instance in made] == expected
    assert [instance.launch_index for instance in made] == list(range(count))
    assert len({instance.reservation_id for instance in made}) == 1


@pytest.mark.parametrize(
    ("quota", "flavor", "counts", "made"),
    [
        ({"quota_instances": 3}, {}, (1, 5), 3),
        ({"quota_cores": 4}, {"vcpus": 2}, (1, 5), 2),
        ({"quota_ram": 1100}, {}, (2, 5), 2),
        (
            {"quota_ram": 1100},
            {"extra_specs": {"hw_video:ram_max_mb": "500"}},
            (1, 5),
            1,
        ),
        ({"quota_cores": -1}, {"vcpus": 16}, (5, 5), 5),
        ({"quota_cores": -1, "quota_instances": 2}, {"vcpus": 16}, (1, 5), 2),
    ],
)
def test_as_many_servers_as_the_headroom_allows(
    world: World,
    quota: dict[str, int],
    flavor: dict[str, Any],
    counts: tuple[int, int],
    made: int,
) -> None:
    """Rule: over quota, but min_count fits: fewer servers, and no error."""
    for name, value in quota.items():
        world.conf.set_override(name, value)
    low, high = counts
    instances = world.create(
        instance_type=make_flavor(**flavor), min_count=low, max_count=high
    )
    assert len(instances) == made
    assert world.used()["instances"] == (made, 0)


@pytest.mark.parametrize(
    ("quota", "counts", "text"),
    [
        (
            {"quota_instances": 2},
            (3, 3),
            "Quota exceeded for instances: Requested 3, but already used 0 of 2 instances",
        ),
        (
            {"quota_instances": 2},
            (3, 5),
            "Quota exceeded for instances: Requested 3-5, but already used 0 of 2 "
            "instances",
        ),
        (
            {"quota_cores": 0, "quota_ram": 0},
            (1, 1),
            "Quota exceeded for cores, ram: Requested 1, 512, but already used 0, 0 of "
            "0, 0 cores, ram",
        ),
    ],
)
def test_quota_errors_name_resources_requests_uses_and_limits(
    world: World, quota: dict[str, int], counts: tuple[int, int], text: str
) -> None:
    """Rule: TooManyInstances lists every exceeded resource with its three numbers."""
    for name, value in quota.items():
        world.conf.set_override(name, value)
    low, high = counts
    with pytest.raises(exception.TooManyInstances) as caught:
        world.create(min_count=low, max_count=high)
    assert caught.value.format_message() == text


def test_the_port_quota_lowers_the_number_of_servers(world: World) -> None:
    """Rule: neutron has ports for two: two are made, although three were wanted."""
    world.neutron.ports_for = 2
    assert len(world.create(min_count=1, max_count=3)) == 2


def test_no_networks_wanted_asks_neutron_nothing(world: World) -> None:
    """Rule: networks "none": there is no port to count."""
    nothing = objects.NetworkRequestList(
        objects=[objects.NetworkRequest(network_id="none")]
    )
    world.create(requested_networks=nothing)
    assert world.neutron.asked == []


def test_a_full_server_group_undoes_the_server(world: World) -> None:
    """Rule: the third member is one too many: QuotaError, its rows and quota undone."""
    hints = {"group": make_group(world).uuid}
    world.conf.set_override("quota_server_group_members", 2)
    world.create(scheduler_hints=hints)
    world.create(scheduler_hints=hints)
    with pytest.raises(exception.QuotaError, match="too many servers in group"):
        world.create(scheduler_hints=hints)
    assert world.rows("InstanceList") == 2
    assert world.rows("BuildRequestList") == 2
    assert world.used()["instances"] == (2, 0)
    assert len(world.rpc.messages) == 2


def test_one_request_may_overfill_a_server_group(world: World) -> None:
    """Rule (Nova's gap, kept): the members of this very request are not counted."""
    hints = {"group": make_group(world).uuid}
    world.conf.set_override("quota_server_group_members", 2)
    assert len(world.create(min_count=3, scheduler_hints=hints)) == 3


def test_servers_of_a_group_become_its_members(world: World) -> None:
    """Rule: members are added by the API, before any host is known."""
    group = make_group(world)
    made = world.create(min_count=2, scheduler_hints={"group": group.uuid})
    stored: Any = objects.InstanceGroup.get_by_uuid(world.context, group.uuid)
    assert sorted(stored.members) == sorted(instance.uuid for instance in made)


def test_a_bad_boot_order_is_found_while_writing_and_undone(world: World) -> None:
    """Rule: boot indexes must be 0, 1, 2 …; the check runs per instance, after the quota."""
    second = {**root_disk(), "boot_index": 2}
    with pytest.raises(exception.InvalidBDMBootSequence):
        world.create(block_device_mapping=[root_disk(), second])
    assert set(world.used().values()) == {(0, 0)}


def test_flavor_disks_are_added_and_empty_ones_are_not_stored(world: World) -> None:
    """Rule: ephemeral and swap come from the flavor, at most three local disks."""
    (instance,) = world.create(instance_type=make_flavor(ephemeral_gb=2, swap=64))
    bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
        world.context, instance.uuid
    )
    assert sorted((bdm.guest_format or "", bdm.volume_size or 0) for bdm in bdms) == [
        ("", 0),
        ("", 2),
        ("swap", 64),
    ]


@pytest.mark.parametrize("setting", [None, "vm_state"])
def test_a_notification_goes_out_only_when_asked_for(
    world: World, setting: str | None
) -> None:
    """Rule: notify_on_state_change is None by default: silence."""
    world.conf.set_override("notify_on_state_change", setting)
    world.create()
    sent = [event for _, event, _ in world.notifier.sent]
    assert sent == (
        [] if setting is None else ["compute.instance.update", "instance.update"]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, (None, None, None)),
        ("", (None, None, None)),
        ("az", ("az", None, None)),
        ("az:h", ("az", "h", None)),
        (":h", (None, "h", None)),
        ("az:h:n", ("az", "h", "n")),
        ("az::n", ("az", None, "n")),
        ("::n", (None, None, "n")),
    ],
)
def test_zones_may_force_host_and_node(
    world: World, text: str | None, expected: tuple[Any, ...]
) -> None:
    """Rule: zone, zone:host, zone:host:node, zone::node; no zone: the default one."""
    assert API.parse_availability_zone(world.context, text) == expected


def test_a_third_colon_is_too_many(world: World) -> None:
    """Rule: InvalidInput (400)."""
    with pytest.raises(exception.InvalidInput):
        API.parse_availability_zone(world.context, "a:b:c:d")
    world.conf.set_override("default_schedule_zone", "zone1")
    assert API.parse_availability_zone(world.context, ":h") == ("zone1", "h", None)
