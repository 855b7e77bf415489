"""What every driver has: loading, the fake one, and the watch on devices."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.virt.support import (
    PORT_ID,
    acting_compute,
    make_flavor,
    make_instance,
    make_network_info,
)
from tracenova import exception
from tracenova.compute import power_state
from tracenova.network import model
from tracenova.virt import driver, fake
from tracenova.virt.driver import HostResources
from tracenova.virt.taps import Tap, TapWatch


@pytest.fixture
def compute() -> Any:
    """Act as a nova-compute."""
    with acting_compute() as options:
        yield options


@pytest.fixture
def fake_driver(compute: Any) -> Any:
    """Return a small fake hypervisor."""
    return driver.load_compute_driver(
        fake.FakeVirtAPI(), "fake.FakeDriver", resources=HostResources(4, 2048, 20)
    )


def spawn(fake_driver: Any, instance: Any, network_info: Any) -> Any:
    """Start a guest."""
    fake_driver.spawn(None, instance, None, [], "secret", network_info=network_info)


def test_the_configured_driver_is_loaded_for_the_acting_host(compute):
    """compute_driver names a class below virt; the host is the service's own."""
    loaded = driver.load_compute_driver(None)
    assert isinstance(loaded, fake.FakeDriver)
    assert loaded.get_available_nodes() == ["compute1"]
    assert loaded.node_is_available("compute1")


def test_an_unknown_driver_ends_the_service(compute):
    """Nova exits: a compute without hypervisor has no work."""
    with pytest.raises(SystemExit):
        driver.load_compute_driver(None, "nothing.Here")


def test_the_fake_driver_reports_the_lab_s_size(fake_driver):
    """Total as the lab says, used as the guests ask."""
    instance = make_instance(flavor=make_flavor(memory_mb=512, vcpus=1, root_gb=5))
    spawn(fake_driver, instance, [])
    found = fake_driver.get_available_resource("compute1")
    assert (found["vcpus"], found["memory_mb"], found["local_gb"]) == (4, 2048, 20)
    assert (found["vcpus_used"], found["memory_mb_used"]) == (1, 512)
    assert found["local_gb_used"] == 5
    assert fake_driver.get_available_resource("elsewhere") == {}


def test_a_spawned_guest_runs_and_its_device_is_announced(fake_driver):
    """The network's agent wires the port only after the device has appeared."""
    seen: list[Any] = []
    fake_driver.taps.subscribe(seen.append)
    instance = make_instance()
    spawn(fake_driver, instance, make_network_info())
    assert fake_driver.get_info(instance).state == power_state.RUNNING
    assert seen == [Tap(PORT_ID, "tap11111111-22", present=True)]
    fake_driver.destroy(None, instance, make_network_info())
    assert seen[1:] == [Tap(PORT_ID, "", present=False)]
    with pytest.raises(exception.InstanceNotFound):
        fake_driver.get_info(instance)


def test_spawn_gets_the_error_of_the_network_s_allocation(fake_driver):
    """Even the fake driver looks into the network, as real ones do."""

    def allocate() -> Any:
        raise exception.PortLimitExceeded

    with pytest.raises(exception.PortLimitExceeded):
        spawn(fake_driver, make_instance(), model.NetworkInfoAsyncWrapper(allocate))
    assert fake_driver.list_instances() == []


def test_power_actions_change_the_state(fake_driver):
    """Pause, unpause, off, on."""
    instance = make_instance()
    spawn(fake_driver, instance, [])
    states = []
    actions: list[Callable[[], Any]] = [
        lambda: fake_driver.pause(instance),
        lambda: fake_driver.unpause(instance),
        lambda: fake_driver.power_off(instance),
        lambda: fake_driver.power_on(None, instance, []),
    ]
    for action in actions:
        action()
        states.append(fake_driver.get_info(instance).state)
    assert states == [
        power_state.PAUSED,
        power_state.RUNNING,
        power_state.SHUTDOWN,
        power_state.RUNNING,
    ]


def test_events_of_a_driver_reach_the_listener_whose_errors_stay_there(fake_driver):
    """An error in the manager must not end the hypervisor's thread."""
    seen: list[Any] = []

    def listener(event: Any) -> Any:
        seen.append(event)
        raise RuntimeError(event)

    fake_driver.emit_event("lost: nobody listens yet")
    fake_driver.register_event_listener(listener)
    fake_driver.emit_event("started")
    assert seen == ["started"]


def test_a_device_that_never_came_does_not_go():
    """Removing an unknown device tells nobody."""
    watch = TapWatch()
    seen: list[Tap] = []
    watch.subscribe(seen.append)
    watch.removed("unknown")
    watch.created("p", "tap0")
    assert watch.present() == {"p": "tap0"}
    watch.removed("p")
    assert [tap.present for tap in seen] == [True, False]
