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
        gate.acquire(timeout=30)

    for number in range(3):
        pool.submit(work, number)
    _wait(lambda: len(running) == 2)
    assert sorted(running) == [0, 1]
    gate.release()
    _wait(lambda: len(running) == 3)
    gate.release(2)
    pool.shutdown()


def test_an_idle_pool_stops(monkeypatch):
    """Threads that wait for work are woken, however long the grace would be."""
    monkeypatch.setattr("tracenova.messaging.pool._GRACE_S", 50)
    pool = DispatchPool(4)
    for _ in range(4):
        pool.submit(time.sleep, 0.01)
    _wait(lambda: pool._idle == pool._workers)
    start = time.monotonic()
    pool.shutdown()
    assert pool._workers == 0
    assert time.monotonic() - start < 50


def test_work_that_hangs_does_not_hold_up_the_stop(caplog):
    """A stop gives a short grace, says what still runs, and goes on."""
    pool = DispatchPool(1)
    gate = threading.Event()
    pool.submit(gate.wait, 30)
    pool.shutdown()
    assert "1 message(s) are still worked on" in caplog.text
    gate.set()


def test_a_failure_does_not_cost_a_worker(caplog):
    """What work raises is logged, and the worker takes the next piece."""
    pool = DispatchPool(1)
    done = threading.Event()
    pool.submit(int, "x")
    pool.submit(done.set)
    assert done.wait(30)
    pool.shutdown()
    assert "Work on a message failed" in caplog.text


def _wait(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
