"""What neutron told nova-api, at the compute."""

from typing import Any

import pytest

from tests.unit.compute import support
from tests.unit.compute.conftest import MakeInstance
from tracenova import exception, objects
from tracenova.context import RequestContext


def make_event(instance: Any, name: str, tag: str | None = "port-1") -> Any:
    """Return an event about a port of the instance."""
    return objects.InstanceExternalEvent(
        instance_uuid=instance.uuid, name=name, status="completed", tag=tag, data={}
    )


def test_a_plugged_port_wakes_the_build_that_waits(
    compute: Any, context: RequestContext, make_instance: MakeInstance
) -> None:
    """The waiter is found by name and tag, among several instances."""
    first, second = make_instance(), make_instance()
    waiter = compute.instance_events.prepare_for_instance_event(
        second, "network-vif-plugged-port-1"
    )
    event = make_event(second, "network-vif-plugged")
    compute.external_instance_event(context, [first, second], [event])
    assert waiter.result(0) is event


def test_an_event_nobody_waits_for_is_no_error(
    compute: Any, context: RequestContext, make_instance: MakeInstance
) -> None:
    """Unplugging is reported, too."""
    instance = make_instance()
    event = make_event(instance, "network-vif-unplugged")
    compute.external_instance_event(context, [instance], [event])


def test_a_changed_network_refreshes_the_cache(
    compute: Any, context: RequestContext, make_instance: MakeInstance
) -> None:
    """network-changed: neutron is asked again."""
    instance = make_instance()
    event = make_event(instance, "network-changed", tag=None)
    compute.external_instance_event(context, [instance], [event])
    assert compute.network_api.calls == ["get"]


def test_a_server_that_is_gone_does_not_spoil_the_other_events(
    compute: Any,
    context: RequestContext,
    make_instance: MakeInstance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """NotFound is logged, the next event is processed."""
    instance = make_instance()

    def fail(*_args: Any) -> None:
        raise exception.InstanceNotFound(instance_id=instance.uuid)

    monkeypatch.setattr(compute.network_api, "get_instance_nw_info", fail)
    waiter = compute.instance_events.prepare_for_instance_event(
        instance, "network-vif-plugged-port-1"
    )
    names = ("network-changed", "network-vif-plugged")
    events = [make_event(instance, name) for name in names]
    compute.external_instance_event(context, [instance], events)
    assert waiter.done()


@pytest.mark.parametrize(
    ("tag", "left"), [("port-1", ["port-2"]), ("x", ["port-1", "port-2"])]
)
def test_a_deleted_port_leaves_the_cache(
    compute: Any,
    context: RequestContext,
    make_instance: MakeInstance,
    tag: str,
    left: list[str],
) -> None:
    """network-vif-deleted: the server has that card no more."""
    instance = make_instance()
    network_info = support.make_network_info("port-1")
    network_info.extend(support.make_network_info("port-2"))
    instance.info_cache.network_info = network_info
    instance.info_cache.save()
    event = make_event(instance, "network-vif-deleted", tag)
    compute.external_instance_event(context, [instance], [event])
    row = objects.InstanceInfoCache.get_by_instance_uuid(context, instance.uuid)
    assert [vif["id"] for vif in row.network_info] == left
