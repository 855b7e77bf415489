"""The receiver of each message of a boot in turn is killed when it has the message.

What comes of it is Newton's, row by row. Run with ``-s`` it prints the table of
lessons/explanation/lost-messages.md.
"""

import functools
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.faults.caller import Caller, deleted, is_silent, shown, wish
from tests.faults.mortal import ACKNOWLEDGED, TAKEN, Doom
from tests.faults.row import Row, running

pytestmark = [
    *(pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(900)),
    # Libvirt's test driver: only a libvirt waits for the network.
    pytest.mark.libvirt,
]
_PATIENCE_S = 240.0
_QUIET_S = 25.0  # rpc_response_timeout is 20: nobody waits for a reply any more

ACTIVE, ERROR = "ACTIVE", "ERROR"
LOST = "BUILD, of no host"  # which nobody in Newton looks for


@dataclass(frozen=True)
class Hop:
    """A message of a boot, and how the server ends whose receiver dies of it."""

    role: str
    method: str
    about: str = ""
    taken: str = ACTIVE
    acknowledged: str = ACTIVE


HOPS = [
    Hop("conductor", "build_instances", acknowledged=LOST),
    Hop("scheduler", "select_destinations"),
    Hop("compute", "build_and_run_instance", acknowledged=LOST),
    # the compute's first two calls come before its claim: the server has no host yet
    Hop(
        "conductor",
        "object_class_action_versions",
        "InstanceActionEvent.event_start",
        acknowledged=LOST,
    ),
    Hop("conductor", "object_action", "Instance.save", acknowledged=LOST),
    # the block devices are prepared at the same time: that call dies with it, or not
    Hop(
        "conductor",
        "object_action",
        "VirtualInterface.create",
        taken=f"{ACTIVE} or {ERROR}",
        acknowledged=ERROR,
    ),
    Hop("neighbours", "update_device_up", acknowledged=ERROR),
    # a compute that is killed while it builds: init_host finds the server
    Hop("compute", "external_instance_event", taken=ERROR, acknowledged=ERROR),
    Hop("scheduler", "update_instance_info"),
]
ROWS = [(hop, when) for hop in HOPS for when in (TAKEN, ACKNOWLEDGED)]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Row]:
    """One service of each kind."""
    with running(tmp_path_factory.mktemp("row")) as cloud:
        yield cloud


def until(holds: Callable[[], Any]) -> Any:
    """Wait until it holds; return what it returned, or nothing when time is up."""
    deadline = time.monotonic() + _PATIENCE_S
    while not (answer := holds()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return answer


@pytest.mark.parametrize(
    ("hop", "when"), ROWS, ids=[f"{h.role}-{h.method}-{h.about}-{w}" for h, w in ROWS]
)
def test_a_server_ends_whoever_is_killed(cloud: Row, hop: Hop, when: str) -> None:
    """ACTIVE, or ERROR with a fault; but for what Newton loses, and says it loses."""
    expected = hop.taken if when == TAKEN else hop.acknowledged
    caller = Caller(cloud)
    uuid = _ask(cloud, caller, hop, when)
    began_s = time.monotonic()
    row = until(lambda: _ended(cloud, caller, uuid, began_s))
    print(
        f"\n{hop.role} killed at {hop.method} {hop.about}, {when}: {row and row['end']} "
        f"after {time.monotonic() - began_s:.1f} s "
        f"{((row or {}).get('fault') or {}).get('message', '')}"
    )
    assert row, "it did not end"
    assert row["end"] in expected.split(" or ")
    if row["end"] == ERROR:
        assert row["fault"]["message"]
    if expected == LOST:
        _reset(caller, uuid, shows=hop.method != "build_instances")
    assert until(functools.partial(deleted, caller, uuid))
    assert until(lambda: _nothing_remains(caller, uuid))


def test_a_build_without_end_ends_when_its_time_is_up(cloud: Row) -> None:
    """instance_build_timeout, the periodic task's: ERROR, with a fault that says so."""
    cloud.stop("compute")
    cloud.start("compute", vif_plugging_timeout=120).wait_until_ready()
    caller = Caller(cloud)
    uuid = _ask(cloud, caller, Hop("neighbours", "update_device_up"), ACKNOWLEDGED)
    began_s = time.monotonic()
    row = until(lambda: _ended(cloud, caller, uuid, began_s))
    print(f"\ninstance_build_timeout: {row} after {time.monotonic() - began_s:.1f} s")
    assert row["end"] == ERROR
    assert row["fault"]["message"] == "The build was not over after 20 s."
    cloud.stop("compute")
    cloud.start("compute").wait_until_ready()
    assert until(functools.partial(deleted, caller, uuid))
    assert until(lambda: _nothing_remains(caller, uuid))


def _ask(cloud: Row, caller: Caller, hop: Hop, when: str) -> str:
    """Ask for a server; let the receiver die, and start it again."""
    path = f"/v2.1/{caller.project}/servers"
    for left in caller.told("nova", path)["servers"]:  # by a row that failed
        assert until(functools.partial(deleted, caller, left["id"]))
    cloud.doom(hop.role, Doom(when, hop.method, hop.about))
    answer = caller.nova("POST", "/servers", wish(caller))
    assert cloud.bury(hop.role) == -signal.SIGKILL
    cloud.start(hop.role).wait_until_ready()
    return str(answer.json()["server"]["id"])


def _ended(cloud: Row, caller: Caller, uuid: str, began_s: float) -> Any:
    """Return the server, and how it ended, once nothing more will become of it."""
    row = shown(caller, uuid)
    if row["status"] != "BUILD":
        return {**row, "end": row["status"]}
    owned = row["OS-EXT-SRV-ATTR:host"]
    late = time.monotonic() - began_s > _QUIET_S
    return {**row, "end": LOST} if late and not owned and is_silent(cloud.bus) else None


def _reset(caller: Caller, uuid: str, *, shows: bool) -> None:
    """Do what Nova has for an administrator.

    Before a conductor has worked on the request the server is in no cell, and its state
    cannot be reset: only its deletion is left.
    """
    body = {"os-resetState": {"state": "error"}}
    assert caller.nova("POST", f"/servers/{uuid}/action", body).status_code == (
        202 if shows else 409
    )
    assert shown(caller, uuid)["status"] == ("ERROR" if shows else "BUILD")


def _nothing_remains(caller: Caller, uuid: str) -> bool:
    ports = caller.told("neutron", f"/v2.0/ports?device_id={uuid}")["ports"]
    held = caller.told("placement", f"/allocations/{uuid}") or {}
    limits = caller.told("nova", f"/v2.1/{caller.project}/limits")["limits"]
    used = limits["absolute"]["totalInstancesUsed"]
    return not ports and not held.get("allocations") and used == 0
