"""The receiver of each message of a boot in turn is killed when it has the message."""

import functools
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.mortal import ACKNOWLEDGED, TAKEN
from tests.faults.row import Row, running
from tests.faults.storm import Caller, deleted, shown, wish

pytestmark = [pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(900)]
_PATIENCE_S = 240.0

HOPS = [
    ("conductor", "build_instances"),
    ("scheduler", "select_destinations"),
    ("compute", "build_and_run_instance"),
    ("conductor", "object_class_action_versions"),
    ("conductor", "object_action"),
    ("scheduler", "update_instance_info"),
    ("compute", "external_instance_event"),
]
# Newton acknowledges first; whose cast is lost then has no host that would look at it.
NEWTON_LOSES = [
    ("build_instances", ACKNOWLEDGED),
    ("build_and_run_instance", ACKNOWLEDGED),
]


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


@pytest.mark.parametrize("when", [TAKEN, ACKNOWLEDGED])
@pytest.mark.parametrize(("role", "method"), HOPS)
def test_a_server_ends_whoever_is_killed(
    cloud: Row, role: str, method: str, when: str
) -> None:
    """ACTIVE, or ERROR with a fault; but for what Newton loses, and says it loses."""
    cloud.stop(role)
    cloud.start(role, when, method).wait_until_ready()
    caller = Caller(cloud)
    answer = caller.nova("POST", "/servers", wish(caller))
    uuid = answer.json()["server"]["id"]
    assert cloud.bury(role) == -signal.SIGKILL
    cloud.start(role).wait_until_ready()
    began_s = time.monotonic()

    def ended() -> Any:
        row = shown(caller, uuid)
        orphaned = (method, when) in NEWTON_LOSES and not row["OS-EXT-SRV-ATTR:host"]
        return row if row["status"] != "BUILD" or orphaned else None

    row_of_it = until(ended)
    print(
        f"\n{role} killed at {method}, {when}: "
        f"{row_of_it and row_of_it['status']} after {time.monotonic() - began_s:.1f} s"
    )
    assert row_of_it, "neither ACTIVE nor ERROR"
    if (method, when) in NEWTON_LOSES:
        assert (row_of_it["status"], row_of_it["OS-EXT-SRV-ATTR:host"]) == (
            "BUILD",
            None,
        )
        _reset(caller, uuid, shows=method != "build_instances")
    elif row_of_it["status"] == "ERROR":
        assert row_of_it["fault"]["message"]
    assert until(functools.partial(deleted, caller, uuid))
    assert until(lambda: _nothing_remains(caller, uuid))


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
