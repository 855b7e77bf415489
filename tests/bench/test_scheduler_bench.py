"""What a choice among many hosts costs in CPU time, with and without recording it.

Time of the scheduler's own thread, which the request waits for; of all threads; and of
all threads when a file is written, for which every column is put together. Choices with
and without a recording take turns, so that a busy moment of the machine meets both.
"""

import gc
import random
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.scheduler.cases import CaseHostManager, CaseScheduler, configured
from tests.unit.scheduler.factories import make_host_state, make_request
from tracenova import context, profiler, telemetry
from tracenova.scheduler.host_state import HostState

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

GB = 1024
NOBODY: dict[str, Any] = {"hosts": [], "requests": [], "case": "nobody", "kind": ""}


def _hosts(count: int, refused_share: float) -> list[HostState]:
    dice = random.Random(count)
    return [
        make_host_state(
            f"compute{number:06}",
            free_ram_mb=-(16 * GB)
            if dice.random() < refused_share
            else dice.randrange(4, 32) * GB,
            free_disk_mb=dice.randrange(40, 200) * GB,
            num_io_ops=dice.randrange(8),
            service={
                "disabled": False,
                "forced_down": False,
                "last_seen_up": "2999-01-01T00:00:00",
            },
        )
        for number in range(count)
    ]


class _AlwaysUp:
    def service_is_up(self, member: Any) -> bool:
        return not member["forced_down"]


def _taken_s(action: Callable[[], Any], clock: Callable[[], float]) -> float:
    start = clock()
    action()
    return clock() - start


def _scheduler(count: int, refused_share: float) -> CaseScheduler:
    manager = CaseHostManager(NOBODY)
    for filter_ in manager.default_filters:
        if hasattr(filter_, "servicegroup_api"):
            filter_.servicegroup_api = _AlwaysUp()
    manager.states = _hosts(count, refused_share)
    return CaseScheduler(manager)


def _plainly(scheduler: CaseScheduler) -> Callable[[], Any]:
    """Return the choice without the case's own notes."""
    from tracenova.scheduler.host_manager import HostManager

    manager = scheduler.host_manager
    manager.get_filtered_hosts = HostManager.get_filtered_hosts.__get__(manager)
    manager.get_weighed_hosts = HostManager.get_weighed_hosts.__get__(manager)
    manager.steps = [{}]
    request = make_request()
    admin = context.get_admin_context()
    return lambda: scheduler._schedule(admin, request)


@pytest.mark.parametrize("count", [1_000, 10_000, 100_000])
@pytest.mark.parametrize("refused_share", [0.0, 0.1, 1.0])
def test_recording_a_choice_stays_cheap(
    count: int,
    refused_share: float,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nine filters, six weighers; recorded in columns, not a span for each host."""
    with configured(NOBODY):
        choose = _plainly(_scheduler(count, refused_share))
        gc.collect()
        gc.freeze()  # pytest's own objects are not the scheduler's burden
        plain_s, waited_s, whole_s = _compared(choose, None, count)
        saved_s = _compared(choose, tmp_path / "x.otlp.jsonl", count)[2]
        gc.unfreeze()
    with capsys.disabled():
        print(
            f"\n{count} hosts, {refused_share:.0%} without memory: "
            f"{plain_s * 1e3:.1f} ms, recorded {waited_s * 1e3:.1f} ms "
            f"(× {waited_s / plain_s:.2f}); all threads {whole_s * 1e3:.1f} ms "
            f"(× {whole_s / plain_s:.2f}); written to a file {saved_s * 1e3:.1f} ms "
            f"(× {saved_s / plain_s:.2f})"
        )


def _compared(
    choose: Callable[[], Any], save: Path | None, count: int
) -> tuple[float, float, float]:
    """Return the best times: not recorded; recorded, waited for; of all threads."""
    plain: list[float] = []
    waited: list[float] = []
    whole: list[float] = []
    with telemetry.recording(save=save, keep=False) as session:
        backend = profiler.installed()

        def choose_and_write() -> None:
            waited.append(_taken_s(choose, time.thread_time))
            session.flush()

        for _ in range(max(3, 40_000 // count)):
            profiler.install(None)
            plain.append(_taken_s(choose, time.process_time))
            profiler.install(backend)
            whole.append(_taken_s(choose_and_write, time.process_time))
    return min(plain), min(waited), min(whole)


def test_a_hundred_thousand_hosts_fit_in_memory(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Hosts, choice and record together."""
    tracemalloc.start()
    with configured(NOBODY), telemetry.recording() as session:
        choose = _plainly(_scheduler(100_000, 0.1))
        choose()
        session.flush()
        now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    with capsys.disabled():
        print(f"\n100000 hosts: {now >> 20} MB, at most {most >> 20} MB")
