"""Who works on a request is killed before each call that it makes to libvirt, in turn.

Guests are QEMU's and the calls real. Afterwards each server is ACTIVE, off where that was
asked for, in ERROR with a fault, or gone; nobody disagrees, and once it is deleted nothing
is left. Run with ``-s`` it prints the table.
"""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.functional.libvirt import fates, labs
from tests.functional.libvirt.fates import CALLS, IMPATIENT, Asking
from tests.functional.libvirt.mortal import MortalCompute
from tests.functional.libvirt.unreliable import Striking, striking
from tests.functional.messaging.conftest import RedisServer
from tracenova.lab.cloud import Cloud
from tracenova.lab.libvirtd import PrivateLibvirtd

pytestmark = [
    pytest.mark.faults,
    pytest.mark.qemu,
    pytest.mark.timeout(1800),
]

PATIENCE_S = 300
ENDS = {
    "boot": {"ACTIVE", "ERROR"},
    "stop": {"ACTIVE", "SHUTOFF", "ERROR"},
    "start": {"ACTIVE", "SHUTOFF", "ERROR"},
    "reboot": {"ACTIVE", "SHUTOFF", "ERROR"},  # off: between its two halves
    "delete": {"ERROR", "GONE"},
}


@pytest.fixture(name="libvirt")
def fixture_libvirt() -> Iterator[Striking]:
    """Real connections, before one of whose calls something happens."""
    with striking() as libvirt:
        yield libvirt


@pytest.mark.parametrize("request_", CALLS)
def test_libvirtd_is_killed(
    tmp_path: Path, private: PrivateLibvirtd, libvirt: Striking, request_: str
) -> None:
    """It stays dead until a restart, at which a guest of no server may be left over."""

    def crash(cloud: Cloud, server_id: str, asking: Asking, call: str) -> str:
        libvirt.before(call, lambda: fates.kill(private))
        server_id = asking.ask(server_id)
        fate = asking.fate(server_id)
        assert libvirt.struck.pop() == call
        fates.status_of(fate)
        private.up()
        fates.restart(cloud)
        return server_id

    with labs.running(tmp_path, labs.TWO_HOSTS, virt=private.uri, **IMPATIENT) as cloud:
        go_through(cloud, private, request_, "libvirtd killed", crash)


@pytest.mark.parametrize("request_", CALLS)
def test_the_connection_to_libvirtd_breaks(
    tmp_path: Path, private: PrivateLibvirtd, libvirt: Striking, request_: str
) -> None:
    """It is killed and starts again at once, as a supervisor would start it."""

    def crash(cloud: Cloud, server_id: str, asking: Asking, call: str) -> str:
        def strike() -> None:
            fates.kill(private)
            private.up()

        libvirt.before(call, strike)
        server_id = asking.ask(server_id)
        fates.status_of(asking.fate(server_id))
        assert libvirt.struck.pop() == call
        fates.restart(cloud)
        return server_id

    with labs.running(tmp_path, labs.TWO_HOSTS, virt=private.uri, **IMPATIENT) as cloud:
        go_through(cloud, private, request_, "connection broken", crash)


@pytest.mark.redis
@pytest.mark.parametrize("request_", CALLS)
def test_nova_compute_is_killed(
    tmp_path: Path, private: PrivateLibvirtd, redis: RedisServer, request_: str
) -> None:
    """A process of its own, SIGKILL; what it was doing is done, or is a fault, afterwards."""

    def crash(cloud: Cloud, server_id: str, asking: Asking, call: str) -> str:
        with MortalCompute(cloud, "compute1", call) as compute:
            server_id = asking.ask(server_id)
            assert compute.wait(PATIENCE_S) == -signal.SIGKILL
        fates.restart(cloud)
        return server_id

    with labs.running(
        tmp_path,
        labs.ONE_HOST,
        virt=private.uri,
        transport_url=redis.url,
        **IMPATIENT,
    ) as cloud:
        go_through(cloud, private, request_, "nova-compute killed", crash)


def go_through(
    cloud: Cloud,
    private: PrivateLibvirtd,
    request: str,
    what: str,
    crash: Callable[[Cloud, str, Asking, str], str],
) -> None:
    """Let the crash happen at each call of the request; print what became of the server."""
    print()
    for call in CALLS[request]:
        asking = Asking(cloud, cloud.client(), request, PATIENCE_S)
        server_id = crash(cloud, asking.prepared(), asking, call)
        status = fates.status_of(asking.fate(server_id))
        print(f"{request:7} {what:20} before {call:19} {status}")
        assert status in ENDS[request]
        labs.audited(cloud)
        fates.end_well(cloud, server_id, private)
