"""Labs where something goes wrong, and a server that is deleted: how each one ends."""

import contextlib
import time

import pytest

from tracenova import telemetry
from tracenova.lab import files
from tracenova.lab.audit import audit
from tracenova.lab.client import Refused
from tracenova.lab.cloud import Cloud
from tracenova.lab.order import Order
from tracenova.lab.settings import Settings
from tracenova.lab.watch import BootWatch

TWO_HOSTS = """
[[hosts]]
name = "large"
memory_mb = 65536
disk_gb = 400
virt = "fake"

[[hosts]]
name = "small"
memory_mb = 32768
disk_gb = 200
virt = "fake"

[request]
network = "private"
"""


class World:
    """A running cloud with one user, and a watch on what happens in it."""

    def __init__(self, cloud, session):
        self.cloud = cloud
        self.session = session
        self.client = cloud.client()

    def boot(self, timeout_s=40):
        """Ask for a server; return how it is shown once its story has ended."""
        watch = BootWatch()
        stop = self.session.feed.subscribe(watch)
        with self.client.story("boot"):
            body = Order.of(self.cloud.lab).body(self.cloud.lab)
            ids = self.client.create_servers(body)
            assert watch.wait(ids, timeout_s), "the server's story did not end"
        stop()
        return self.client.show_server(ids[0])

    def wait_until_gone(self, server_id):
        """Return when the API does not know the server any more."""
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            try:
                self.client.show_server(server_id)
            except Refused as error:
                if error.status != 404:
                    raise
                return
            time.sleep(0.05)
        raise AssertionError("the server is still there")

    def count(self, method):
        """Return how many messages of the method were received."""
        trace = self.session.trace()
        name = f"{method} receive"
        return sum(span.name == name for span in trace.spans)


@contextlib.contextmanager
def world(tmp_path, more, virt=None):
    """Run a lab of two fake hosts and what goes wrong there."""
    lab = files.parse(TWO_HOSTS + more, "test.toml", default_name="faults")
    parts = Settings(tmp_path / "state", "fakeredis://faults/")
    with telemetry.recording() as session, Cloud(lab, parts, virt=virt) as cloud:
        yield World(cloud, session)


def test_a_call_that_is_doubled_builds_once(tmp_path):
    """The scheduler chooses twice; the conductor heeds the first answer only."""
    fault = '[[faults]]\nkind = "message"\nmethod = "select_destinations"\n'
    with world(tmp_path, fault + 'action = "duplicate"\n') as running:
        assert running.boot()["status"] == "ACTIVE"
        assert running.count("select_destinations") == 2
        assert running.count("build_and_run_instance") == 1


def test_a_message_that_comes_late_only_delays(tmp_path):
    """A delayed cast: the server is ACTIVE all the same."""
    fault = '[[faults]]\nkind = "message"\nmethod = "build_and_run_instance"\n'
    with world(tmp_path, fault + 'action = "delay"\ndelay_s = 0.3\n') as running:
        assert running.boot()["status"] == "ACTIVE"


def test_a_lost_cast_leaves_the_server_in_build(tmp_path):
    """Nobody waits for a cast's answer: BUILD for ever, as in Nova."""
    fault = '[[faults]]\nkind = "message"\nmethod = "build_instances"\n'
    with world(tmp_path, fault) as running:
        body = Order.of(running.cloud.lab).body(running.cloud.lab)
        (server_id,) = running.client.create_servers(body)
        shown = running.client.show_server(server_id)
        assert shown["status"] == "BUILD"
        assert shown["OS-EXT-STS:task_state"] == "scheduling"


def test_a_dead_compute_is_passed_over(tmp_path):
    """ComputeFilter refuses the host whose heartbeat is too old."""
    fault = '[[faults]]\nkind = "dead"\nhost = "large"\n'
    with world(tmp_path, fault) as running:
        server = running.boot()
        claims = running.session.trace().claims(instance=server["id"])
        assert (server["status"], claims[-1].host) == ("ACTIVE", "small")


def test_a_deleted_server_leaves_nothing_behind(tmp_path):
    """Ports, allocations, quota, guest, files, the hosts' accounts: all freed."""
    with world(tmp_path, "") as running:
        server = running.boot()
        assert server["status"] == "ACTIVE"
        running.client.delete_server(server["id"])
        running.wait_until_gone(server["id"])
        _everybody_agrees(running)
        ports = running.cloud.around.neutron.store.all("ports")
        assert server["id"] not in {port["device_id"] for port in ports}


def test_a_server_deleted_before_it_is_scheduled_leaves_nothing_behind(tmp_path):
    """The build request goes first; the conductor then finds nothing to build."""
    with world(tmp_path, "") as running:
        tap = running.cloud.tap
        held = tap.hold(lambda envelope: envelope.method == "build_instances")
        body = Order.of(running.cloud.lab).body(running.cloud.lab)
        (server_id,) = running.client.create_servers(body)
        running.client.delete_server(server_id)
        tap.remove(held)
        tap.let_go()
        running.wait_until_gone(server_id)
        _everybody_agrees(running)


@pytest.mark.libvirt
@pytest.mark.parametrize("silent", [False, True])
def test_a_vif_that_is_not_plugged_fails_the_build(silent, tmp_path):
    """vif_plugging_is_fatal: the agent reports failure, or nothing until the timeout."""
    pytest.importorskip("libvirt", reason="libvirt-python is not installed")
    fault = f'[[faults]]\nkind = "vif-plug"\nsilent = {str(silent).lower()}\n'
    conf = "[conf]\nvif_plugging_timeout = 1\n"
    with world(tmp_path, fault + conf, virt="test") as running:
        server = running.boot()
        assert server["status"] == "ERROR"
        assert "fault" in server


def _everybody_agrees(running):
    """Wait until the last accounts are written, for a moment at most."""
    deadline = time.monotonic() + 30
    while (found := audit(running.cloud)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert found == []
