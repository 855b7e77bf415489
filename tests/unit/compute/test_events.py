"""Waiting for events from outside, and being woken by them."""

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from tracenova import exception
from tracenova.compute.events import ComputeVirtAPI, InstanceEvents
from tracenova.objects.external_event import InstanceExternalEvent

UUID = "5e1f0b1a-0000-4000-8000-000000000001"
PORT = "90f7b7a3-1111-4000-8000-000000000002"
PLUGGED = ("network-vif-plugged", PORT)
KEY = f"network-vif-plugged-{PORT}"
INSTANCE = SimpleNamespace(uuid=UUID)


def make_event(status: str = "completed", tag: str = PORT) -> InstanceExternalEvent:
    """Return what neutron says about a port."""
    return InstanceExternalEvent(
        instance_uuid=UUID, name="network-vif-plugged", status=status, tag=tag, data={}
    )


def make_virtapi() -> tuple[ComputeVirtAPI, InstanceEvents]:
    """Return a driver's way to the events of a compute, and those events."""
    events = InstanceEvents()
    compute: Any = SimpleNamespace(instance_events=events)
    return ComputeVirtAPI(compute), events


def deliver(events: InstanceEvents, event: InstanceExternalEvent) -> None:
    """Wake whoever waits for the event, as the manager does."""
    waiter = events.pop_instance_event(INSTANCE, event)
    assert waiter is not None
    waiter.set_result(event)


def test_the_event_may_come_while_the_block_still_runs() -> None:
    """Waiters are registered before the block, so no event can be missed."""
    virtapi, events = make_virtapi()
    with virtapi.wait_for_instance_event(INSTANCE, [PLUGGED], deadline=30):
        deliver(events, make_event())


def test_the_block_ends_only_when_the_event_has_come() -> None:
    """Leaving the block waits in the thread that entered it."""
    virtapi, events = make_virtapi()
    left = threading.Event()

    def build() -> None:
        with virtapi.wait_for_instance_event(INSTANCE, [PLUGGED], deadline=30):
            entered.set()
        left.set()

    entered = threading.Event()
    thread = threading.Thread(target=build)
    thread.start()
    assert entered.wait(30)
    assert not left.wait(0.05)
    deliver(events, make_event())
    thread.join(30)
    assert left.is_set()


def test_an_event_that_does_not_come_in_time_is_a_time_out() -> None:
    """The deadline counts for all events together; the driver decides if it is fatal."""
    virtapi, _events = make_virtapi()
    with (
        pytest.raises(TimeoutError),
        virtapi.wait_for_instance_event(INSTANCE, [PLUGGED], deadline=0.01),
    ):
        pass


def test_a_failed_event_is_an_error_without_a_callback() -> None:
    """A status other than completed means failure."""
    virtapi, events = make_virtapi()
    with (
        pytest.raises(exception.NovaException, match="Instance event failed"),
        virtapi.wait_for_instance_event(INSTANCE, [PLUGGED], deadline=30),
    ):
        deliver(events, make_event("failed"))


def test_the_callback_may_make_a_failed_event_fatal() -> None:
    """vif_plugging_is_fatal True: the driver raises, and the build aborts."""
    virtapi, events = make_virtapi()

    def fatal(key: str, instance: Any) -> None:
        raise exception.VirtualInterfaceCreateException

    with (
        pytest.raises(exception.VirtualInterfaceCreateException),
        virtapi.wait_for_instance_event(INSTANCE, [PLUGGED], 5, error_callback=fatal),
    ):
        deliver(events, make_event("failed"))


def test_the_callback_may_ignore_a_failed_event() -> None:
    """vif_plugging_is_fatal False: waiting goes on with the other events."""
    virtapi, events = make_virtapi()
    told: list[str] = []
    other = ("network-vif-plugged", "other")
    with virtapi.wait_for_instance_event(
        INSTANCE,
        [PLUGGED, other],
        5,
        error_callback=lambda key, _instance: told.append(key),
    ):
        deliver(events, make_event("failed"))
        deliver(events, make_event(tag="other"))
    assert told == [KEY]


def test_a_callback_that_returns_false_ends_the_waiting() -> None:
    """The events that are left are not waited for."""
    virtapi, events = make_virtapi()
    never = ("network-vif-plugged", "never")
    with virtapi.wait_for_instance_event(
        INSTANCE, [PLUGGED, never], 5, error_callback=lambda _key, _instance: False
    ):
        deliver(events, make_event("failed"))


def test_no_events_means_no_waiting() -> None:
    """A port that is already active needs no event."""
    virtapi, _events = make_virtapi()
    with virtapi.wait_for_instance_event(INSTANCE, [], deadline=0):
        pass


def test_an_event_nobody_waits_for_is_dropped() -> None:
    """Such as the second report of one port."""
    events = InstanceEvents()
    assert events.pop_instance_event(INSTANCE, make_event()) is None
    events.prepare_for_instance_event(INSTANCE, KEY)
    assert events.pop_instance_event(INSTANCE, make_event(tag="other")) is None
    assert events.pop_instance_event(INSTANCE, make_event()) is not None


def test_two_waiters_for_one_event_share_it() -> None:
    """The second registration finds the first."""
    events = InstanceEvents()
    first = events.prepare_for_instance_event(INSTANCE, KEY)
    assert events.prepare_for_instance_event(INSTANCE, KEY) is first


def test_a_delete_forgets_the_instances_waiters() -> None:
    """They come back by key, for the log."""
    events = InstanceEvents()
    events.prepare_for_instance_event(INSTANCE, KEY)
    assert list(events.clear_events_for_instance(INSTANCE)) == [KEY]
    assert events.clear_events_for_instance(INSTANCE) == {}


def test_a_shutdown_fails_every_waiter_and_accepts_no_more() -> None:
    """The service must not hang on events that nobody will hand it."""
    events = InstanceEvents()
    waiter = events.prepare_for_instance_event(INSTANCE, KEY)
    events.cancel_all_events()
    event = waiter.result(0)
    assert (event.name, event.tag, event.status) == (*PLUGGED, "failed")
    with pytest.raises(exception.NovaException, match="In shutdown"):
        events.prepare_for_instance_event(INSTANCE, KEY)
    assert events.pop_instance_event(INSTANCE, make_event()) is None
    assert events.clear_events_for_instance(INSTANCE) == {}


def test_waiting_during_shutdown_tells_the_callback_at_once() -> None:
    """The block runs, and nothing is waited for."""
    virtapi, events = make_virtapi()
    events.cancel_all_events()
    told: list[str] = []
    with virtapi.wait_for_instance_event(
        INSTANCE, [PLUGGED], 5, error_callback=lambda key, _instance: told.append(key)
    ):
        pass
    assert told == [KEY]
