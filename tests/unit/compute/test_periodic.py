"""What the compute does by the clock."""

import time
from typing import Any

import pytest
from oslo_utils import timeutils

from tests.unit.compute import support
from tests.unit.compute.conftest import MakeInstance
from tracenova import exception, objects
from tracenova.compute import manager, power_state, task_states, vm_states
from tracenova.context import get_admin_context
from tracenova.virt.fake import FakeInstance


def test_intervals_come_from_the_services_own_configuration(
    config: Any, scheduler_client: support.FakeSchedulerClient
) -> None:
    """0 means 60 seconds, a negative number never."""
    config.set_override("sync_power_state_interval", -1)
    config.set_override("scheduler_instance_sync_interval", 7)
    compute = manager.ComputeManager(host=support.HOST)
    names = [name for name, _task in compute._periodic_tasks]
    assert "_sync_power_states" not in names
    assert compute._periodic_spacing["_sync_scheduler_instance_info"] == 7
    assert compute._periodic_spacing["update_available_resource"] == 60


def test_power_states_are_compared_at_the_first_run_and_then_every_ten_minutes(
    compute: Any, make_instance: MakeInstance
) -> None:
    """run_immediately, each instance in a thread of its own."""
    instance = make_instance(
        host=support.HOST, vm_state=vm_states.ACTIVE, task_state=None
    )
    compute.driver.instances[instance.uuid] = FakeInstance(
        instance.name, power_state.SHUTDOWN, instance.uuid, 512, 1
    )
    compute.periodic_tasks(get_admin_context(), raise_on_error=True)
    deadline = time.monotonic() + 30
    while compute._syncs_in_progress and time.monotonic() < deadline:
        time.sleep(0.01)
    assert compute.compute_api.calls == [("stop", instance.uuid)]
    assert compute._periodic_spacing["_sync_power_states"] == 600


def test_an_instance_is_not_compared_twice_at_a_time(
    compute: Any, make_instance: MakeInstance
) -> None:
    """The thread of the previous run is still at it."""
    instance = make_instance(
        host=support.HOST, vm_state=vm_states.ACTIVE, task_state=None
    )
    compute._syncs_in_progress[instance.uuid] = True
    compute._sync_power_states(get_admin_context())
    assert compute.compute_api.calls == []


def test_the_schedulers_get_the_uuids_to_compare(
    compute: Any,
    make_instance: MakeInstance,
    scheduler_client: support.FakeSchedulerClient,
) -> None:
    """sync_instance_info; nothing when the schedulers do not track instances."""
    instance = make_instance(host=support.HOST)
    compute._sync_scheduler_instance_info(get_admin_context())
    assert scheduler_client.told == [("sync", [instance.uuid])]
    compute.send_instance_updates = False
    compute._sync_scheduler_instance_info(get_admin_context())
    assert len(scheduler_client.told) == 1


@pytest.mark.parametrize(("timeout_s", "vm_state"), [(0, "building"), (1, "error")])
def test_a_build_that_takes_too_long_goes_to_error(
    compute: Any,
    config: Any,
    make_instance: MakeInstance,
    monkeypatch: pytest.MonkeyPatch,
    timeout_s: int,
    vm_state: str,
) -> None:
    """instance_build_timeout, with a fault that says so; 0 never."""
    config.set_override("instance_build_timeout", timeout_s)
    instance = make_instance(host=support.HOST, task_state=task_states.SPAWNING)
    monkeypatch.setattr(timeutils, "is_older_than", lambda _at, _s: True)
    compute._check_instance_build_time(get_admin_context())
    row = objects.Instance.get_by_uuid(get_admin_context(), instance.uuid)
    assert row.vm_state == vm_state
    assert (row.fault is not None) == (vm_state == "error")


def test_one_info_cache_is_refreshed_per_run(
    compute: Any, make_instance: MakeInstance
) -> None:
    """In turn; instances that are being built or deleted are left out."""
    make_instance(host=support.HOST, vm_state=vm_states.BUILDING)
    for _ in range(2):
        make_instance(host=support.HOST, vm_state=vm_states.ACTIVE, task_state=None)
    make_instance(host=support.HOST, vm_state=vm_states.ACTIVE, task_state="deleting")
    for run in (1, 2):
        compute._heal_instance_info_cache(get_admin_context())
        assert len(compute.network_api.calls) == run
    compute._heal_instance_info_cache(get_admin_context())
    assert len(compute.network_api.calls) == 2


def test_a_cache_that_cannot_be_refreshed_does_not_stop_the_clock(
    compute: Any, make_instance: MakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neutron may be down; the next run tries the next instance."""

    def fail(*_args: Any) -> None:
        raise RuntimeError("neutron is down")

    monkeypatch.setattr(compute.network_api, "get_instance_nw_info", fail)
    make_instance(host=support.HOST, vm_state=vm_states.ACTIVE, task_state=None)
    compute._heal_instance_info_cache(get_admin_context())


@pytest.mark.parametrize(
    ("action", "left"),
    [("reap", None), ("shutdown", power_state.SHUTDOWN), ("log", 1), ("noop", 1)],
)
def test_a_guest_whose_server_is_deleted_is_dealt_with(
    compute: Any,
    config: Any,
    make_instance: MakeInstance,
    action: str,
    left: int | None,
) -> None:
    """running_deleted_instance_action."""
    config.set_override("running_deleted_instance_action", action)
    instance = make_instance(
        host=support.HOST, vm_state=vm_states.DELETED, task_state=None
    )
    guest = FakeInstance(instance.name, power_state.RUNNING, instance.uuid, 512, 1)
    compute.driver.instances[instance.uuid] = guest
    instance.destroy()
    compute._cleanup_running_deleted_instances(get_admin_context())
    found = compute.driver.instances.get(instance.uuid)
    assert (found.state if found else None) == left


def test_the_audit_deletes_nodes_the_driver_no_longer_has(
    compute: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A renamed host leaves its old row behind."""
    monkeypatch.setattr(compute.driver, "get_available_nodes", lambda refresh=False: [])
    compute.update_available_resource(get_admin_context())
    assert compute._get_compute_nodes_in_db(get_admin_context()) == []


def test_an_audit_that_fails_is_logged_and_tried_again(
    compute: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hypervisor may be restarting."""

    def fail(_node: str) -> None:
        raise RuntimeError("no connection")

    monkeypatch.setattr(compute.driver, "get_available_resource", fail)
    compute.update_available_resource(get_admin_context())
    assert support.HOST in compute._resource_tracker_dict


def test_a_node_the_driver_does_not_have_has_no_tracker(compute: Any) -> None:
    """A message for a wrong node must not create one."""
    with pytest.raises(exception.NovaException, match="not a valid node"):
        compute._get_resource_tracker("elsewhere")
