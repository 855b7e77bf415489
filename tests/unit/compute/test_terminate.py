"""Deleting a server on its host."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.compute import support
from tests.unit.compute.conftest import MakeInstance
from tracenova import exception, objects
from tracenova.compute import task_states, vm_states
from tracenova.context import RequestContext, get_admin_context
from tracenova.virt.fake import FakeInstance


class FakeQuotas:
    """A reservation: keeps whether it was committed or rolled back."""

    def __init__(self) -> None:
        self.ended: list[str] = []

    def commit(self) -> None:
        """Count the server no longer."""
        self.ended.append("commit")

    def rollback(self) -> None:
        """Count it on."""
        self.ended.append("rollback")


@pytest.fixture(name="quotas")
def fixture_quotas(monkeypatch: pytest.MonkeyPatch) -> FakeQuotas:
    """Return the reservation that comes with every delete."""
    quotas = FakeQuotas()
    made = SimpleNamespace(from_reservations=lambda *_args, **_kwargs: quotas)
    monkeypatch.setattr(objects, "Quotas", made, raising=False)
    return quotas


@pytest.fixture(name="instance")
def fixture_instance(
    compute: Any, context: RequestContext, make_instance: MakeInstance
) -> Any:
    """Return a server that runs on the compute and is being deleted."""
    instance = make_instance(task_state=None)
    rt = compute._get_resource_tracker(support.HOST)
    with rt.instance_claim(context, instance):
        pass
    instance.vm_state = vm_states.ACTIVE
    instance.task_state = task_states.DELETING
    instance.save()
    compute.driver.instances[instance.uuid] = FakeInstance(
        instance.name, 1, instance.uuid, 512, 1
    )
    return instance


def terminate(compute: Any, context: RequestContext, instance: Any, *bdms: Any) -> None:
    """Let the compute receive the API's message."""
    compute.terminate_instance(context, instance, list(bdms), None)


def test_a_delete_leaves_nothing_behind(
    compute: Any, context: RequestContext, instance: Any, quotas: FakeQuotas
) -> None:
    """Guest, ports, row and usage are gone, the quota is settled."""
    terminate(compute, context, instance)
    assert compute.driver.instances == {}
    assert compute.network_api.calls == ["deallocate"]
    with pytest.raises(exception.InstanceNotFound):
        objects.Instance.get_by_uuid(context, instance.uuid)
    node = compute._get_resource_tracker(support.HOST).compute_node
    assert (node.memory_mb_used, node.vcpus_used) == (512, 0)
    assert quotas.ended == ["commit"]


def test_a_delete_is_announced_at_each_step(
    compute: Any,
    context: RequestContext,
    instance: Any,
    quotas: FakeQuotas,
    scheduler_client: support.FakeSchedulerClient,
) -> None:
    """delete.start, shutdown.start, shutdown.end, delete.end; and to the schedulers."""
    terminate(compute, context, instance)
    assert compute.notifier.types == [
        "compute.instance.delete.start",
        "compute.instance.shutdown.start",
        "compute.instance.shutdown.end",
        "compute.instance.delete.end",
    ]
    assert scheduler_client.told[-1] == ("delete", instance.uuid)
    assert scheduler_client.allocations == [1, -1]


def test_the_deleted_row_says_when_and_what(
    compute: Any, context: RequestContext, instance: Any, quotas: FakeQuotas
) -> None:
    """vm_state deleted, terminated_at set, whatever the task state was."""
    terminate(compute, context, instance)
    row = objects.Instance.get_by_uuid(
        get_admin_context(read_deleted="yes"), instance.uuid
    )
    assert (row.vm_state, row.task_state) == (vm_states.DELETED, None)
    assert row.terminated_at is not None


def test_volumes_are_freed_and_those_that_shall_go_go(
    compute: Any, context: RequestContext, instance: Any, quotas: FakeQuotas
) -> None:
    """delete_on_termination decides; every volume is disconnected."""
    bdms = [
        make_bdm(context, instance, name, goes)
        for name, goes in (("a", True), ("b", False))
    ]
    terminate(compute, context, instance, *bdms)
    assert compute.volume_api.detached == ["a", "b"]
    assert compute.volume_api.deleted == ["a"]
    left = objects.BlockDeviceMappingList.get_by_instance_uuid(context, instance.uuid)
    assert len(left) == 0


def test_who_waits_for_an_event_of_the_server_is_forgotten(
    compute: Any, context: RequestContext, instance: Any, quotas: FakeQuotas
) -> None:
    """The build that waited cannot hold its lock any more."""
    compute.instance_events.prepare_for_instance_event(
        instance, "network-vif-plugged-1"
    )
    terminate(compute, context, instance)
    assert compute.instance_events.clear_events_for_instance(instance) == {}


def test_a_delete_that_fails_puts_the_server_in_error(
    compute: Any, context: RequestContext, instance: Any, quotas: FakeQuotas
) -> None:
    """The quota stays used; ports are freed; the fault says why."""
    compute.driver.destroy_error = RuntimeError("stuck")
    with pytest.raises(RuntimeError, match="stuck"):
        terminate(compute, context, instance)
    saved = objects.Instance.get_by_uuid(context, instance.uuid)
    assert (saved.vm_state, saved.task_state) == (vm_states.ERROR, None)
    assert quotas.ended == ["rollback"]
    assert compute.network_api.calls == ["deallocate"]
    faults = objects.InstanceFaultList.get_by_instance_uuids(context, [instance.uuid])
    assert faults[0].message == "stuck"


def test_a_guest_that_cannot_be_switched_off_keeps_its_addresses(
    compute: Any, context: RequestContext, instance: Any, quotas: FakeQuotas
) -> None:
    """It still uses them."""
    compute.driver.destroy_error = exception.InstancePowerOffFailure(reason="busy")
    with pytest.raises(exception.InstancePowerOffFailure):
        terminate(compute, context, instance)
    assert compute.network_api.calls == []


def test_ports_that_cannot_be_freed_put_the_server_in_error(
    compute: Any, context: RequestContext, instance: Any, quotas: FakeQuotas
) -> None:
    """The user can try the delete again."""
    compute.network_api.deallocate_error = RuntimeError("neutron is down")
    with pytest.raises(RuntimeError, match="neutron is down"):
        terminate(compute, context, instance)
    saved = objects.Instance.get_by_uuid(context, instance.uuid)
    assert saved.vm_state == vm_states.ERROR


def test_a_server_that_is_gone_already_is_no_error(
    compute: Any, context: RequestContext, instance: Any, quotas: FakeQuotas
) -> None:
    """Two deletes may meet."""
    compute.driver.destroy_error = support.gone(instance.uuid)
    terminate(compute, context, instance)
    assert quotas.ended == ["rollback"]


def make_bdm(context: RequestContext, instance: Any, volume_id: str, goes: bool) -> Any:
    """Return a volume of the server, saved."""
    bdm = objects.BlockDeviceMapping(
        context,
        instance_uuid=instance.uuid,
        source_type="volume",
        destination_type="volume",
        volume_id=volume_id,
        delete_on_termination=goes,
        boot_index=None,
        device_name=f"/dev/vd{volume_id}",
        connection_info=None,
    )
    bdm.create()
    return bdm
