"""Threads that work on messages."""

import threading
import time

from tracenova.messaging.pool import DispatchPool


def test_work_runs_side_by_side_up_to_the_limit():
    """Two workers: two pieces of work at once, the third waits its turn."""
    pool = DispatchPool(2)
    running, gate = [], threading.Semaphore(0)

    def work(number):
        running.append(number)
        gate.acquire(timeout=5)

    for number in range(3):
        pool.submit(work, number)
    time.sleep(0.1)
    assert running == [0, 1]
    gate.release(3)
    pool.shutdown()
    assert running == [0, 1, 2]


def test_an_idle_pool_stops_at_once():
    """Threads that wait for work end without looking up once a second."""
    pool = DispatchPool(4)
    for _ in range(4):
        pool.submit(time.sleep, 0.01)
    time.sleep(0.1)
    start = time.monotonic()
    pool.shutdown()
    assert time.monotonic() - start < 0.5


def test_work_that_hangs_does_not_hold_up_the_stop(caplog):
    """A stop gives a short grace, says what still runs, and goes on."""
    pool = DispatchPool(1)
    gate = threading.Event()
    pool.submit(gate.wait, 5)
    start = time.monotonic()
    pool.shutdown()
    assert time.monotonic() - start < 1
    assert "1 message(s) are still worked on" in caplog.text
    gate.set()


def test_a_failure_does_not_cost_a_worker(caplog):
    """What work raises is logged, and the worker takes the next piece."""
    pool = DispatchPool(1)
    done = threading.Event()
    pool.submit(int, "x")
    pool.submit(done.set)
    assert done.wait(5)
    pool.shutdown()
    assert "Work on a message failed" in caplog.text
