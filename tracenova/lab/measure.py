"""How long things take here: boots one after the other, and calls on a bus.

Ratios within one run say more than seconds: other programs use the machine, too. CPU
time stands beside the clock's.
"""

import contextlib
import dataclasses
import sqlite3
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import oslo_messaging as messaging

from tracenova import telemetry
from tracenova.conf import new_config
from tracenova.lab.client import Client
from tracenova.lab.cloud import Cloud
from tracenova.lab.order import Order
from tracenova.lab.settings import Settings
from tracenova.lab.spec import Lab
from tracenova.messaging.tracing import TracedClient, TracedDispatcher, TracedServer

WARM_UP = 5
_POLL_S = 0.003
_PATIENCE_S = 60.0
_ENDED = (
    "SELECT count(*) FROM instances WHERE vm_state='error' OR "
    "(vm_state='active' AND task_state IS NULL)"
)
_ERRORS = "SELECT count(*) FROM instances WHERE vm_state='error'"
_FINISHED = "SELECT count(*) FROM instance_actions_events WHERE finish_time IS NOT NULL"


class NotBuilt(Exception):
    """A server ended in ERROR, or was not built in time."""


@dataclasses.dataclass(frozen=True, slots=True)
class Boot:
    """One server's boot: by the clock until ACTIVE, and of the processor in all."""

    active_ms: float
    cpu_ms: float


@dataclasses.dataclass(frozen=True, slots=True)
class Boots:
    """What boots took, traced and not, in turns in one cloud."""

    plain: tuple[Boot, ...]
    traced: tuple[Boot, ...]

    def as_dict(self) -> dict[str, float]:
        """Return the figures: medians in ms, and the ratios of traced to not traced."""
        return {
            "active_ms": _wall(self.plain),
            "active_cpu_ms": _cpu(self.plain),
            "traced_active_ms": _wall(self.traced),
            "traced_active_cpu_ms": _cpu(self.traced),
            "tracing_ratio": _wall(self.traced) / _wall(self.plain),
            "tracing_cpu_ratio": _cpu(self.traced) / _cpu(self.plain),
        }


class Bench:
    """A running lab, ready to boot server after server."""

    def __init__(self, cloud: Cloud, cell: Path, flavor: str | None = None) -> None:
        self._client: Client = cloud.client()
        self._body = Order.of(cloud.lab, flavor=flavor).body(cloud.lab)
        self._cell = sqlite3.connect(f"file:{cell}?mode=ro", uri=True)

    def boot(self) -> Boot:
        """Boot one server and wait until nothing of it is under way any more.

        Raises:
            NotBuilt: it ends in ERROR, or takes more than a minute.
        """
        ended, finished = self._count(_ENDED), self._count(_FINISHED)
        cpu_s, began_s = time.process_time(), time.perf_counter()
        with self._client.story("boot"):
            self._client.create_servers(self._body)
        self._wait(_ENDED, ended)
        active_s = time.perf_counter()
        if self._count(_ERRORS):
            raise NotBuilt("a server ended in ERROR: the lab has no room for so many")
        self._wait(_FINISHED, finished)
        return Boot((active_s - began_s) * 1e3, (time.process_time() - cpu_s) * 1e3)

    def boots(self, count: int) -> list[Boot]:
        """Boot so many servers, one after the other."""
        return [self.boot() for _ in range(count)]

    def _count(self, question: str) -> int:
        # the database is asked directly, so that no GET disturbs the story
        return int(self._cell.execute(question).fetchone()[0])

    def _wait(self, question: str, before: int) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while self._count(question) == before:
            if time.monotonic() > deadline:
                raise NotBuilt(f"a server is not built after {_PATIENCE_S:g} s")
            time.sleep(_POLL_S)


@contextlib.contextmanager
def running(lab: Lab, state: Path, flavor: str | None = None) -> Iterator[Bench]:
    """Start the lab on fake hosts; the quotas are high, yet checked.

    Without a flavor the lab's smallest is taken, so that many servers fit.
    """
    if flavor is None:
        smallest = min(lab.flavors, key=lambda each: (each.memory_mb, each.disk_gb))
        flavor = smallest.name
    quotas = {"instances": 100_000, "cores": 100_000, "ram": 100_000_000}
    settings = Settings(state, "fakeredis://bench/")
    with Cloud(dataclasses.replace(lab, quotas=quotas), settings, virt="fake") as cloud:
        cloud.around.neutron.port_quota = 100_000
        yield Bench(cloud, state / "nova.sqlite", flavor)


def boots(bench: Bench, count: int, state: Path) -> Boots:
    """Boot ``count`` servers without and ``count`` with a recording, in turns of five.

    Raises:
        NotBuilt: one of them ends in ERROR, or takes more than a minute.
    """
    bench.boots(WARM_UP)
    plain: list[Boot] = []
    traced: list[Boot] = []
    while len(plain) < count:
        turn = min(5, count - len(plain))
        plain += bench.boots(turn)
        with telemetry.recording(save=state / f"{len(plain)}.otlp.jsonl"):
            traced += bench.boots(turn)
    return Boots(tuple(plain), tuple(traced))


class _Echo:
    def echo(self, ctxt: Any, value: Any) -> Any:
        return value


def call_ms(url: str, calls: int = 500) -> float:
    """Return the median of a call there and back over the bus at the URL, in ms."""
    transport = messaging.get_rpc_transport(new_config(), url)
    target = messaging.Target(topic="echo", server="host1")
    server = TracedServer(transport, target, TracedDispatcher([_Echo()], None))
    server.start()
    client = messaging.get_rpc_client(
        transport, messaging.Target(topic="echo"), client_cls=TracedClient
    )
    times_ms = []
    for number in range(calls + 50):
        start = time.perf_counter()
        client.call({}, "echo", value=number)
        times_ms.append((time.perf_counter() - start) * 1000)
    server.stop()
    server.wait()
    transport.cleanup()
    return statistics.median(times_ms[50:])


def _wall(boots: Sequence[Boot]) -> float:
    return statistics.median(boot.active_ms for boot in boots)


def _cpu(boots: Sequence[Boot]) -> float:
    return statistics.median(boot.cpu_ms for boot in boots)
