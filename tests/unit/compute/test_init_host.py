"""What a restart of nova-compute means for each instance of its host."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.compute import support
from tests.unit.compute.conftest import MakeInstance
from tracenova import exception, objects
from tracenova.compute import power_state, task_states, vm_states
from tracenova.context import RequestContext, get_admin_context
from tracenova.virt.fake import FakeInstance


def restart(compute: Any) -> None:
    """Start the service again."""
    compute.init_host()


def give_guest(compute: Any, instance: Any, state: int = power_state.RUNNING) -> None:
    """Let the hypervisor have a guest of the instance."""
    compute.driver.instances[instance.uuid] = FakeInstance(
        instance.name, state, instance.uuid, 512, 1
    )


def fault_of(instance: Any) -> str:
    """Return what the user is told of the instance's fault; none: nothing."""
    found = objects.InstanceFaultList.get_by_instance_uuids(
        get_admin_context(), [instance.uuid]
    )
    return str(found[0].message) if len(found) else ""


def states(instance: Any) -> tuple[str, str | None]:
    """Return vm_state and task_state as the database has them."""
    saved = objects.Instance.get_by_uuid(get_admin_context(), instance.uuid)
    return saved.vm_state, saved.task_state


@pytest.mark.parametrize(
    "task_state",
    [
        None,
        task_states.SCHEDULING,
        task_states.NETWORKING,
        task_states.BLOCK_DEVICE_MAPPING,
        task_states.SPAWNING,
        task_states.REBUILDING,
        task_states.REBUILD_SPAWNING,
    ],
)
def test_a_build_that_a_crash_cut_short_goes_to_error(
    compute: Any, make_instance: MakeInstance, task_state: str | None
) -> None:
    """vm_state building, or a task of a build: nobody will ever finish it."""
    instance = make_instance(host=support.HOST, task_state=task_state)
    restart(compute)
    assert states(instance) == (vm_states.ERROR, None)
    assert "stopped in the middle of the build" in fault_of(instance)


@pytest.mark.parametrize(
    ("vm_state", "task_state"),
    [(vm_states.ERROR, task_states.SPAWNING), (vm_states.SOFT_DELETED, None)],
)
def test_an_instance_in_error_or_soft_deleted_is_left_alone(
    compute: Any, make_instance: MakeInstance, vm_state: str, task_state: str | None
) -> None:
    """There is nothing to recover."""
    instance = make_instance(
        host=support.HOST, vm_state=vm_state, task_state=task_state
    )
    restart(compute)
    assert states(instance) == (vm_state, task_state)


def test_a_delete_that_a_crash_cut_short_is_finished(
    compute: Any, make_instance: MakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """task_state deleting: the deletion is run again from its start."""
    deleted: list[str] = []
    monkeypatch.setattr(compute, "_create_reservations", lambda *_args: None)
    monkeypatch.setattr(
        compute,
        "_delete_instance",
        lambda _context, instance, _bdms, _quotas: deleted.append(instance.uuid),
    )
    instance = make_instance(
        host=support.HOST, vm_state=vm_states.ACTIVE, task_state=task_states.DELETING
    )
    restart(compute)
    assert deleted == [instance.uuid]


def test_a_delete_that_fails_again_ends_in_error(
    compute: Any, make_instance: MakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And does not keep the service from starting."""

    def fail(*_args: Any) -> None:
        raise RuntimeError("again")

    fail.__name__ = "_create_reservations"
    monkeypatch.setattr(compute, "_create_reservations", fail)
    instance = make_instance(
        host=support.HOST, vm_state=vm_states.ACTIVE, task_state=task_states.DELETING
    )
    restart(compute)
    assert states(instance)[0] == vm_states.ERROR
    assert fault_of(instance) == "again"


@pytest.mark.parametrize(
    ("task_state", "before", "vm_state"),
    [
        (task_states.POWERING_OFF, power_state.RUNNING, vm_states.STOPPED),
        (task_states.POWERING_ON, power_state.SHUTDOWN, vm_states.ACTIVE),
        (task_states.REBOOTING, power_state.RUNNING, vm_states.ACTIVE),
        (task_states.REBOOTING_HARD, power_state.RUNNING, vm_states.ACTIVE),
        (task_states.REBOOT_PENDING, power_state.RUNNING, vm_states.ACTIVE),
        (task_states.REBOOT_STARTED, power_state.SHUTDOWN, vm_states.ACTIVE),
        (task_states.REBOOT_STARTED, power_state.RUNNING, vm_states.ACTIVE),
        (task_states.PAUSING, power_state.RUNNING, vm_states.ACTIVE),
        (task_states.UNPAUSING, power_state.RUNNING, vm_states.ACTIVE),
        (task_states.UNPAUSING, power_state.PAUSED, vm_states.ACTIVE),
        (task_states.IMAGE_SNAPSHOT_PENDING, power_state.RUNNING, vm_states.ACTIVE),
        (task_states.IMAGE_UPLOADING, power_state.RUNNING, vm_states.ACTIVE),
    ],
)
def test_what_a_crash_cut_short_is_done_again_or_forgotten(
    compute: Any,
    make_instance: MakeInstance,
    task_state: str,
    before: int,
    vm_state: str,
) -> None:
    """A stop, start, reboot is carried out, a pause or snapshot given up; then it is idle."""
    instance = make_instance(
        host=support.HOST,
        node=support.HOST,
        vm_state=vm_states.ACTIVE,
        task_state=task_state,
    )
    give_guest(compute, instance, before)
    restart(compute)
    assert states(instance) == (vm_state, None)


def test_an_idle_instance_gets_its_interfaces_plugged(
    compute: Any, make_instance: MakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host may have been rebooted: its bridges forget."""
    plugged: list[str] = []
    monkeypatch.setattr(
        compute.driver,
        "plug_vifs",
        lambda instance, _vifs: plugged.append(instance.uuid),
    )
    instance = make_instance(
        host=support.HOST, vm_state=vm_states.ACTIVE, task_state=None
    )
    restart(compute)
    assert plugged == [instance.uuid]


def test_an_instance_whose_interfaces_cannot_be_plugged_is_in_error(
    compute: Any, make_instance: MakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But the service starts."""

    def fail(*_args: Any) -> None:
        raise exception.VirtualInterfacePlugException("no bridge")

    monkeypatch.setattr(compute.driver, "plug_vifs", fail)
    instance = make_instance(
        host=support.HOST, vm_state=vm_states.ACTIVE, task_state=None
    )
    restart(compute)
    assert states(instance)[0] == vm_states.ERROR
    assert "no bridge" in fault_of(instance)


def test_a_guest_that_ran_is_started_again_if_configured(
    compute: Any, make_instance: MakeInstance, config: Any
) -> None:
    """resume_guests_state_on_host_boot."""
    config.set_override("resume_guests_state_on_host_boot", True)
    instance = make_instance(
        host=support.HOST,
        vm_state=vm_states.ACTIVE,
        task_state=None,
        power_state=power_state.RUNNING,
    )
    give_guest(compute, instance, power_state.SHUTDOWN)
    restart(compute)
    assert compute.driver.instances[instance.uuid].state == power_state.RUNNING


def test_an_instance_of_another_host_is_not_touched(
    compute: Any, context: RequestContext, make_instance: MakeInstance
) -> None:
    """It moved while the service was down."""
    instance = make_instance(host="compute2", vm_state=vm_states.BUILDING)
    compute._init_instance(context, instance)
    assert states(instance)[0] == vm_states.BUILDING


def test_the_schedulers_get_the_hosts_instances(
    compute: Any,
    make_instance: MakeInstance,
    scheduler_client: support.FakeSchedulerClient,
) -> None:
    """They may have been told nothing while the service was down."""
    instance = make_instance(host=support.HOST, vm_state=vm_states.ERROR)
    restart(compute)
    assert scheduler_client.told == [("update", [instance.uuid])]


def test_the_end_of_the_service_lets_every_waiter_go(compute: Any) -> None:
    """A build that waits for neutron fails instead of hanging."""
    instance: Any = SimpleNamespace(uuid="5e1f0b1a-0000-4000-8000-000000000001")
    waiter = compute.instance_events.prepare_for_instance_event(
        instance, "network-vif-plugged-1"
    )
    compute.cleanup_host()
    assert waiter.result(0).status == "failed"
