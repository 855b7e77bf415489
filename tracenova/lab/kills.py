"""Kills a service in the middle of its work, and starts it again after a while.

A killed process says nothing any more: no span of it ends, no lock of its threads is
given back, no reply is sent. So the thread that is at work stops for good where it is,
and the service takes no more messages and shows no more signs of life. What lay in its
queues stays there, for whoever reads them next.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future

from tracenova import identity, profiler, utils
from tracenova.lab import spec
from tracenova.messaging import tap
from tracenova.service import Service


class Killing:
    """One service that is killed once.

    Args:
        service: what is killed.
        fault: when, and after how long it is started again.
        start: starts another one in its place.
        narrate: told both.
    """

    def __init__(
        self,
        service: Service,
        fault: spec.Fault,
        start: Callable[[], object],
        narrate: Callable[[str], None],
    ) -> None:
        self._service = service
        self._fault = fault
        self._start = start
        self._narrate = narrate
        self._lock = threading.Lock()
        self._killed = False
        self._over = threading.Event()
        self._nurse: Future[None] | None = None

    def arrange(self, bus: tap.BusTap) -> None:
        """Kill now, or when the first message of the fault's method has been taken."""
        if self._fault.method:
            bus.observe(self._see)
        else:
            self._kill()

    def end(self) -> None:
        """Start nothing any more: the cloud stops."""
        self._over.set()
        if self._nurse is not None:
            self._nurse.exception()  # returns when it is done

    def _see(self, moment: tap.Moment) -> None:
        """Called in the thread that has just taken a message, before it works on it."""
        if moment.kind != "acked" or moment.envelope.method != self._fault.method:
            return
        with self._lock:
            if self._killed:
                return
            self._killed = True
        self._kill()
        if identity.current() == self._service.identity:
            threading.Event().wait()  # a dead process's thread does nothing any more

    def _kill(self) -> None:
        name = self._service.binary
        self._service.timers.stop(grace_s=0)
        self._service.rpcserver.stop()
        self._narrate(f"{name} is killed")
        if self._fault.back_s is not None:
            self._nurse = utils.spawn(self._bring_back, self._fault.back_s)

    def _bring_back(self, after_s: float) -> None:
        if self._over.wait(after_s):
            return
        with profiler.extracted({}):  # no part of anybody's story
            self._start()
        self._narrate(f"{self._service.binary} is started again")
