"""The connection to libvirt breaks, at each call in turn: what becomes of the server.

Libvirt itself lives on: its own death is in test_killed.py.
"""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.libvirt import fates, labs
from tests.functional.libvirt.fates import Asking
from tests.functional.libvirt.unreliable import BROKEN, Unreliable, unreliable
from tracenova.lab.cloud import Cloud

pytestmark = [
    pytest.mark.libvirt,
    pytest.mark.skipif(
        importlib.util.find_spec("libvirt") is None,
        reason="libvirt-python is not installed (it is built from source)",
    ),
]

# libvirt's test driver starts a guest and suspends it in two calls, and its guests obey
CALLS = {
    **fates.CALLS,
    "boot": (*fates.CALLS["boot"], "suspend"),
    "stop": fates.CALLS["stop"][:-1],
}


@pytest.fixture(name="libvirt")
def fixture_libvirt() -> Iterator[Unreliable]:
    """A libvirt that fails where it is told to."""
    with unreliable() as libvirt:
        yield libvirt


def boot(cloud: Cloud) -> dict[str, Any]:
    """Create a server and wait until its fate is known."""
    client = cloud.client()
    (server_id,) = labs.create(cloud, client, flavor="tiny")
    return labs.settled(client, server_id)


def test_a_boot_survives_a_connection_that_drops(
    tmp_path: Path, libvirt: Unreliable
) -> None:
    """ACTIVE, here or on the next host, or ERROR with a fault; clean without a restart."""
    with labs.running(tmp_path, labs.TWO_HOSTS) as cloud:
        for call in CALLS["boot"]:
            libvirt.fail(call, BROKEN)
            server = boot(cloud)
            assert libvirt.struck.pop() == call
            fates.status_of(server)
            labs.audited(cloud)
            labs.delete(cloud.client(), [server["id"]])
            labs.audited(cloud)
        assert not any(labs.sums(cloud).values())


def test_a_boot_from_which_libvirt_stays_away_leaves_a_guest_or_files_at_most(
    tmp_path: Path, libvirt: Unreliable
) -> None:
    """What could not be undone belongs to no server; a restart and a tidying end it."""
    with labs.running(tmp_path, labs.TWO_HOSTS) as cloud:
        for call in CALLS["boot"]:
            libvirt.fail(call, BROKEN, then_down=True)
            server = boot(cloud)
            assert libvirt.struck.pop() == call
            assert fates.status_of(server) == "ERROR" or call == "info"
            libvirt.down = False
            fates.restart(cloud)
            labs.audited(cloud)
            labs.delete(cloud.client(), [server["id"]])
            labs.audited(cloud)
        assert not any(labs.sums(cloud).values())


@pytest.mark.parametrize("request_", ["stop", "start", "reboot", "delete"])
def test_a_request_survives_a_connection_that_drops(
    tmp_path: Path, libvirt: Unreliable, request_: str
) -> None:
    """At each call of it in turn; clean after a restart, with nothing to tidy."""
    with labs.running(tmp_path, labs.TWO_HOSTS) as cloud:
        client = cloud.client()
        asking = Asking(cloud, client, request_)
        for call in CALLS[request_]:
            server_id = asking.prepared()
            libvirt.fail(call, BROKEN)
            fate = asking.fate(asking.ask(server_id))
            assert libvirt.struck.pop() == call
            fates.status_of(fate)
            cloud.restart_compute("compute1")
            labs.audited(cloud)
            if fate is not None:
                labs.delete(client, [server_id])
            labs.audited(cloud)
        assert not any(labs.sums(cloud).values())
