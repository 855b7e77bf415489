"""Object methods that a compute has run at the conductor."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import oslo_messaging as messaging
import pytest

from tests.unit.api_world import World, new_world
from tracenova import exception, image, network, objects
from tracenova.conductor.manager import ConductorManager
from tracenova.objects import base as nova_object


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A database that the conductor may touch."""
    with new_world(tmp_path, monkeypatch) as made:
        monkeypatch.setattr(network, "API", lambda: made.neutron)
        monkeypatch.setattr(image, "API", lambda: made.glance)
        yield made


def test_a_save_comes_back_as_the_fields_that_it_changed(world: World) -> None:
    """Rule: object_action returns changed fields, obj_what_changed, and the result."""
    (instance,) = world.create()
    remote = objects.Instance.get_by_uuid(world.context, instance.uuid)
    remote.task_state = "networking"
    updates, result = ConductorManager().object_action(
        world.context, remote, "save", (), {"expected_task_state": ["scheduling"]}
    )
    assert result is None
    assert updates["obj_what_changed"] == set()
    stored = objects.Instance.get_by_uuid(world.context, instance.uuid)
    assert stored.task_state == "networking"


def test_an_error_goes_back_to_the_caller_as_expected(world: World) -> None:
    """Rule: whatever a method raises is the caller's; the conductor logs nothing."""
    (instance,) = world.create()
    instance.progress = 5
    with pytest.raises(messaging.ExpectedException) as caught:
        ConductorManager().object_action(
            world.context, instance, "save", (), {"expected_task_state": ["spawning"]}
        )
    assert issubclass(caught.value.exc_info[0], exception.UnexpectedTaskStateError)


@pytest.mark.parametrize("older", [False, True])
def test_only_an_older_reader_gets_a_backported_object(
    world: World, older: bool
) -> None:
    """Rule: object_class_action_versions converts to what the caller understands."""
    (instance,) = world.create()
    manifest = _manifest()
    if older:
        manifest["Instance"] = "2.2"
    result: Any = ConductorManager().object_class_action_versions(
        world.context, "Instance", "get_by_uuid", manifest, (instance.uuid,), {}
    )
    if older:
        assert result["nova_object.version"] == "2.2"
    else:
        assert isinstance(result, nova_object.NovaObject)


def _manifest() -> dict[str, str]:
    from oslo_versionedobjects import base

    versions: dict[str, str] = base.obj_tree_get_versions("Instance")
    return versions
