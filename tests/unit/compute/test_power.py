"""Switching guests off and on, and believing the hypervisor."""

from typing import Any

import pytest

from tests.unit.compute import support
from tests.unit.compute.conftest import MakeInstance
from tracenova import exception, objects
from tracenova.compute import power_state, task_states, vm_states
from tracenova.context import RequestContext, get_admin_context
from tracenova.virt import event as virtevent
from tracenova.virt.fake import FakeInstance


def make_guest(
    compute: Any,
    make_instance: MakeInstance,
    guest_state: int = power_state.RUNNING,
    **changes: Any,
) -> Any:
    """Return a server of the host whose guest is in the given power state."""
    values = {"vm_state": vm_states.ACTIVE, "task_state": None, "host": support.HOST}
    instance = make_instance(**values | {"node": support.HOST} | changes)
    compute.driver.instances[instance.uuid] = FakeInstance(
        instance.name, guest_state, instance.uuid, 512, 1
    )
    return instance


def saved(instance: Any) -> Any:
    """Return the server as the database has it."""
    return objects.Instance.get_by_uuid(get_admin_context(), instance.uuid)


def test_stop_switches_the_guest_off(
    compute: Any, context: RequestContext, make_instance: MakeInstance
) -> None:
    """powering-off → stopped, announced before and after."""
    instance = make_guest(compute, make_instance, task_state=task_states.POWERING_OFF)
    compute.stop_instance(context, instance, clean_shutdown=True)
    row = saved(instance)
    assert (row.vm_state, row.task_state, row.power_state) == (
        vm_states.STOPPED,
        None,
        power_state.SHUTDOWN,
    )
    assert compute.notifier.types == [
        "compute.instance.power_off.start",
        "compute.instance.power_off.end",
    ]


def test_a_guest_that_is_off_already_may_be_stopped_without_a_task(
    compute: Any, context: RequestContext, make_instance: MakeInstance
) -> None:
    """Somebody else may have written its state meanwhile."""
    instance = make_guest(compute, make_instance, power_state.SHUTDOWN)
    compute.stop_instance(context, instance, clean_shutdown=False)
    assert saved(instance).vm_state == vm_states.STOPPED


def test_stopping_a_server_with_another_task_changes_nothing(
    compute: Any, context: RequestContext, make_instance: MakeInstance
) -> None:
    """The save expects powering-off; the other task keeps its state."""
    instance = make_guest(compute, make_instance, task_state=task_states.REBOOTING)
    with pytest.raises(exception.UnexpectedTaskStateError):
        compute.stop_instance(context, instance, clean_shutdown=False)
    assert saved(instance).task_state == task_states.REBOOTING


def test_start_switches_the_guest_on(
    compute: Any, context: RequestContext, make_instance: MakeInstance
) -> None:
    """powering-on → active."""
    instance = make_guest(
        compute,
        make_instance,
        power_state.SHUTDOWN,
        vm_state=vm_states.STOPPED,
        task_state=task_states.POWERING_ON,
    )
    compute.start_instance(context, instance)
    row = saved(instance)
    assert (row.vm_state, row.task_state) == (vm_states.ACTIVE, None)
    assert row.power_state == power_state.RUNNING


@pytest.mark.parametrize(
    ("reboot_type", "asked"),
    [("SOFT", task_states.REBOOTING), ("HARD", task_states.REBOOTING_HARD)],
)
def test_a_reboot_ends_active(
    compute: Any,
    context: RequestContext,
    make_instance: MakeInstance,
    reboot_type: str,
    asked: str,
) -> None:
    """rebooting → reboot_pending → reboot_started → none."""
    instance = make_guest(compute, make_instance, task_state=asked)
    compute.reboot_instance(context, instance, None, reboot_type)
    row = saved(instance)
    assert (row.vm_state, row.task_state) == (vm_states.ACTIVE, None)


@pytest.mark.parametrize("runs", [True, False])
def test_a_reboot_that_fails_is_an_error_unless_the_guest_runs(
    compute: Any,
    context: RequestContext,
    make_instance: MakeInstance,
    monkeypatch: pytest.MonkeyPatch,
    runs: bool,
) -> None:
    """A fault is written either way."""

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("no reset")

    monkeypatch.setattr(compute.driver, "reboot", fail)
    state = power_state.RUNNING if runs else power_state.CRASHED
    instance = make_guest(
        compute, make_instance, state, task_state=task_states.REBOOTING
    )
    if runs:
        compute.reboot_instance(context, instance, None, "SOFT")
    else:
        with pytest.raises(RuntimeError, match="no reset"):
            compute.reboot_instance(context, instance, None, "SOFT")
    assert saved(instance).vm_state == (vm_states.ACTIVE if runs else vm_states.ERROR)
    faults = objects.InstanceFaultList.get_by_instance_uuids(context, [instance.uuid])
    assert faults[0].message == "no reset"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (None, "FAKE CONSOLE OUTPUT\nANOTHER\nLAST LINE"),
        (2, "ANOTHER\nLAST LINE"),
        ("1", "LAST LINE"),
        ("many", ""),
    ],
)
def test_the_end_of_the_console_log(
    compute: Any,
    context: RequestContext,
    make_instance: MakeInstance,
    length: int | str | None,
    text: str,
) -> None:
    """As many lines as asked for; a length that is no number counts as none."""
    instance = make_guest(compute, make_instance)
    assert compute.get_console_output(context, instance, length) == text


@pytest.mark.parametrize(
    ("vm_state", "guest_state", "remedy"),
    [
        (vm_states.ACTIVE, power_state.SHUTDOWN, "stop"),
        (vm_states.ACTIVE, power_state.CRASHED, "stop"),
        (vm_states.ACTIVE, power_state.SUSPENDED, "stop"),
        (vm_states.ACTIVE, power_state.PAUSED, None),
        (vm_states.ACTIVE, power_state.NOSTATE, None),
        (vm_states.STOPPED, power_state.RUNNING, "force_stop"),
        (vm_states.STOPPED, power_state.SHUTDOWN, None),
        (vm_states.PAUSED, power_state.SHUTDOWN, "force_stop"),
        (vm_states.BUILDING, power_state.SHUTDOWN, None),
        (vm_states.ERROR, power_state.SHUTDOWN, None),
    ],
)
def test_the_hypervisor_is_believed_and_the_api_called_where_states_disagree(
    compute: Any,
    context: RequestContext,
    make_instance: MakeInstance,
    vm_state: str,
    guest_state: int,
    remedy: str | None,
) -> None:
    """The power state is always written; vm_state changes only through the API."""
    instance = make_guest(compute, make_instance, guest_state, vm_state=vm_state)
    compute._query_driver_power_state_and_sync(context, instance)
    assert saved(instance).power_state == guest_state
    calls = [(remedy, instance.uuid)] if remedy else []
    assert compute.compute_api.calls == calls


def test_a_server_that_shall_end_with_its_guest_is_deleted(
    compute: Any, context: RequestContext, make_instance: MakeInstance
) -> None:
    """shutdown_terminate."""
    instance = make_guest(
        compute, make_instance, power_state.SHUTDOWN, shutdown_terminate=True
    )
    compute._query_driver_power_state_and_sync(context, instance)
    assert compute.compute_api.calls == [("delete", instance.uuid)]


def test_a_server_with_a_task_is_skipped(
    compute: Any, context: RequestContext, make_instance: MakeInstance
) -> None:
    """The task will write the state itself."""
    instance = make_guest(
        compute, make_instance, power_state.SHUTDOWN, task_state=task_states.REBOOTING
    )
    compute._query_driver_power_state_and_sync(context, instance)
    assert compute.compute_api.calls == []


@pytest.mark.parametrize(
    ("transition", "guest_state", "calls"),
    [
        (virtevent.EVENT_LIFECYCLE_STOPPED, power_state.SHUTDOWN, 1),
        (virtevent.EVENT_LIFECYCLE_STOPPED, power_state.RUNNING, 0),
        (virtevent.EVENT_LIFECYCLE_STARTED, power_state.RUNNING, 0),
        (99, power_state.SHUTDOWN, 0),
    ],
)
def test_an_event_of_the_hypervisor_counts_if_the_guest_is_still_so(
    compute: Any,
    make_instance: MakeInstance,
    transition: int,
    guest_state: int,
    calls: int,
) -> None:
    """A late event is ignored, so is an unknown one."""
    instance = make_guest(compute, make_instance, guest_state)
    compute.init_virt_events()
    compute.driver.emit_event(virtevent.LifecycleEvent(instance.uuid, transition))
    assert len(compute.compute_api.calls) == calls


def test_an_event_of_an_unknown_guest_is_dropped(compute: Any) -> None:
    """Its server was deleted; other kinds of events mean nothing here."""
    unknown = "5e1f0b1a-0000-4000-8000-00000000000f"
    compute.handle_events(virtevent.LifecycleEvent(unknown, 0))
    compute.handle_events(virtevent.Event(timestamp=1.0))


def test_events_can_be_switched_off(
    compute: Any, config: Any, make_instance: Any
) -> None:
    """[workarounds]handle_virt_lifecycle_events False: nobody listens."""
    config.set_override("handle_virt_lifecycle_events", False, "workarounds")
    instance = make_guest(compute, make_instance, power_state.SHUTDOWN)
    compute.init_virt_events()
    compute.driver.emit_event(virtevent.LifecycleEvent(instance.uuid, 1))
    assert compute.compute_api.calls == []
