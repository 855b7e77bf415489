"""Server groups, looked up before the scheduler is asked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.api_world import World, new_world
from tracenova import exception, objects
from tracenova.scheduler import utils


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A database with servers to group."""
    with new_world(tmp_path, monkeypatch) as made:
        yield made


def make_member(world: World, policy: str, host: str | None = None) -> str:
    """A server in a group of the policy; return its uuid."""
    group = objects.InstanceGroup(
        context=world.context,
        name="g",
        project_id="demo",
        user_id="demo-user",
        policies=[policy],
    )
    group.create()
    uuid: Any = group.uuid
    instances = world.create(min_count=2, scheduler_hints={"group": uuid})
    if host:
        instances[1].host = host
        instances[1].save()
    return str(instances[0].uuid)


def set_up(world: World, uuid: str, **properties: Any) -> dict[str, Any]:
    """Return the filter properties after the look-up."""
    spec = {"instance_properties": {"uuid": uuid}}
    utils.setup_instance_group(world.context, spec, properties)
    return properties


@pytest.mark.parametrize("policy", ["affinity", "anti-affinity"])
def test_the_group_of_the_server_reaches_the_filters(world: World, policy: str) -> None:
    """Rule: hosts of the other members, policies and members are filled in."""
    uuid = make_member(world, policy, host="compute1")
    found = set_up(world, uuid, group_hosts=["given"])
    assert found["group_updated"] is True
    assert found["group_hosts"] == {"compute1", "given"}
    assert found["group_policies"] == [policy]
    assert uuid in found["group_members"]


def test_a_server_without_group_changes_nothing(world: World) -> None:
    """Rule: InstanceGroupNotFound is the normal case."""
    (instance,) = world.create()
    assert set_up(world, instance.uuid) == {}


@pytest.mark.parametrize(
    ("policy", "option", "missing"),
    [
        ("affinity", "scheduler_default_filters", "ServerGroupAffinityFilter"),
        ("anti-affinity", "scheduler_default_filters", "ServerGroupAntiAffinityFilter"),
        ("soft-affinity", "scheduler_weight_classes", "ServerGroupSoftAffinityWeigher"),
        (
            "soft-anti-affinity",
            "scheduler_weight_classes",
            "ServerGroupSoftAntiAffinityWeigher",
        ),
    ],
)
def test_a_policy_that_nothing_enforces_is_refused(
    world: World, policy: str, option: str, missing: str
) -> None:
    """Rule: hard policies need their filter, soft ones their weigher, in the configuration."""
    uuid = make_member(world, policy)
    world.conf.set_override(option, ["RamFilter"])
    with pytest.raises(exception.UnsupportedPolicyException, match=missing):
        set_up(world, uuid)
