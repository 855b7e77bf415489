"""What a choice among many hosts costs in CPU time, with and without recording it.

Time of the scheduler's own thread: what other programs do meanwhile costs least there.
Columns are put together on another thread after the request; all threads together stand
beside it.
"""

import gc
import random
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.scheduler.cases import CaseHostManager, CaseScheduler, configured
from tests.unit.scheduler.factories import make_host_state, make_request
from tracenova import context, telemetry
from tracenova.scheduler.host_state import HostState

GB = 1024
NOBODY: dict[str, Any] = {"hosts": [], "requests": [], "case": "nobody", "kind": ""}
REPEATS = 5


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


def _best_s(
    action: Callable[[], Any],
    repeats: int,
    clock: Callable[[], float] = time.thread_time,
) -> float:
    times = []
    for _ in range(repeats):
        start = clock()
        action()
        times.append(clock() - start)
    return min(times)


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


@pytest.mark.bench
@pytest.mark.parametrize("count", [1_000, 10_000, 100_000])
@pytest.mark.parametrize("refused_share", [0.0, 0.1, 1.0])
def test_recording_a_choice_stays_cheap(
    count: int, refused_share: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nine filters, six weighers; recorded in columns, not a span for each host."""
    repeats = 2 if count > 10_000 else REPEATS
    with configured(NOBODY):
        choose = _plainly(_scheduler(count, refused_share))
        gc.collect()
        gc.freeze()  # pytest's own objects are not the scheduler's burden
        plain_s = _best_s(choose, repeats)
        whole_plain_s = _best_s(choose, repeats, time.process_time)
        with telemetry.recording(keep=False) as session:

            def choose_and_write() -> None:
                choose()
                session.flush()

            recorded_s = _best_s(choose, repeats)
            session.flush()
            whole_s = _best_s(choose_and_write, repeats, time.process_time)
        gc.unfreeze()
    with capsys.disabled():
        print(
            f"\n{count} hosts, {refused_share:.0%} without memory: "
            f"{plain_s * 1e3:.1f} ms, recorded {recorded_s * 1e3:.1f} ms "
            f"(× {recorded_s / plain_s:.2f}); with what is put together afterwards "
            f"{whole_s * 1e3:.1f} ms (× {whole_s / whole_plain_s:.2f})"
        )


@pytest.mark.bench
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
