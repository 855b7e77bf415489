"""libvirtd is killed, or nova-compute is, in the middle of a request. Both are real.

The guests are QEMU's: they outlive either. After a restart each server is ACTIVE, off
where that was asked for, in ERROR with a fault, or gone, and everybody agrees. Here are
the calls at which most is at stake; each call of each request is in tests/faults.
"""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.libvirt import fates, labs
from tests.functional.libvirt.fates import Asking
from tests.functional.libvirt.mortal import MortalCompute
from tests.functional.libvirt.unreliable import Striking, striking
from tests.functional.messaging.conftest import RedisServer
from tracenova.lab.libvirtd import PrivateLibvirtd

pytestmark = [pytest.mark.qemu, pytest.mark.timeout(1200)]

PATIENCE_S = 300


@pytest.fixture(name="libvirt")
def fixture_libvirt() -> Iterator[Striking]:
    """Real connections, before one of whose calls something happens."""
    with striking() as libvirt:
        yield libvirt


def test_libvirtd_is_killed_in_the_middle_of_a_boot(
    tmp_path: Path, private: PrivateLibvirtd, libvirt: Striking
) -> None:
    """It stays dead until a restart: ERROR with a fault; a guest may be left over."""
    with labs.running(tmp_path, labs.TWO_HOSTS, virt=private.uri) as cloud:
        boot = Asking(cloud, cloud.client(), "boot", PATIENCE_S)
        libvirt.before("resume", lambda: fates.kill(private))
        server_id = boot.ask("")
        assert fates.status_of(boot.fate(server_id)) == "ERROR"
        assert libvirt.struck == ["resume"]
        private.up()
        fates.restart(cloud)
        labs.audited(cloud)
        fates.end_well(cloud, server_id, private)


@pytest.mark.parametrize("call", ["defineXML", "resume"])
def test_libvirtd_is_killed_and_starts_again_at_once(
    tmp_path: Path, private: PrivateLibvirtd, libvirt: Striking, call: str
) -> None:
    """As a supervisor would start it: the next host takes over, nothing is left over."""

    def crash() -> None:
        fates.kill(private)
        private.up()

    with labs.running(tmp_path, labs.TWO_HOSTS, virt=private.uri) as cloud:
        boot = Asking(cloud, cloud.client(), "boot", PATIENCE_S)
        libvirt.before(call, crash)
        server_id = boot.ask("")
        server = boot.fate(server_id)
        assert libvirt.struck == [call]
        assert fates.status_of(server) == "ACTIVE", server
        labs.audited(cloud)
        fates.end_well(cloud, server_id, private)


@pytest.mark.redis
def test_nova_compute_is_killed_in_the_middle_of_a_boot(
    tmp_path: Path, private: PrivateLibvirtd, redis: RedisServer
) -> None:
    """A process of its own, SIGKILL: ERROR with a fault after its restart; nothing to tidy.

    The guest is started and paused, and neutron has said that its port is plugged.
    """
    with labs.running(
        tmp_path, labs.ONE_HOST, virt=private.uri, transport_url=redis.url
    ) as cloud:
        boot = Asking(cloud, cloud.client(), "boot", PATIENCE_S)
        with MortalCompute(cloud, "compute1", "resume") as compute:
            server_id = boot.ask("")
            assert compute.wait(PATIENCE_S) == -signal.SIGKILL
        assert boot.client.show_server(server_id)["status"] == "BUILD"
        cloud.restart_compute("compute1")
        server = boot.fate(server_id)
        assert server is not None
        assert fates.status_of(server) == "ERROR"
        assert "stopped in the middle of the build" in server["fault"]["message"]
        labs.audited(cloud)
        fates.end_well(cloud, server_id, private)


@pytest.mark.redis
def test_nova_compute_is_killed_in_the_middle_of_a_deletion(
    tmp_path: Path, private: PrivateLibvirtd, redis: RedisServer
) -> None:
    """After its restart it goes on where it was killed, and the server is gone."""
    with labs.running(
        tmp_path, labs.ONE_HOST, virt=private.uri, transport_url=redis.url
    ) as cloud:
        delete = Asking(cloud, cloud.client(), "delete", PATIENCE_S)
        server_id = delete.prepared()
        with MortalCompute(cloud, "compute1", "undefine") as compute:
            delete.ask(server_id)
            assert compute.wait(PATIENCE_S) == -signal.SIGKILL
        cloud.restart_compute("compute1")
        assert fates.status_of(delete.fate(server_id)) == "GONE"
        fates.end_well(cloud, server_id, private)
