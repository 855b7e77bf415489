"""The receiver of each message of a boot, and of a deletion, is killed when it has it.

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
from tests.functional.served.audited import audited_state

pytestmark = [
    *(pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(900)),
    # Libvirt's test driver: only a libvirt waits for the network.
    pytest.mark.libvirt,
]
_PATIENCE_S = 240.0
_QUIET_S = 25.0  # rpc_response_timeout is 20: nobody waits for a reply any more

ACTIVE, ERROR, GONE = "ACTIVE", "ERROR", "gone"
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
DELETION = [
    # init_host goes on with what has task_state deleting
    Hop("compute", "terminate_instance", taken=GONE, acknowledged=GONE),
    Hop(
        "conductor",
        "object_action",
        "Instance.destroy",
        taken=GONE,
        acknowledged=ERROR,
    ),
]


def _in_turn(hops: list[Hop]) -> Any:
    """Parametrize by hop, and by when its receiver dies."""
    rows = [(hop, when) for hop in hops for when in (TAKEN, ACKNOWLEDGED)]
    ids = [f"{hop.role}-{hop.method}-{hop.about}-{when}" for hop, when in rows]
    return pytest.mark.parametrize(("hop", "when"), rows, ids=ids)


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


@_in_turn(HOPS)
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
    assert until(lambda: _is_clean(cloud))


@_in_turn(DELETION)
def test_a_deletion_ends_whoever_is_killed(cloud: Row, hop: Hop, when: str) -> None:
    """The server is gone; or in ERROR with a fault, and its next deletion works."""
    caller = Caller(cloud)
    _leave_no_server(caller)
    uuid = str(caller.nova("POST", "/servers", wish(caller)).json()["server"]["id"])
    assert until(lambda: shown(caller, uuid)["status"] == ACTIVE)
    cloud.doom(hop.role, Doom(when, hop.method, hop.about))
    assert caller.nova("DELETE", f"/servers/{uuid}").status_code == 204
    assert cloud.bury(hop.role) == -signal.SIGKILL
    cloud.start(hop.role).wait_until_ready()
    began_s = time.monotonic()
    assert until(lambda: shown(caller, uuid)["status"] in (GONE, ERROR))
    row = shown(caller, uuid)
    print(
        f"\n{hop.role} killed at {hop.method} {hop.about}, {when}: {row['status']} "
        f"after {time.monotonic() - began_s:.1f} s "
        f"{row.get('fault', {}).get('message', '')}"
    )
    assert row["status"] == (hop.taken if when == TAKEN else hop.acknowledged)
    if row["status"] == ERROR:
        assert row["fault"]["message"]
    assert until(functools.partial(deleted, caller, uuid))
    assert until(lambda: _is_clean(cloud))


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
    assert until(lambda: _is_clean(cloud))


def _ask(cloud: Row, caller: Caller, hop: Hop, when: str) -> str:
    """Ask for a server; let the receiver die, and start it again."""
    _leave_no_server(caller)
    cloud.doom(hop.role, Doom(when, hop.method, hop.about))
    answer = caller.nova("POST", "/servers", wish(caller))
    assert cloud.bury(hop.role) == -signal.SIGKILL
    cloud.start(hop.role).wait_until_ready()
    return str(answer.json()["server"]["id"])


def _leave_no_server(caller: Caller) -> None:
    """Delete what a row that failed has left."""
    path = f"/v2.1/{caller.project}/servers"
    for left in caller.told("nova", path)["servers"]:
        assert until(functools.partial(deleted, caller, left["id"]))


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


def _is_clean(cloud: Row) -> bool:
    """Say whether the audit finds nothing, now that no server is there any more."""
    found = audited_state(cloud.state)
    if found:
        print(*found, sep="\n")
    return not found
