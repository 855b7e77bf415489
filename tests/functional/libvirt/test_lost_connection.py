"""The connection to libvirt breaks, at each call in turn: what becomes of the server.

Libvirt itself lives on: its own death is in test_killed.py.
"""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.libvirt import labs
from tests.functional.libvirt.unreliable import BROKEN, Unreliable, unreliable
from tracenova.lab.audit import audit
from tracenova.lab.client import Refused
from tracenova.lab.cloud import Cloud

pytestmark = [
    pytest.mark.libvirt,
    pytest.mark.skipif(
        importlib.util.find_spec("libvirt") is None,
        reason="libvirt-python is not installed (it is built from source)",
    ),
]

# Each call of a request that goes to libvirt, in the order in which it is first made.
# (Names and ids are known without asking.)
CALLS = {
    "boot": (
        *("getLibVersion", "defineXML", "lookupByUUIDString", "XMLDesc"),
        *("createWithFlags", "suspend", "resume", "info"),
    ),
    "stop": ("getLibVersion", "lookupByUUIDString", "info", "isActive", "shutdown"),
    "start": ("lookupByUUIDString", "isActive", "defineXML", "createWithFlags", "info"),
    "reboot": ("lookupByUUIDString", "info", "destroy", "defineXML", "createWithFlags"),
    "delete": (
        "getLibVersion",
        "lookupByUUIDString",
        "isActive",
        "destroy",
        "undefine",
    ),
}
BODIES: dict[str, dict[str, Any]] = {
    "stop": {"os_stop": None},
    "start": {"os_start": None},
    "reboot": {"reboot": {"type": "HARD"}},
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


def check_fate(server: dict[str, Any] | None) -> None:
    """Fail unless the server is ACTIVE, off, in ERROR with a fault, or gone."""
    if server is not None and server["status"] == "ERROR":
        assert server["fault"]["message"]


@pytest.mark.parametrize("call", CALLS["boot"])
def test_a_boot_survives_a_connection_that_drops(
    tmp_path: Path, libvirt: Unreliable, call: str
) -> None:
    """ACTIVE, here or on the next host, or ERROR with a fault; clean without a restart."""
    with labs.running(tmp_path, labs.TWO_HOSTS) as cloud:
        libvirt.fail(call, BROKEN)
        server = boot(cloud)
        assert libvirt.struck == [call]
        check_fate(server)
        labs.audited(cloud)
        labs.delete(cloud.client(), [server["id"]])
        labs.audited(cloud)
        assert not any(labs.sums(cloud).values())


@pytest.mark.parametrize("call", CALLS["boot"])
def test_a_boot_from_which_libvirt_stays_away_leaves_a_guest_or_files_at_most(
    tmp_path: Path, libvirt: Unreliable, call: str
) -> None:
    """What could not be undone belongs to no server; a restart and a tidying end it."""
    with labs.running(tmp_path, labs.TWO_HOSTS) as cloud:
        libvirt.fail(call, BROKEN, then_down=True)
        server = boot(cloud)
        assert libvirt.struck == [call]
        assert server["status"] == "ERROR" or call == "info"
        check_fate(server)
        libvirt.down = False
        for host in ("compute1", "compute2"):
            cloud.restart_compute(host)
        labs.until(lambda: not unexpected(cloud))
        for host in ("compute1", "compute2"):
            cloud.tidy_host(host)
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
        for call in CALLS[request_]:
            server_id = boot(cloud)["id"]
            if request_ == "start":
                labs.action(client, server_id, **BODIES["stop"])
                assert labs.settled(client, server_id)["status"] == "SHUTOFF"
            libvirt.fail(call, BROKEN)
            fate = ask(client, request_, server_id)
            assert libvirt.struck.pop() == call
            check_fate(fate)
            cloud.restart_compute("compute1")
            labs.audited(cloud)
            if fate is not None:
                labs.delete(client, [server_id])
            labs.audited(cloud)
        assert not any(labs.sums(cloud).values())


def ask(client: Any, request: str, server_id: str) -> dict[str, Any] | None:
    """Make the request; return the server when nothing is under way, None: it is gone."""
    if request != "delete":
        labs.action(client, server_id, **BODIES[request])
        return labs.settled(client, server_id)
    client.delete_server(server_id)

    def look() -> tuple[dict[str, Any] | None] | None:
        try:
            server = client.show_server(server_id)
        except Refused:
            return (None,)
        return (server,) if server["status"] == "ERROR" and "fault" in server else None

    (fate,) = labs.until(look) or (None,)
    return fate


def unexpected(cloud: Cloud) -> list[Any]:
    """Return what the audit finds beside guests and files without a server."""
    strays = ("without a server", "belongs to no server", "was left half-made")
    return [
        each
        for each in audit(cloud)
        if not any(words in each.problem for words in strays)
    ]
