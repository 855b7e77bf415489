"""Work that is done again and again."""

import threading
import time

from tracenova import identity
from tracenova.timers import Timers

COMPUTE = identity.ServiceIdentity("nova-compute", "compute1")


def test_a_timer_runs_as_its_service_until_it_is_stopped():
    """The thread inherits who started it, and ends with the service."""
    seen = []
    timers = Timers()
    with identity.acting_as(COMPUTE):
        timers.add_timer(0.01, lambda: seen.append(identity.current()), 0)
    _wait(lambda: len(seen) >= 3)
    timers.stop()
    _wait(lambda: all(thread.done() for thread in timers._threads))
    count = len(seen)
    time.sleep(0.05)
    assert set(seen) == {COMPUTE}
    assert len(seen) == count


def test_a_dynamic_timer_is_told_when_to_run_next():
    """The callback returns how many seconds it wants to sleep."""
    runs = []
    timers = Timers()

    def run():
        runs.append(1)
        return 0.01 if len(runs) < 3 else 60

    timers.add_dynamic_timer(run)
    _wait(lambda: len(runs) == 3)
    time.sleep(0.05)
    timers.stop()
    assert len(runs) == 3


def test_a_failed_run_does_not_end_the_series(caplog):
    """What a run raises is logged."""
    timers = Timers()
    timers.add_timer(0.01, lambda: int("x"), 0)
    _wait(lambda: "A periodic run failed" in caplog.text)
    timers.stop()


def test_stopping_does_not_wait_for_a_long_run():
    """A heartbeat that waits for a dead conductor holds up nobody."""
    timers = Timers()
    gate, started, ended = threading.Event(), threading.Event(), threading.Event()

    def run():
        started.set()
        gate.wait(50)
        ended.set()

    timers.add_timer(1, run, 0)
    assert started.wait(30)
    timers.stop()
    assert not ended.is_set()
    gate.set()


def _wait(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
