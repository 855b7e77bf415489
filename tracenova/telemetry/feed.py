"""The live feed: every Moment of a run, told to whoever subscribed."""

import logging
import time
from collections.abc import Callable
from typing import Any

from tracenova.trace.model import Moment, MomentKind

LOG = logging.getLogger(__name__)
Listener = Callable[[Moment], None]


class LiveFeed:
    """Tells listeners what happens, one Moment at a time, on the telemetry thread.

    A listener must return quickly; one that raises is logged and asked again.
    """

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._queue_put: Callable[[Any], None] | None = None

    @property
    def is_watched(self) -> bool:
        """Whether anybody listens, so that starts are worth telling."""
        return bool(self._listeners)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell the listener every Moment from now on; return how to stop that."""
        self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            self._listeners = tuple(o for o in self._listeners if o is not listener)

        return unsubscribe

    def message(self, kind: MomentKind, **message: str) -> None:
        """Tell what the bus did with a message: published, delivered, acked, replied.

        Never blocks; called by the bus tap from the threads of the services.
        """
        if self._listeners and self._queue_put is not None:
            self._queue_put(Moment(kind, time.time_ns(), message=message))

    def connect(self, queue_put: Callable[[Any], None]) -> None:
        """Let Moments pass through the queue that keeps them in order."""
        self._queue_put = queue_put

    def tell(self, moment: Moment) -> None:
        """Call every listener, on the telemetry thread."""
        for listener in self._listeners:
            try:
                listener(moment)
            except Exception:
                LOG.exception("A listener of the live feed failed")
