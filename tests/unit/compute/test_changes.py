"""Attaching to guests, pausing and copying them: what happens when it fails."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.compute import support
from tests.unit.compute.conftest import MakeInstance
from tests.unit.compute.test_power import make_guest, saved
from tracenova import exception, objects
from tracenova.compute import power_state, task_states, vm_states
from tracenova.context import RequestContext, get_admin_context

VOLUME = "9f5dd0c8-6f0a-4b0e-8a43-b4d1a4a1c001"


class Cinder:
    """Cinder's client: keeps what it is asked, in order."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(self, context: Any, volume_id: str) -> dict[str, Any]:
        """Return a volume that nobody has."""
        return {"id": volume_id, "size": 1, "attach_status": "detached"}

    def initialize_connection(
        self, context: Any, volume_id: str, connector: Any
    ) -> dict[str, Any]:
        """Return how to reach it."""
        self.asked.append("initialize_connection")
        return {"driver_volume_type": "local", "data": {"device_path": "/x"}}

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_args, **_kwargs: self.asked.append(name)


def bdms_of(instance: Any) -> list[Any]:
    """Return the server's disks as the database has them."""
    return list(
        objects.BlockDeviceMappingList.get_by_instance_uuid(
            get_admin_context(), instance.uuid
        )
    )


@pytest.fixture(name="cinder")
def fixture_cinder(compute: Any) -> Cinder:
    """Return the compute's cinder."""
    compute.volume_api = Cinder()
    found: Cinder = compute.volume_api
    return found


def reserve(compute: Any, context: RequestContext, instance: Any) -> Any:
    """Return the disk that is reserved for the volume."""
    return compute.reserve_block_device_name(
        context, instance, None, VOLUME, disk_bus=None, device_type=None
    )


def fail(*_args: Any, **_kwargs: Any) -> None:
    """Do what a hypervisor does that cannot."""
    raise exception.NovaException("no bus left")


def test_a_volume_is_connected_plugged_and_told(
    compute: Any, context: RequestContext, make_instance: MakeInstance, cinder: Cinder
) -> None:
    """The order of an attachment, and of a detachment."""
    instance = make_guest(compute, make_instance)
    bdm = reserve(compute, context, instance)
    compute.attach_volume(context, instance, bdm)
    assert cinder.asked == ["initialize_connection", "attach"]
    (kept,) = bdms_of(instance)
    assert (kept.device_name, kept.volume_id) == (bdm.device_name, VOLUME)
    compute.detach_volume(context, VOLUME, instance, attachment_id="a")
    assert cinder.asked[2:] == ["terminate_connection", "detach"]
    assert bdms_of(instance) == []
    assert compute.notifier.types == [
        "compute.instance.volume.attach",
        "compute.instance.volume.detach",
    ]


def test_what_was_reserved_is_given_back_when_the_guest_cannot(
    compute: Any,
    context: RequestContext,
    make_instance: MakeInstance,
    cinder: Cinder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Connection, reservation and disk are gone; the fault stays."""
    instance = make_guest(compute, make_instance)
    bdm = reserve(compute, context, instance)
    monkeypatch.setattr(compute.driver, "attach_volume", fail)
    with pytest.raises(exception.NovaException, match="no bus left"):
        compute.attach_volume(context, instance, bdm)
    assert cinder.asked == [
        *("initialize_connection", "terminate_connection", "unreserve_volume"),
    ]
    assert bdms_of(instance) == []
    faults = objects.InstanceFaultList.get_by_instance_uuids(context, [instance.uuid])
    assert [fault.message for fault in faults] == ["no bus left"]


def test_a_volume_that_cannot_be_unplugged_stays(
    compute: Any,
    context: RequestContext,
    make_instance: MakeInstance,
    cinder: Cinder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """cinder calls it in-use again; one that the guest does not have is let go."""
    instance = make_guest(compute, make_instance)
    compute.attach_volume(context, instance, reserve(compute, context, instance))
    monkeypatch.setattr(compute.driver, "detach_volume", fail)
    with pytest.raises(exception.NovaException, match="no bus left"):
        compute.detach_volume(context, VOLUME, instance)
    assert cinder.asked[-1] == "roll_detaching"
    assert len(bdms_of(instance)) == 1

    def gone(*_args: Any, **_kwargs: Any) -> None:
        raise exception.DiskNotFound(location="vdb")

    monkeypatch.setattr(compute.driver, "detach_volume", gone)
    compute.detach_volume(context, VOLUME, instance)
    assert bdms_of(instance) == []


def test_a_port_is_given_back_when_the_guest_cannot_take_it(
    compute: Any,
    context: RequestContext,
    make_instance: MakeInstance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """InterfaceAttachFailed; where the hypervisor never can, nothing is asked of neutron."""
    given_back: list[str] = []
    api = compute.network_api
    api.allocate_port_for_instance = lambda *_a, **_k: support.make_network_info("p-9")
    api.deallocate_port_for_instance = lambda *a: given_back.append(a[-1])
    monkeypatch.setattr(compute.driver, "attach_interface", fail)
    instance = make_guest(compute, make_instance)
    with pytest.raises(exception.InterfaceAttachFailed):
        compute.attach_interface(context, instance, None, "p-9", None)
    assert given_back == ["p-9"]
    monkeypatch.setattr(
        compute.driver, "capabilities", {"supports_attach_interface": False}
    )
    with pytest.raises(exception.AttachInterfaceNotSupported):
        compute.attach_interface(context, instance, None, "p-9", None)
    assert given_back == ["p-9"]


@pytest.mark.parametrize(
    ("method", "task", "before", "after", "power"),
    [
        (
            *("pause_instance", task_states.PAUSING),
            *(vm_states.ACTIVE, vm_states.PAUSED, power_state.PAUSED),
        ),
        (
            *("unpause_instance", task_states.UNPAUSING),
            *(vm_states.PAUSED, vm_states.ACTIVE, power_state.RUNNING),
        ),
        (
            *("suspend_instance", task_states.SUSPENDING),
            *(vm_states.ACTIVE, vm_states.SUSPENDED, power_state.SHUTDOWN),
        ),
        (
            *("resume_instance", task_states.RESUMING),
            *(vm_states.SUSPENDED, vm_states.ACTIVE, power_state.RUNNING),
        ),
    ],
)
def test_a_guest_is_stopped_and_goes_on(
    compute: Any,
    context: RequestContext,
    make_instance: MakeInstance,
    method: str,
    task: str,
    before: str,
    after: str,
    power: int,
) -> None:
    """vm_state, task state and power state; announced before and after."""
    instance = make_guest(compute, make_instance, vm_state=before, task_state=task)
    getattr(compute, method)(context, instance)
    row = saved(instance)
    assert (row.vm_state, row.task_state, row.power_state) == (after, None, power)
    name = method.removesuffix("_instance")
    assert compute.notifier.types == [
        f"compute.instance.{name}.start",
        f"compute.instance.{name}.end",
    ]


@pytest.mark.parametrize(
    ("error", "vm_state"),
    [
        (RuntimeError("no memory"), vm_states.ERROR),
        (NotImplementedError(), vm_states.ACTIVE),
    ],
)
def test_a_suspension_that_fails_is_an_error_unless_it_cannot_be_done(
    compute: Any,
    context: RequestContext,
    make_instance: MakeInstance,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    vm_state: str,
) -> None:
    """What the hypervisor does not know at all leaves the server as it was."""

    def refuse(*_args: Any) -> None:
        raise error

    monkeypatch.setattr(compute.driver, "suspend", refuse)
    instance = make_guest(compute, make_instance, task_state=task_states.SUSPENDING)
    with pytest.raises(type(error)):
        compute.suspend_instance(context, instance)
    row = saved(instance)
    assert (row.vm_state, row.task_state) == (vm_state, None)


def test_an_image_that_cannot_be_filled_is_deleted(
    compute: Any,
    context: RequestContext,
    make_instance: MakeInstance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server is as before, with a fault."""
    deleted: list[str] = []

    class Images:
        def delete(self, _context: Any, image_id: str) -> None:
            deleted.append(image_id)

    compute.image_api = Images()
    monkeypatch.setattr(compute.driver, "snapshot", fail)
    instance = make_guest(
        compute, make_instance, task_state=task_states.IMAGE_SNAPSHOT_PENDING
    )
    with pytest.raises(exception.NovaException, match="no bus left"):
        compute.snapshot_instance(context, "img-9", instance)
    assert deleted == ["img-9"]
    row = saved(instance)
    assert (row.vm_state, row.task_state) == (vm_states.ACTIVE, None)
