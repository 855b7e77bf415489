"""Work that a service does again and again, in threads that end when it stops.

Nova has this from oslo.service: the service's thread group ``tg``, on eventlet.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from tracenova import profiler, utils

LOG = logging.getLogger(__name__)

_LONGEST_IDLE_S = 60.0


class Timers:
    """The timers of one service. Every run is a trace of its own."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._threads: list[Future[None]] = []

    def add_timer(
        self, interval_s: float, callback: Callable[[], object], initial_delay_s: float
    ) -> None:
        """Call every ``interval_s`` seconds, first after the initial delay."""

        def run_once() -> float:
            callback()
            return interval_s

        self._threads.append(utils.spawn(self._run, run_once, initial_delay_s))

    def add_dynamic_timer(
        self,
        callback: Callable[[], float],
        initial_delay_s: float = 0,
        periodic_interval_max_s: float | None = None,
    ) -> None:
        """Call again after as many seconds as the callback returns."""
        longest_s = periodic_interval_max_s or _LONGEST_IDLE_S

        def run_once() -> float:
            return min(callback(), longest_s)

        self._threads.append(utils.spawn(self._run, run_once, initial_delay_s))

    def stop(self, grace_s: float = 0.3) -> None:
        """Start no run any more, and wait a moment for one that goes on."""
        self._stopped.set()
        deadline = time.monotonic() + grace_s
        for thread in self._threads:
            try:
                thread.result(timeout=max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                LOG.debug("A periodic run still goes on")

    def _run(self, run_once: Callable[[], float], initial_delay_s: float) -> None:
        idle_s = initial_delay_s
        while not self._stopped.wait(idle_s):
            try:
                with profiler.extracted({}):
                    idle_s = run_once()
            except Exception:
                LOG.exception("A periodic run failed")
                idle_s = _LONGEST_IDLE_S
