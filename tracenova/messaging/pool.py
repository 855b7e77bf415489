"""Threads that work on messages: as many as are busy, up to a limit.

oslo.messaging's own threading executor takes up to a second to stop, because its idle
threads look up once a second. These end at once, and a stop never waits for longer
than its grace for work that hangs.
"""

import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from tracenova import utils

LOG = logging.getLogger(__name__)

_GRACE_S = 0.8
_Work = tuple[Callable[..., Any], tuple[Any, ...]]


class DispatchPool:
    """An executor, as far as oslo.messaging's servers need one.

    Args:
        max_workers: messages worked on at the same time; more wait, in order.
    """

    def __init__(self, max_workers: int) -> None:
        self._max_workers = max_workers
        self._work: SimpleQueue[_Work | None] = SimpleQueue()
        self._changed = threading.Condition()
        self._workers = 0
        self._idle = 0

    def submit(self, function: Callable[..., Any], *args: Any) -> None:
        """Have a thread call the function; what it raises is logged."""
        with self._changed:
            if self._idle > 0:
                self._idle -= 1
            elif self._workers < self._max_workers:
                self._workers += 1
                utils.spawn_n(self._run)
        self._work.put((function, args))

    def shutdown(self, wait: bool = True) -> None:
        """End the threads; with ``wait``, give work in progress a short grace."""
        with self._changed:
            workers = self._workers
        for _ in range(workers):
            self._work.put(None)
        deadline = time.monotonic() + (_GRACE_S if wait else 0)
        with self._changed:
            while self._workers and (left_s := deadline - time.monotonic()) > 0:
                self._changed.wait(left_s)
            if self._workers and wait:
                LOG.warning("%d message(s) are still worked on", self._workers)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            function, args = work
            try:
                function(*args)
            except Exception:
                LOG.exception("Work on a message failed")
            del work, function, args
            with self._changed:
                self._idle += 1
        with self._changed:
            self._workers -= 1
            self._changed.notify_all()
