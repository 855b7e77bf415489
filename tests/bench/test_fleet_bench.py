"""How many boots a second when every service is a process, over a real Redis.

Run with ``make bench``; prints figures, asserts only that nothing is lost. Two
nova-apis, two conductors, a scheduler, the computes, the neighbours, a redis-server;
SQLite, the fake driver, nothing recorded, as in ``test_throughput_bench``. Thirty hosts
are thirty processes of 100 MB; three hundred are left to ``test_throughput_bench``.
Other programs use the machine, too: what a boot costs all processes together says more
than the clock.
"""

import contextlib
import itertools
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bench.part import lab_of, urls_of
from tests.bench.test_throughput_bench import Load
from tests.functional.messaging.conftest import RedisServer
from tracenova import http_network, identity
from tracenova.lab.client import Client
from tracenova.lab.order import Order
from tracenova.lab.ports import free_ports

pytestmark = [pytest.mark.bench, pytest.mark.redis, pytest.mark.timeout(1200)]

BOOTS = {1: 40, 10: 100, 50: 150}
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


Process = tuple[tuple[str, ...], tuple[str, ...]]
"""Roles and hosts of what shares a process."""


def _layouts(hosts: int) -> dict[str, list[Process]]:
    """Who shares a process with whom."""
    names = tuple(f"compute{n + 1}" for n in range(hosts))
    computes: list[Process] = [(("compute",), (name,)) for name in names]
    return {
        "a process each": [
            (("neighbours",), ()),
            (("conductor",), ()),
            (("conductor",), ("conductor2",)),
            (("scheduler",), ()),
            *computes,
            (("api",), ("api1",)),
            (("api",), ("api2",)),
        ],
        "a process a kind": [
            (("neighbours",), ()),
            (("conductor",), ()),
            (("scheduler",), ()),
            (("compute",), names),
            (("api",), ()),
        ],
        "three processes": [
            (("neighbours", "api"), ()),
            (("conductor", "scheduler"), ()),
            (("compute",), names),
        ],
        "two processes": [
            (("neighbours", "api", "compute"), names),
            (("conductor", "scheduler"), ()),
        ],
    }


class Fleet:
    """The processes of a cloud.

    Attributes:
        pids: by the names of the services.
    """

    def __init__(self, folder: Path, hosts: int, processes: list[Process]) -> None:
        self.folder = folder
        self._hosts = hosts
        self.redis = RedisServer(folder, dead_after_s=60)
        doors = sum("api" in roles for roles, _ in processes)
        first, *self.apis = free_ports(1 + doors)
        self.neighbours = f"http://127.0.0.1:{first}"
        self._running: dict[str, subprocess.Popen[str]] = {}
        with self._start(("manage",), ()) as manage:
            self._ready(manage)
        apis = iter(self.apis)
        for roles, hosts_ in processes:
            ports = {"neighbours": first} if "neighbours" in roles else {}
            ports |= {"api": next(apis)} if "api" in roles else {}
            name = f"{'+'.join(roles)}@{'+'.join(hosts_) or 'controller'}"
            self._running[name] = self._start(roles, hosts_, ports)
        for process in self._running.values():
            self._ready(process)

    @property
    def pids(self) -> dict[str, int]:
        """All processes that a boot keeps busy, this one too."""
        pids = {name: process.pid for name, process in self._running.items()}
        return {**pids, "redis": self.redis._process.pid, "callers": os.getpid()}

    def urls(self, api: int) -> dict[str, str]:
        """Return where the services answer, by way of one of the nova-apis."""
        return urls_of(self.neighbours, f"http://127.0.0.1:{self.apis[api]}")

    def close(self) -> None:
        """Stop everything."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait(120)
            assert process.stdout is not None
            process.stdout.close()
        self.redis.kill()

    def _start(
        self,
        roles: tuple[str, ...],
        hosts: tuple[str, ...],
        ports: Mapping[str, int] | None = None,
    ) -> "subprocess.Popen[str]":
        plan = {
            "roles": roles,
            "hosts": hosts,
            "ports": ports or {},
            "number_of_hosts": self._hosts,
            "state": str(self.folder),
            "transport_url": self.redis.url,
            "neighbours": self.neighbours,
            "nova": f"http://127.0.0.1:{self.apis[0]}",
        }
        name = "+".join((*roles, *hosts))
        with (self.folder / f"{name[:100]}.err").open("w") as errors:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.bench.part", json.dumps(plan)],
                cwd=Path(__file__).parents[2],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    @staticmethod
    def _ready(process: "subprocess.Popen[str]") -> "subprocess.Popen[str]":
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        return process


class Callers(Client):
    """One user who turns to the nova-apis in turn, as behind a load balancer."""

    def __init__(self, fleet: Fleet) -> None:
        who = identity.ServiceIdentity("client", "localhost", "fleet")
        clients = []
        for api in range(len(fleet.apis)):
            urls = fleet.urls(api)
            clients.append(Client(who, urls["nova"], urls["keystone"]))
            clients[-1].log_in("demo", "demo", "demo")
        self._who = who
        self._turns = itertools.cycle(clients)

    def create_servers(self, body: Mapping[str, Any]) -> list[str]:
        """POST /servers to whose turn it is."""
        return next(self._turns).create_servers(body)


def _cpu_ms(pid: int) -> float:
    """Return what a process has used of the processor so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_MS


def _resident_mb(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


@contextlib.contextmanager
def running(folder: Path, hosts: int, layout: str) -> Iterator[Fleet]:
    """A cloud of so many hosts, laid out so."""
    fleet = Fleet(folder, hosts, _layouts(hosts)[layout])
    try:
        yield fleet
    finally:
        http_network._kept.close()
        fleet.close()


@pytest.mark.parametrize("layout", _layouts(1))
@pytest.mark.parametrize("hosts", [3, 30])
def test_boots_a_second_of_many_processes(
    tmp_path: Path, hosts: int, layout: str
) -> None:
    """Goals: 20 boots a second on two cores; POST to 202 p50 25 ms."""
    print(f"\n{hosts} hosts, {layout}")
    with running(tmp_path, hosts, layout) as fleet:
        _measure(fleet, hosts)


def _measure(fleet: Fleet, hosts: int) -> None:
    lab = lab_of(hosts)
    body = Order.of(lab, flavor="m1.tiny").body(lab)
    load = Load(Callers(fleet), body, fleet.folder / "nova.sqlite")
    load.run(10, 2)
    for callers, boots in BOOTS.items():
        before = {name: _cpu_ms(pid) for name, pid in fleet.pids.items()}
        run = load.run(boots, callers)
        used = {
            name: (_cpu_ms(pid) - before[name]) / boots
            for name, pid in fleet.pids.items()
        }
        print(f"{callers:2} at once: {run}")
        total = sum(used.values())
        print(
            f"   CPU of all {total:.0f} ms a boot, so two cores could do "
            f"{2000 / total:.1f} a second:",
            _shown(_by_kind(used)),
        )
    memory = {name: float(_resident_mb(pid)) for name, pid in fleet.pids.items()}
    print("   resident, MB:", _shown(_by_kind(memory)))


def _by_kind(figures: dict[str, float]) -> dict[str, float]:
    """Add up what services of one kind have: ``conductor ×2``."""
    kinds = Counter(name.partition("@")[0] for name in figures)
    summed = dict.fromkeys(kinds, 0.0)
    for name, value in figures.items():
        summed[name.partition("@")[0]] += value
    return {f"{kind} ×{kinds[kind]}": value for kind, value in summed.items()}


def _shown(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.0f}" for name, value in figures.items())
