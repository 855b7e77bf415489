"""Waiting for the outside: neutron says a port is plugged, and a build goes on.

Nova: nova/compute/manager.py InstanceEvents, ComputeVirtAPI
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tracenova import exception, objects, utils
from tracenova.objects.external_event import EVENT_NAMES
from tracenova.virt import virtapi

if TYPE_CHECKING:
    from tracenova.compute.manager_base import ComputeManagerBase

LOG = logging.getLogger(__name__)

Waiter = Future[Any]  # its result is the InstanceExternalEvent that came


class InstanceEvents:
    """Who waits for which event of which instance.

    An event's key is ``name-tag``, such as ``network-vif-plugged-<port id>``. Changes
    happen under the lock ``<uuid>-events``.

    Nova: nova/compute/manager.py InstanceEvents
    """

    def __init__(self) -> None:
        self._events: dict[str, dict[str, Waiter]] | None = {}

    @staticmethod
    def _lock_name(instance: Any) -> str:
        return f"{instance.uuid}-events"

    def prepare_for_instance_event(self, instance: Any, event_name: str) -> Waiter:
        """Register for an event before doing what will bring it about.

        Raises:
            NovaException: the service is shutting down.
        """
        LOG.debug("[instance: %s] Preparing to wait for %s", instance.uuid, event_name)

        @utils.synchronized(self._lock_name(instance))
        def _create_or_get_event() -> Waiter:
            if self._events is None:
                raise exception.NovaException(
                    "In shutdown, no new events can be scheduled"
                )
            return self._events.setdefault(instance.uuid, {}).setdefault(
                event_name, Future()
            )

        waiter: Waiter = _create_or_get_event()
        return waiter

    def pop_instance_event(self, instance: Any, event: Any) -> Waiter | None:
        """Take the waiter for an event off the list; None: nobody waits."""

        @utils.synchronized(self._lock_name(instance))
        def _pop_event() -> Waiter | None:
            events = (self._events or {}).get(instance.uuid, {})
            waiter = events.pop(event.key, None)
            if self._events and not events:
                self._events.pop(instance.uuid, None)
            return waiter

        waiter: Waiter | None = _pop_event()
        if waiter is None:
            LOG.debug(
                "[instance: %s] No waiting events found dispatching %s",
                instance.uuid,
                event.key,
            )
        return waiter

    def clear_events_for_instance(self, instance: Any) -> dict[str, Waiter]:
        """Forget every waiter of the instance and return them by key."""

        @utils.synchronized(self._lock_name(instance))
        def _clear_events() -> dict[str, Waiter]:
            return (self._events or {}).pop(instance.uuid, {})

        events: dict[str, Waiter] = _clear_events()
        return events

    def cancel_all_events(self) -> None:
        """Let every waiter fail, and accept no more: the service shuts down."""
        cancelled, self._events = self._events or {}, None
        for instance_uuid, events in cancelled.items():
            for key, waiter in events.items():
                LOG.debug("[instance: %s] Canceling in-flight %s", instance_uuid, key)
                name, tag = _split_key(key)
                waiter.set_result(
                    objects.InstanceExternalEvent(
                        instance_uuid=instance_uuid,
                        name=name,
                        status="failed",
                        tag=tag,
                        data={},
                    )
                )


class ComputeVirtAPI(virtapi.VirtAPI):
    """The compute manager as its driver sees it.

    Nova: nova/compute/manager.py ComputeVirtAPI; threads wait where greenthreads do.
    """

    def __init__(self, compute: "ComputeManagerBase") -> None:
        self._compute = compute

    @contextmanager
    def wait_for_instance_event(
        self,
        instance: Any,
        event_names: Iterable[str | tuple[str, str]],
        deadline: float = 300,
        error_callback: virtapi.ErrorCallback | None = None,
    ) -> Iterator[None]:
        """Register for events, run the block, then wait until they have come.

        Raises:
            NovaException: an event has failed and there is no error callback.
            TimeoutError: they did not all come before the deadline.

        Nova: nova/compute/manager.py ComputeVirtAPI.wait_for_instance_event, whose
        time-out is eventlet's.
        """
        on_error = error_callback or _default_error_callback
        waiters: dict[str, Waiter] = {}
        for key in map(_key_of, event_names):
            try:
                waiters[key] = self._compute.instance_events.prepare_for_instance_event(
                    instance, key
                )
            except exception.NovaException:
                on_error(key, instance)
                deadline = 0
        yield
        _wait_for(
            waiters, time.monotonic() + deadline, lambda key: on_error(key, instance)
        )


def _wait_for(
    waiters: dict[str, Waiter], deadline: float, on_error: Callable[[str], bool | None]
) -> None:
    for key, waiter in waiters.items():
        event = waiter.result(timeout=max(0, deadline - time.monotonic()))
        if event.status != "completed" and on_error(key) is False:
            break


def _default_error_callback(event_name: str, instance: Any) -> None:
    raise exception.NovaException("Instance event failed")


def _key_of(event_name: str | tuple[str, str]) -> str:
    if isinstance(event_name, tuple):
        return str(objects.InstanceExternalEvent.make_key(*event_name))
    return event_name


def _split_key(key: str) -> tuple[str, str | None]:
    """Return name and tag of a key; the tag itself may hold dashes."""
    for name in EVENT_NAMES:
        if key.startswith(f"{name}-"):
            return name, key.removeprefix(f"{name}-")
    return key, None
