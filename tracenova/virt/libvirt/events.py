"""Libvirt's news of guests, taken off libvirt's thread at once.

One thread of the process runs libvirt's event loop; each host has a second one, which
acts as its nova-compute and hands the news on.

Nova: nova/virt/libvirt/host.py Host._init_events and what it starts
"""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

from tracenova import utils
from tracenova.virt import event as virtevent

LOG = logging.getLogger(__name__)

LIFECYCLE_DELAY_S = 15.0

HeldBack = dict[str, tuple[float, virtevent.LifecycleEvent]]  # until when, by uuid

_loop_lock = threading.Lock()
_loop_runs = False


class EventLoop:
    """The way of lifecycle events from libvirt to one handler.

    Args:
        libvirt: the module.
        handler: called with each event, in a thread of its own.
        concerns: says of a guest's uuid whether its events are this host's business.
    """

    def __init__(
        self,
        libvirt: ModuleType,
        handler: Callable[[virtevent.LifecycleEvent], None],
        concerns: Callable[[str], bool] = lambda _uuid: True,
    ) -> None:
        self._libvirt = libvirt
        self._concerns = concerns
        self._handler = handler
        self._queue: queue.SimpleQueue[virtevent.LifecycleEvent | None] = (
            queue.SimpleQueue()
        )
        self._watched: tuple[Any, int] | None = None
        _run_libvirt_loop(libvirt)
        utils.spawn_n(self._dispatch)

    def watch(self, connection: Any) -> None:
        """Ask the connection for the events of all its guests."""
        callback_id = connection.domainEventRegisterAny(
            None,
            self._libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE,
            self._event_lifecycle_callback,
            None,
        )
        self._watched = (connection, callback_id)

    def close(self) -> None:
        """Stop handing news on."""
        if self._watched is not None:
            connection, callback_id = self._watched
            with contextlib.suppress(self._libvirt.libvirtError):  # lost anyway
                connection.domainEventDeregisterAny(callback_id)
            self._watched = None
        self._queue.put(None)

    def _event_lifecycle_callback(
        self, _connection: Any, domain: Any, event: int, detail: int, _opaque: Any
    ) -> None:
        """Run in libvirt's thread: translate, queue, return."""
        transition = self._transition(event, detail)
        if transition is not None:
            self._queue.put(virtevent.LifecycleEvent(domain.UUIDString(), transition))

    def _transition(self, event: int, detail: int) -> int | None:
        libvirt = self._libvirt
        if event == libvirt.VIR_DOMAIN_EVENT_SUSPENDED:
            return virtevent.EVENT_LIFECYCLE_PAUSED
        known = {
            libvirt.VIR_DOMAIN_EVENT_STOPPED: virtevent.EVENT_LIFECYCLE_STOPPED,
            libvirt.VIR_DOMAIN_EVENT_STARTED: virtevent.EVENT_LIFECYCLE_STARTED,
            libvirt.VIR_DOMAIN_EVENT_RESUMED: virtevent.EVENT_LIFECYCLE_RESUMED,
        }
        return known.get(event)

    def _dispatch(self) -> None:
        held_back: HeldBack = {}
        while (event := self._next(held_back)) is not None:
            try:
                if self._concerns(event.get_instance_uuid()):
                    self._handler(event)
            except Exception:  # the next event may fare better
                LOG.exception("Event %s could not be handled", event)

    def _next(self, held_back: HeldBack) -> virtevent.LifecycleEvent | None:
        """Return the next event whose time has come; None: it is over.

        That a guest has stopped is held back for a while: if it starts again meanwhile,
        this was a reboot, and nobody shall switch the server off because of it.

        Nova: nova/virt/libvirt/host.py Host._event_emit_delayed
        """
        while True:
            first = min(held_back, key=lambda uuid: held_back[uuid][0], default=None)
            wait_s = None
            if first is not None:
                wait_s = max(0.0, held_back[first][0] - time.monotonic())
            try:
                event = self._queue.get(timeout=wait_s)
            except queue.Empty:
                return held_back.pop(str(first))[1]
            if event is None:
                return None
            uuid = event.get_instance_uuid()
            held_back.pop(uuid, None)
            if event.get_transition() != virtevent.EVENT_LIFECYCLE_STOPPED:
                return event
            held_back[uuid] = (time.monotonic() + LIFECYCLE_DELAY_S, event)


def _run_libvirt_loop(libvirt: ModuleType) -> None:
    """Start libvirt's event loop, once a process, before any connection."""
    global _loop_runs  # noqa: PLW0603 - libvirt has one loop a process
    with _loop_lock:
        if _loop_runs:
            return
        libvirt.virEventRegisterDefaultImpl()
        _loop_runs = True
    utils.spawn_n(_loop, libvirt)


def _loop(libvirt: ModuleType) -> None:
    while True:
        libvirt.virEventRunDefaultImpl()
