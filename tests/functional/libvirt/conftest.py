"""A libvirtd of the tests' own, which ends with them, however they end."""

import importlib.util
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis as redis_client

from tests.functional.messaging.conftest import RedisServer
from tracenova.lab import guest, libvirtd
from tracenova.lab.libvirtd import PrivateLibvirtd


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test of this folder time for a busy machine: most take two seconds."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def shared_libvirtd() -> Iterator[PrivateLibvirtd]:
    """One libvirtd for all tests of this process."""
    if importlib.util.find_spec("libvirt") is None:
        pytest.skip("libvirt-python is not installed (it is built from source)")
    for program in ("qemu-system-x86_64", "libvirtd", "genisoimage"):
        if shutil.which(program, path="/usr/sbin:/usr/bin:/bin") is None:
            pytest.skip(f"{program} is not installed")
    try:
        guest.build()
    except guest.GuestError as error:
        pytest.skip(f"no guest to boot: {error}")
    with tempfile.TemporaryDirectory(prefix="tn-") as short:  # sockets: 107 bytes
        libvirt = PrivateLibvirtd(Path(short), dies_with_caller=True)
        try:
            libvirt.up()
        except libvirtd.LibvirtdError as error:
            pytest.skip(f"no private libvirtd here: {error}")
        yield libvirt
        libvirt.down()


@pytest.fixture
def private(shared_libvirtd: PrivateLibvirtd) -> PrivateLibvirtd:
    """The libvirtd, which a test may kill, alive and without a lab's guest."""
    assert shared_libvirtd.up().guests == ()
    return shared_libvirtd


@pytest.fixture(scope="session")
def libvirt_redis(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RedisServer]:
    """One redis-server for all tests of this process."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()


@pytest.fixture
def redis(libvirt_redis: RedisServer) -> RedisServer:
    """A bus that reaches other processes, and on which nothing waits."""
    with redis_client.Redis(port=libvirt_redis.port) as client:
        client.flushall()
    return libvirt_redis
