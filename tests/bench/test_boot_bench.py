"""How long a boot takes: warm, traced, the hundredth, and a whole process.

Run with ``make bench``; prints medians and ratios, asserts no time. A boot's time is
from the POST to the moment when the cell database says ACTIVE; the database is asked
directly, so that no GET disturbs the story. Other programs use the machine too: CPU time
stands beside the clock's.
"""

import contextlib
import dataclasses
import functools
import gc
import os
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tracenova import telemetry
from tracenova.lab import files
from tracenova.lab.client import Client
from tracenova.lab.cloud import Cloud
from tracenova.lab.order import Order
from tracenova.lab.settings import Settings

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

WARM_UP = 5
BOOTS = 30
POLL_S = 0.003
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
_ACTIVE = (
    "SELECT count(*) FROM instances WHERE vm_state='active' AND task_state IS NULL"
)
_FINISHED = "SELECT count(*) FROM instance_actions_events WHERE finish_time IS NOT NULL"


@dataclasses.dataclass(frozen=True, slots=True)
class Boot:
    """One server's boot: by the clock until ACTIVE, and of the processor in all."""

    active_ms: float
    cpu_ms: float


class Lab:
    """The default lab without quotas, ready to boot server after server."""

    def __init__(self, cloud: Cloud, state: Path) -> None:
        self._client: Client = cloud.client()
        order = Order.of(cloud.lab, flavor="m1.tiny")
        self._body = order.body(cloud.lab)
        self._cell = sqlite3.connect(f"file:{state}/nova.sqlite?mode=ro", uri=True)

    def boot(self) -> Boot:
        """Boot one server and wait until nothing of it is under way any more."""
        active, finished = self._count(_ACTIVE), self._count(_FINISHED)
        cpu_s, began_s = time.process_time(), time.perf_counter()
        with self._client.story("boot"):
            self._client.create_servers(self._body)
        self._wait(_ACTIVE, active)
        active_s = time.perf_counter()
        self._wait(_FINISHED, finished)
        return Boot((active_s - began_s) * 1e3, (time.process_time() - cpu_s) * 1e3)

    def boots(self, count: int) -> list[Boot]:
        """Boot so many servers, one after the other."""
        return [self.boot() for _ in range(count)]

    def _count(self, question: str) -> int:
        return int(self._cell.execute(question).fetchone()[0])

    def _wait(self, question: str, before: int) -> None:
        deadline = time.monotonic() + 30
        while self._count(question) == before:
            assert time.monotonic() < deadline, question
            time.sleep(POLL_S)


@contextlib.contextmanager
def running_lab(state: Path) -> Iterator[Lab]:
    """A cloud of three hosts with the fake driver; the quotas are high, yet checked."""
    quotas = {"instances": 1000, "cores": 1000, "ram": 1_000_000}
    lab = dataclasses.replace(files.load("default"), quotas=quotas)
    settings = Settings(state, "fakeredis://bench-boot/")
    with Cloud(lab, settings, virt="fake") as cloud:
        cloud.around.neutron.port_quota = 1000
        yield Lab(cloud, state)


def wall(boots: Sequence[Boot]) -> float:
    """The median time to ACTIVE in ms."""
    return statistics.median(boot.active_ms for boot in boots)


def cpu(boots: Sequence[Boot]) -> float:
    """The median processor time of a boot in ms."""
    return statistics.median(boot.cpu_ms for boot in boots)


def test_a_warm_boot_traced_and_not(tmp_path: Path) -> None:
    """Goals: a median of 150 ms; at most 1.5 times as long with tracing.

    Traced and untraced boots take turns in one cloud, so that a busy moment of the
    machine meets both.
    """
    plain: list[Boot] = []
    traced: list[Boot] = []
    with running_lab(tmp_path) as lab:
        lab.boots(WARM_UP)
        for turn in range(BOOTS // 5):
            plain += lab.boots(5)
            with telemetry.recording(save=tmp_path / f"{turn}.otlp.jsonl"):
                traced += lab.boots(5)
    print(
        f"\nPOST → ACTIVE, warm, {BOOTS} boots each: "
        f"not traced {wall(plain):.0f} ms (CPU {cpu(plain):.0f} ms), "
        f"traced and saved {wall(traced):.0f} ms (CPU {cpu(traced):.0f} ms): "
        f"× {wall(traced) / wall(plain):.2f} (CPU × {cpu(traced) / cpu(plain):.2f})"
    )


def test_the_hundredth_server(tmp_path: Path) -> None:
    """Goal: at most 20 % slower than the tenth; both as medians of eleven boots."""
    with (
        running_lab(tmp_path) as lab,
        telemetry.recording(save=tmp_path / "boot.otlp.jsonl"),
    ):
        boots = lab.boots(105)
    gc.collect()
    tenth, hundredth = boots[4:15], boots[94:105]
    print(
        f"\nserver 10: {wall(tenth):.0f} ms (CPU {cpu(tenth):.0f} ms), "
        f"server 100: {wall(hundredth):.0f} ms (CPU {cpu(hundredth):.0f} ms): "
        f"× {wall(hundredth) / wall(tenth):.2f} "
        f"(CPU × {cpu(hundredth) / cpu(tenth):.2f})"
    )


def test_a_whole_process(tmp_path: Path) -> None:
    """Goals: --version 0.15 s; a whole ``tracenova boot`` 2.5 s.

    Bytecode is kept, as Python does unless it is told not to; the first run is not
    counted.
    """
    saved = str(tmp_path / "boot.otlp.jsonl")
    print()
    for arguments, times in (
        (["--version"], 11),
        (["--help"], 5),
        (["boot", "--virt", "fake", "--save", saved], 5),
        (["hops", saved], 5),
        (["filters", saved], 5),
    ):
        shown = " ".join(arguments).replace(str(tmp_path) + os.sep, "")
        print(f"tracenova {shown}: {_process_s(arguments, times)}")


def _process_s(arguments: list[str], times: int) -> str:
    program = str(Path(sys.executable).with_name("tracenova"))
    environment = {k: v for k, v in os.environ.items() if k != _NO_BYTECODE}
    run = functools.partial(
        subprocess.run,
        [program, *arguments],
        check=True,
        capture_output=True,
        env=environment,
    )
    run()
    taken, used = [], []
    for _ in range(times):
        before, began = os.times(), time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
        after = os.times()
        used.append(
            after.children_user
            - before.children_user
            + after.children_system
            - before.children_system
        )
    return f"{statistics.median(taken):.2f} s (CPU {statistics.median(used):.2f} s)"
