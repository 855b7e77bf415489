"""A guest's life on libvirt's own test driver."""

import contextlib
import importlib.util
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.virt.support import (
    PORT_ID,
    acting_compute,
    make_image_meta,
    make_instance,
    make_network_info,
    neighbourhood,
    recording,
    write_image,
)
from tracenova import exception, image, objects
from tracenova.compute import power_state
from tracenova.virt import driver
from tracenova.virt.host_resources import HostResources
from tracenova.virt.libvirt import events, testhost

pytestmark = [
    pytest.mark.libvirt,
    pytest.mark.skipif(
        importlib.util.find_spec("libvirt") is None,
        reason="libvirt-python is not installed (it is built from source)",
    ),
]

SIZE = HostResources(8, 16384, 100)


class Events:
    """A virtapi whose events come, fail, or never come."""

    def __init__(self, outcome: Any = "completed") -> None:
        self.outcome = outcome
        self.asked: list[Any] | None = None
        self.log: list[str] = []

    @contextlib.contextmanager
    def wait_for_instance_event(
        self,
        instance: Any,
        events: Any,
        deadline: Any = 300,
        error_callback: Any = None,
    ) -> Any:
        """Run the block; then the outcome."""
        self.asked = list(events)
        self.log.append("registered")
        yield
        self.log.append("waited")
        if events and self.outcome == "failed":
            error_callback(f"{events[0][0]}-{events[0][1]}", instance)
        if events and self.outcome == "silence":
            raise TimeoutError


class NoRows:
    @staticmethod
    def get_by_instance_uuid(context: Any, uuid: Any) -> Any:
        """Return no rows."""
        return []


@pytest.fixture(autouse=True)
def edges(monkeypatch: Any) -> Any:
    """Stands for glance and for the conductor."""

    def download(
        self, context: Any, image_id: Any, data: Any = None, dest_path: Any = None
    ) -> Any:
        write_image(dest_path)

    monkeypatch.setattr(image.API, "download", download)
    monkeypatch.setattr(objects, "VirtualInterfaceList", NoRows)
    monkeypatch.setattr(objects, "BlockDeviceMappingList", NoRows)


@contextlib.contextmanager
def host(tmp_path: Any, events: Any = None, **overrides: Any) -> Any:
    """A test:/// host of its own, with its driver."""
    uri = testhost.write_host_xml(tmp_path / "host.xml", SIZE)
    overrides = {
        "instances_path": str(tmp_path / "instances"),
        "libvirt__connection_uri": uri,
        **overrides,
    }
    with acting_compute(**overrides):
        libvirt_driver = driver.load_compute_driver(
            events or Events(), "libvirt.LibvirtDriver"
        )
        libvirt_driver.init_host("compute1")
        try:
            yield libvirt_driver
        finally:
            libvirt_driver.cleanup_host("compute1")


def context() -> Any:
    """Return the demo user's context."""
    with neighbourhood() as around:
        return around.context()


def spawn(libvirt_driver: Any, instance: Any, network_info: Any) -> Any:
    """Start a guest."""
    libvirt_driver.spawn(
        context(), instance, make_image_meta(), [], "secret", network_info, {}
    )


def test_a_boot_makes_libvirt_s_calls_in_nova_s_order(tmp_path):
    """Register, plug, define, start paused, device, wait, resume, look: hops 67–81."""
    events = Events()
    instance, network_info = make_instance(), make_network_info()
    with host(tmp_path, events) as libvirt_driver:
        libvirt_driver.taps.subscribe(lambda tap: events.log.append("tap"))
        with recording() as trace:
            spawn(libvirt_driver, instance, network_info)
        calls = [name for name in trace.names() if name != "libvirt.create_image"]
        assert [name for name in calls if name.startswith("libvirt.")] == [
            "libvirt.plug_vifs",
            "libvirt.defineXML",
            "libvirt.createWithFlags",
            "libvirt.resume",
            "libvirt.get_info",
        ]
        assert events.asked == [("network-vif-plugged", PORT_ID)]
        assert events.log == ["registered", "tap", "waited"]
        assert libvirt_driver.get_info(instance).state == power_state.RUNNING
        assert instance.root_device_name == "/dev/vda"
    assert trace.spans[0][0] == "LibvirtDriver.spawn"
    defined = next(a for name, _kind, a in trace.spans if name == "libvirt.defineXML")
    assert instance.uuid in defined["nova.driver.domain_xml"]
    assert "secret" not in repr(trace.spans)


def test_nothing_is_awaited_for_a_port_that_is_up(tmp_path):
    """An active port will not change to active: the guest is started running."""
    events = Events("silence")
    with host(tmp_path, events) as libvirt_driver, recording() as trace:
        spawn(libvirt_driver, make_instance(), make_network_info(active=True))
    assert events.asked == []
    assert "libvirt.resume" not in trace.names()


def test_a_timeout_of_zero_means_not_to_wait(tmp_path):
    """vif_plugging_timeout 0."""
    events = Events("silence")
    with host(tmp_path, events, vif_plugging_timeout=0) as libvirt_driver:
        spawn(libvirt_driver, make_instance(), make_network_info())
    assert events.asked == []


@pytest.mark.parametrize("outcome", ["silence", "failed"])
def test_a_network_that_does_not_come_is_fatal(tmp_path, outcome):
    """VirtualInterfaceCreateException, and nothing of the guest is left."""
    instance = make_instance()
    seen: list[Any] = []
    with host(tmp_path, Events(outcome)) as libvirt_driver:
        libvirt_driver.taps.subscribe(lambda tap: seen.append(tap.present))
        with pytest.raises(exception.VirtualInterfaceCreateException):
            spawn(libvirt_driver, instance, make_network_info())
        assert libvirt_driver.list_instances() == []
        assert not libvirt_driver.instance_on_disk(instance)
    assert seen == [True, False]


@pytest.mark.parametrize("outcome", ["silence", "failed"])
def test_a_network_that_does_not_come_may_be_tolerated(tmp_path, outcome):
    """vif_plugging_is_fatal False: the guest goes on without."""
    instance = make_instance()
    with host(tmp_path, Events(outcome), vif_plugging_is_fatal=False) as libvirt_driver:
        spawn(libvirt_driver, instance, make_network_info())
        assert libvirt_driver.get_info(instance).state == power_state.RUNNING


def test_destroy_leaves_nothing_but_the_cache(tmp_path):
    """Domain, definition and folder are gone; the image stays for the next."""
    instance = make_instance()
    with host(tmp_path) as libvirt_driver:
        spawn(libvirt_driver, instance, make_network_info())
        assert libvirt_driver.list_instance_uuids() == [instance.uuid]
        assert libvirt_driver.instance_exists(instance)
        libvirt_driver.destroy(context(), instance, make_network_info())
        assert libvirt_driver.list_instances() == []
        assert not libvirt_driver.instance_on_disk(instance)
        libvirt_driver.destroy(context(), instance, make_network_info())  # again: fine
        with pytest.raises(exception.InstanceNotFound):
            libvirt_driver.get_info(instance)
    assert len(list((tmp_path / "instances" / "_base").iterdir())) == 1


def test_a_domain_that_is_not_nova_s_is_left_alone(tmp_path):
    """Somebody's own domain, even of the same uuid, is not seen and not destroyed."""
    instance = make_instance()
    with host(tmp_path) as libvirt_driver:
        connection = libvirt_driver._host.get_connection()
        foreign = connection.defineXML(
            f"<domain type='test'><name>{instance.name}</name><uuid>{instance.uuid}</uuid>"
            "<memory>1024</memory><os><type>hvm</type></os></domain>"
        )
        foreign.create()
        libvirt_driver.destroy(context(), instance, [])
        assert foreign.isActive()
        assert libvirt_driver.list_instances() == []


def test_every_host_sees_its_own_guests_only(tmp_path):
    """test:///FILE is a host for itself; test:///default would be shared."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with host(tmp_path / "a") as first, host(tmp_path / "b") as second:
        spawn(first, make_instance(), [])
        assert (first.get_num_instances(), second.get_num_instances()) == (1, 0)


def test_the_host_file_says_how_big_the_host_is(tmp_path):
    """Without an override libvirt's own numbers are reported."""
    with host(tmp_path) as libvirt_driver:
        found = libvirt_driver.get_available_resource("compute1")
    assert (found["vcpus"], found["memory_mb"]) == (SIZE.vcpus, SIZE.memory_mb)
    assert found["hypervisor_type"] == "TEST"
    assert found["hypervisor_hostname"] == "compute1"


def test_guests_are_paused_stopped_and_started(tmp_path):
    """Pause, unpause, off, on, reboot."""
    instance = make_instance()
    with host(tmp_path) as libvirt_driver:
        spawn(libvirt_driver, instance, [])
        states = []
        actions: list[Callable[[], Any]] = [
            lambda: libvirt_driver.pause(instance),
            lambda: libvirt_driver.unpause(instance),
            lambda: libvirt_driver.power_off(instance),
            lambda: libvirt_driver.power_on(None, instance, []),
            lambda: libvirt_driver.reboot(None, instance, [], "HARD"),
        ]
        for action in actions:
            action()
            states.append(libvirt_driver.get_info(instance).state)
    assert states == [
        power_state.PAUSED,
        power_state.RUNNING,
        power_state.SHUTDOWN,
        power_state.RUNNING,
        power_state.RUNNING,
    ]


def test_lifecycle_events_reach_the_listener(tmp_path, monkeypatch):
    """Nova's power state follows a guest that changes by itself."""
    monkeypatch.setattr(events, "LIFECYCLE_DELAY_S", 0.0)
    instance = make_instance()
    seen: list[Any] = []
    with host(tmp_path) as libvirt_driver:
        libvirt_driver.register_event_listener(
            lambda event: seen.append((event.get_instance_uuid(), event.get_name()))
        )
        spawn(libvirt_driver, instance, [])
        libvirt_driver.power_off(instance)
        deadline = time.monotonic() + 30
        while len(seen) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert seen == [(instance.uuid, "Started"), (instance.uuid, "Stopped")]


def test_the_stop_of_a_reboot_is_not_told(tmp_path):
    """It is held back for 15 seconds; the start that follows it makes it void."""
    instance = make_instance()
    seen: list[str] = []
    with host(tmp_path) as libvirt_driver:
        libvirt_driver.register_event_listener(
            lambda event: seen.append(event.get_name())
        )
        spawn(libvirt_driver, instance, [])
        libvirt_driver.reboot(None, instance, [], "SOFT")
        libvirt_driver.pause(instance)
        deadline = time.monotonic() + 30
        while "Paused" not in seen and time.monotonic() < deadline:
            time.sleep(0.01)
    assert seen == ["Started", "Started", "Paused"]


def test_no_libvirt_at_the_uri_is_an_unavailable_hypervisor(tmp_path):
    """HypervisorUnavailable when the service starts."""
    options = {"libvirt__connection_uri": f"test://{tmp_path}/nothing.xml"}
    with acting_compute(**options):
        libvirt_driver = driver.load_compute_driver(None, "libvirt.LibvirtDriver")
        with pytest.raises(exception.HypervisorUnavailable):
            libvirt_driver.init_host("compute1")


def test_the_console_is_the_log_s_end(tmp_path):
    """At most 100 KB; nothing before the guest has written."""
    instance = make_instance()
    with host(tmp_path) as libvirt_driver:
        assert libvirt_driver.get_console_output(None, instance) == ""
        spawn(libvirt_driver, instance, [])
        log = tmp_path / "instances" / instance.uuid / "console.log"
        log.write_bytes(b"x" * 102400 + b"end")
        shown = libvirt_driver.get_console_output(None, instance)
    assert len(shown) == 102400
    assert shown.endswith("end")
