"""How many boots a second, and how long each takes when many ask at once.

Run with ``make bench``; prints figures, asserts only that nothing is lost. One process,
the embedded bus, SQLite, the fake driver, tracing off. So many callers POST one server
after the other; a watcher asks the cell database which servers are ACTIVE or in ERROR
by now. A boot takes from its POST until the watcher has seen it. Memory is the growth of
the process between the first and the last boot, by the number of servers.
"""

import contextlib
import dataclasses
import itertools
import os
import sqlite3
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.bench.part import lab_of
from tracenova import utils
from tracenova.lab.client import Client
from tracenova.lab.cloud import Cloud
from tracenova.lab.order import Order
from tracenova.lab.settings import Settings

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1200)]

WARM_UP = 5
BOOTS = {1: 30, 10: 60, 50: 100}
GROWTH = 300
LOOK_EVERY_S = 0.01
GIVE_UP_S = 300
_DONE = (
    "SELECT uuid, vm_state FROM instances WHERE id > ? AND "
    "(vm_state='active' AND task_state IS NULL OR vm_state='error')"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """What a number of boots took.

    Attributes:
        accepted_ms: of each, from the POST to the 202.
        active_ms: of each that became ACTIVE, from the POST until it was.
        failed: how many ended in ERROR.
        took_s: from the first POST until all were done.
        cpu_s: of the processor in that time.
        grown_kb: what the process has grown by in that time.
    """

    accepted_ms: list[float]
    active_ms: list[float]
    failed: int
    took_s: float
    cpu_s: float
    grown_kb: int

    def __str__(self) -> str:
        """One line of the table."""
        boots = len(self.accepted_ms)
        return (
            f"{boots / self.took_s:5.1f} boots/s (CPU {self.cpu_s / boots * 1e3:.0f} ms"
            f" each), 202 {_percentiles(self.accepted_ms)}, "
            f"ACTIVE {_percentiles(self.active_ms)} ms, {self.failed} in ERROR, "
            f"{self.grown_kb / boots:.0f} kB a server"
        )


class Load:
    """Many who want servers of a cloud.

    Args:
        client: who POSTs.
        body: what is POSTed.
        cell: the file of the cell database.
    """

    def __init__(self, client: Client, body: dict[str, Any], cell: Path) -> None:
        self._client = client
        self._body = body
        self._cell = sqlite3.connect(f"file:{cell}?mode=ro", uri=True)
        self._seen: dict[str, tuple[float, str]] = {}
        self._more_seen = threading.Condition()

    def run(self, boots: int, callers: int) -> Run:
        """Boot so many servers, so many at once."""
        posted: dict[str, tuple[float, float]] = {}
        turns = itertools.count()
        (newest,) = self._cell.execute("SELECT max(id) FROM instances").fetchone()
        self._seen.clear()
        kb, cpu_s, began_s = _resident_kb(), time.process_time(), time.perf_counter()

        def call() -> None:
            while next(turns) < boots:
                asked_s = time.perf_counter()
                with self._client.story("boot"):
                    (uuid,) = self._client.create_servers(self._body)
                posted[uuid] = asked_s, time.perf_counter()
                self._wait_for(uuid)

        calling = [utils.spawn(call) for _ in range(callers)]
        self._watch(newest or 0, boots)
        took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_s
        for one in calling:
            one.result(GIVE_UP_S)
        assert self._seen.keys() == posted.keys()
        return Run(
            [(accepted_s - asked_s) * 1e3 for asked_s, accepted_s in posted.values()],
            [
                (seen_s - posted[uuid][0]) * 1e3
                for uuid, (seen_s, state) in self._seen.items()
                if state == "active"
            ],
            sum(state == "error" for _, state in self._seen.values()),
            took_s,
            cpu_s,
            _resident_kb() - kb,
        )

    def _wait_for(self, uuid: str) -> None:
        with self._more_seen:
            assert self._more_seen.wait_for(lambda: uuid in self._seen, GIVE_UP_S)

    def _watch(self, newest: int, boots: int) -> None:
        """Note when each newer server is first seen to be done, and its state."""
        deadline = time.monotonic() + GIVE_UP_S
        while len(self._seen) < boots:
            assert time.monotonic() < deadline, f"{len(self._seen)} of {boots} are done"
            now_s = time.perf_counter()
            found = self._cell.execute(_DONE, (newest,)).fetchall()
            with self._more_seen:
                for uuid, state in found:
                    self._seen.setdefault(uuid, (now_s, state))
                self._more_seen.notify_all()
            time.sleep(LOOK_EVERY_S)


@contextlib.contextmanager
def loaded(state: Path, hosts: int) -> Iterator[Load]:
    """A cloud of so many equal hosts with room for all."""
    lab = lab_of(hosts)
    settings = Settings(state, f"fakeredis://bench-load-{hosts}/")
    with Cloud(lab, settings, virt="fake") as cloud:
        cloud.around.neutron.port_quota = 100_000
        body = Order.of(lab, flavor="m1.tiny").body(lab)
        load = Load(cloud.client(), body, state / "nova.sqlite")
        load.run(WARM_UP, 1)
        yield load


def _percentiles(values_ms: Sequence[float]) -> str:
    marks = statistics.quantiles(values_ms, n=100, method="inclusive")
    return "p50 {:.0f} p95 {:.0f} p99 {:.0f}".format(
        *(marks[at] for at in (49, 94, 98))
    )


def _resident_kb() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


@pytest.mark.parametrize("hosts", [3, 30, 300])
def test_boots_a_second(tmp_path: Path, hosts: int) -> None:
    """Goals: 20 boots a second on two cores; POST to 202 p50 25 ms."""
    print()
    with loaded(tmp_path, hosts) as load:
        print(f"{hosts} hosts, {threading.active_count()} threads")
        for callers, boots in BOOTS.items():
            print(f"{hosts:4} hosts, {callers:2} at once: {load.run(boots, callers)}")


def test_the_number_of_servers_does_not_matter(tmp_path: Path) -> None:
    """Goal: the last hundred boots cost what the first hundred cost."""
    print()
    with loaded(tmp_path, 3) as load:
        runs = [load.run(GROWTH // 3, 1) for _ in range(3)]
    for number, run in enumerate(runs, 1):
        print(f"servers {number * 100 - 99:3} to {number * 100}: {run}")
    first, *_, last = runs
    print(f"CPU of the last hundred to the first: × {last.cpu_s / first.cpu_s:.2f}")
