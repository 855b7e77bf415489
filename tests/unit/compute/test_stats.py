"""The counts behind the host's workload."""

from types import SimpleNamespace

import pytest

from tracenova.compute import stats, task_states, vm_states


def make_instance(
    uuid: str = "a", vm_state: str = vm_states.BUILDING, task_state: str | None = None
) -> SimpleNamespace:
    """Return an instance in the given states."""
    return SimpleNamespace(
        uuid=uuid,
        vm_state=vm_state,
        task_state=task_state,
        os_type="linux",
        project_id="demo",
    )


def test_a_new_instance_is_counted_by_state_project_and_system() -> None:
    """Each instance is counted once under each of its properties."""
    counted = stats.Stats()
    counted.update_stats_for_instance(make_instance(task_state=task_states.SPAWNING))
    assert counted == {
        "num_instances": 1,
        "num_vm_building": 1,
        "num_task_spawning": 1,
        "num_os_type_linux": 1,
        "num_proj_demo": 1,
        "io_workload": 1,
    }
    assert counted.num_instances_for_project("demo") == 1
    assert counted.num_os_type("linux") == 1


def test_a_known_instance_moves_from_its_old_state_to_its_new_one() -> None:
    """The old state is counted down; the number of instances stays."""
    counted = stats.Stats()
    counted.update_stats_for_instance(make_instance(task_state=task_states.SPAWNING))
    counted.update_stats_for_instance(make_instance(vm_state=vm_states.ACTIVE))
    assert counted["num_vm_building"] == 0
    assert counted["num_vm_active"] == 1
    assert counted["num_task_None"] == 1
    assert counted.num_instances == 1
    assert counted.io_workload == 0


@pytest.mark.parametrize("is_removed", [True, False])
def test_a_removed_or_deleted_instance_is_no_longer_counted(is_removed: bool) -> None:
    """Removal by the caller and the state deleted mean the same."""
    counted = stats.Stats()
    counted.update_stats_for_instance(make_instance())
    vm_state = vm_states.ACTIVE if is_removed else vm_states.DELETED
    counted.update_stats_for_instance(make_instance(vm_state=vm_state), is_removed)
    assert counted.num_instances == 0
    assert counted["num_vm_building"] == 0
    assert counted.states == {}


def test_the_workload_is_the_number_of_tasks_under_way() -> None:
    """Instances without a task do not count."""
    counted = stats.Stats()
    counted.update_stats_for_instance(
        make_instance("a", task_state=task_states.SPAWNING)
    )
    counted.update_stats_for_instance(
        make_instance("b", task_state=task_states.DELETING)
    )
    counted.update_stats_for_instance(make_instance("c", vm_states.ACTIVE))
    assert counted.calculate_workload() == 2


def test_the_drivers_own_numbers_are_taken_over() -> None:
    """A driver may count things itself; anything but a mapping is refused."""
    counted = stats.Stats()
    counted.digest_stats({"num_gpus": 2})
    counted.digest_stats(None)
    assert counted["num_gpus"] == 2
    with pytest.raises(ValueError, match="Unexpected type"):
        counted.digest_stats("num_gpus")  # type: ignore[arg-type]


def test_clearing_forgets_counts_and_states() -> None:
    """The audit starts from nothing."""
    counted = stats.Stats()
    counted.update_stats_for_instance(make_instance())
    counted.clear()
    assert counted == {}
    assert counted.states == {}
