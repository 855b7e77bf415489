"""Controllers that are old, are killed, or are two: what becomes of the servers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tracenova import telemetry
from tracenova.lab import boot, files
from tracenova.lab.cloud import Cloud
from tracenova.lab.errors import SettingsError
from tracenova.lab.order import Order
from tracenova.lab.settings import Settings
from tracenova.trace.trace import Trace

HOST = """
[[hosts]]
name = "large"
memory_mb = 65536
disk_gb = 400
virt = "fake"

[request]
network = "private"
"""
OLD_SCHEDULER = """
[services.versions]
scheduler = "4.0"
[conf]
scheduler_tracks_instance_changes = false
"""
OLD_CONDUCTOR = '[services.versions]\ncompute_task = "1.9"\n'
KILLED = '[[faults]]\nkind = "killed"\nservice = "nova-conductor"\n'
RACE = """
[services]
schedulers = 2
[conf]
periodic_enable = false
[[hosts]]
name = "large"
memory_mb = 2560
disk_gb = 60
virt = "fake"
[[hosts]]
name = "small"
memory_mb = 2304
disk_gb = 40
virt = "fake"
[[faults]]
kind = "message"
method = "build_and_run_instance"
action = "gather"
times = 2
until = "update_instance_info"
[request]
network = "private"
requests = 2
"""


class Quiet:
    """A narrator that keeps what it is told."""

    wants_moments = False

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, line: str) -> None:
        """Keep one line."""
        self.said.append(line)

    def see(self, moment: object) -> None:
        """Take no note."""

    @contextmanager
    def stepping(self, tap: object) -> Iterator[None]:
        """Hold nothing."""
        yield


def booted(folder: Path, text: str, timeout_s: float = 60) -> tuple[str, Trace, Quiet]:
    """Boot a lab; return the last server's status, the trace, and what was told."""
    lab = files.parse(text, "test.toml", default_name="controllers")
    narrator = Quiet()
    plan = boot.Plan(lab, Order.of(lab), folder / "t.otlp.jsonl", timeout_s=timeout_s)
    outcome = boot.run(plan, narrator)
    return outcome.servers[-1]["status"], outcome.trace, narrator


def versions(trace: Trace, method: str) -> list[tuple[str | None, ...]]:
    """Return the versions sent, allowed and understood of a method's messages."""
    return [
        (one.version, one.version_cap, one.endpoint_version)
        for one in trace.messages()
        if one.method == method
    ]


def test_an_old_scheduler_understands_nothing_newer(tmp_path: Path) -> None:
    """A call: the conductor hears that it was refused, and the server is in ERROR."""
    status, trace, _ = booted(tmp_path, OLD_SCHEDULER + HOST)
    assert status == "ERROR"
    assert versions(trace, "select_destinations") == [("4.3", None, "4.0")]


def test_a_cap_makes_the_conductor_speak_an_old_scheduler_s_language(
    tmp_path: Path,
) -> None:
    """``can_send_version("4.3")`` is false: two dictionaries instead of an object."""
    cap = '[conf.upgrade_levels]\nscheduler = "4.0"\n'
    status, trace, _ = booted(tmp_path, OLD_SCHEDULER + cap + HOST)
    assert status == "ACTIVE"
    assert versions(trace, "select_destinations") == [("4.0", "4.0", "4.0")]


def test_what_an_old_conductor_refuses_is_lost(tmp_path: Path) -> None:
    """A cast: nobody hears of it. Newton has no cap for this client."""
    status, trace, _ = booted(tmp_path, OLD_CONDUCTOR + HOST, timeout_s=2)
    assert status == "BUILD"
    assert versions(trace, "build_instances") == [("1.10", None, "1.9")]
    (message,) = [m for m in trace.messages() if m.method == "build_instances"]
    assert "does not support RPC version 1.10" in message.failure


def test_a_version_that_there_is_not_is_refused(tmp_path: Path) -> None:
    """A service cannot be newer than the program."""
    text = '[services.versions]\nscheduler = "4.9"\n' + HOST
    with pytest.raises(SettingsError, match=r"scheduler 4\.9 is newer than 4\.3"):
        booted(tmp_path, text)


def test_what_waits_in_the_queue_survives_the_conductor(tmp_path: Path) -> None:
    """Dead when the request comes; the next one finds it."""
    status, _, narrator = booted(tmp_path, KILLED + "back_s = 0.5\n" + HOST)
    assert status == "ACTIVE"
    assert narrator.said == [
        "nova-conductor is killed",
        "nova-conductor is started again",
    ]


def test_what_the_conductor_had_taken_dies_with_it(tmp_path: Path) -> None:
    """Acknowledged before it was worked on: the next one hears nothing of it."""
    fault = KILLED + 'method = "build_instances"\nback_s = 0\n'
    status, trace, narrator = booted(tmp_path, fault + HOST, timeout_s=3)
    assert status == "BUILD"
    assert narrator.said[:1] == ["nova-conductor is killed"]
    assert versions(trace, "select_destinations") == []


def test_a_compute_waits_for_the_next_conductor(tmp_path: Path) -> None:
    """Its questions lie in the queue; the build goes on when somebody answers."""
    fault = KILLED + 'method = "build_and_run_instance"\nback_s = 0.5\n'
    status, trace, _ = booted(tmp_path, fault + HOST)
    assert status == "ACTIVE"
    waited = [one.queued_ns or 0 for one in trace.messages() if one.operation == "call"]
    assert max(waited) > 0.4e9


def test_nothing_is_started_in_a_cloud_that_stops(tmp_path: Path) -> None:
    """A service that was to come back in an hour does not hold anybody up."""
    lab = files.parse(KILLED + "back_s = 3600\n" + HOST, "test.toml")
    with telemetry.recording(), Cloud(lab, Settings(tmp_path, "fakeredis://killed/")):
        pass  # a minute would be the end of this test


def test_two_requests_and_one_place(tmp_path: Path) -> None:
    """Two schedulers choose the same host; the second claim fails and goes elsewhere."""
    status, trace, _ = booted(tmp_path, RACE)
    assert status == "ACTIVE"
    chosen = [str(one.selected).partition("/")[0] for one in trace.choices()]
    assert chosen == ["large", "large", "small"]
    assert [claim.passed for claim in trace.claims()] == [True, False, True]
    won, lost, built = [claim.instance for claim in trace.claims()]
    assert lost == built != won
