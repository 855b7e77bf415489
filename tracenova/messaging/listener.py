"""From the queue to the service: take, decode, hand over, acknowledge, reply."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from oslo_messaging._drivers import base
from oslo_messaging._drivers import common as driver_common

from tracenova import profiler
from tracenova.messaging.bus import Bus, Consumer, Delivery
from tracenova.messaging.envelope import Envelope, decode
from tracenova.messaging.errors import BusUnreachable, MalformedMessage
from tracenova.messaging.tap import BusTap

LOG = logging.getLogger(__name__)

_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0
_IDLE_S = 60.0


class IncomingMessage(base.RpcIncomingMessage):
    """A message as oslo.messaging's servers know it.

    Attributes:
        envelope: the message and its address.
        queued_ns: how long it lay in the queue.
    """

    def __init__(
        self, envelope: Envelope, delivery: Delivery, line: "Line", consumer: Consumer
    ) -> None:
        super().__init__(dict(envelope.context), dict(envelope.message), envelope.id)
        self.envelope = envelope
        self.client_timeout = envelope.monitor_timeout_s
        self.queued_ns = max(0, time.time_ns() - envelope.published_ns)
        self._delivery = delivery
        self._line = line
        self._consumer = consumer

    def acknowledge(self) -> None:
        """Take the message for good: RPC before it is worked on, so at most once.

        Raises:
            BusUnreachable: somebody else may be given the message, so the RPC server
                leaves it alone.
        """
        self._consumer.acknowledge(self._delivery)
        if self._line.tap.active:
            self._line.tap.tell("acked", self.envelope)

    def requeue(self) -> None:
        """Give the message back to its queue."""
        self._consumer.requeue(self._delivery)

    def reply(self, reply: Any = None, failure: Any = None) -> None:
        """Send the result or the exception to the caller, if there is one."""
        if self.envelope.reply_to is None:
            return
        text = failure and driver_common.serialize_remote_exception(failure)
        if self._line.tap.active:
            self._line.tap.tell("replied", self.envelope)
        self._line.send_reply(self.envelope, {"result": reply}, failure=text)

    def heartbeat(self) -> None:
        """Tell the caller that the work still goes on."""
        if self.envelope.reply_to is not None:
            self._line.send_reply(self.envelope, {}, ended=False)


class Line:
    """A bus with its tap: everything that is sent goes through here."""

    def __init__(self, bus: Bus, tap: BusTap) -> None:
        self.bus = bus
        self.tap = tap

    def put(self, body: str, write: Callable[[str], None]) -> None:
        """Write an encoded message to the bus, by way of the tap."""
        if self.tap.active:
            self.tap.passing(decode(body), lambda envelope: write(envelope.encode()))
        else:
            write(body)

    def send_reply(
        self,
        call: Envelope,
        args: dict[str, Any],
        *,
        failure: str | None = None,
        ended: bool = True,
    ) -> None:
        """Answer a call; a reply that cannot be sent is one line in the log."""
        queue = call.reply_to or ""
        clock: dict[str, Any] = {}
        profiler.inject(clock)
        message = {"method": call.method, "args": args, "ended": ended}
        if failure is not None:
            message["failure"] = failure
        context = {"request_id": call.request_id, **clock}
        reply = Envelope(call.id, "reply", queue, None, message, context)
        try:
            self.put(reply.encode(), lambda body: self.bus.send_reply(queue, body))
        except BusUnreachable as error:
            LOG.error("The reply to %s %s is lost: %s", call.method, call.id, error)


class Listener(base.PollStyleListener):
    """What one server of oslo.messaging takes its messages from."""

    def __init__(self, line: Line, consumer: Consumer) -> None:
        super().__init__()
        self._line = line
        self._consumer = consumer
        self._stopped = threading.Event()
        self._pause_s = _FIRST_PAUSE_S
        self._polled_by: threading.Thread | None = None

    @property
    def is_polled(self) -> bool:
        """Say whether somebody takes its messages: it is not stopped, its thread lives."""
        by = self._polled_by
        return not self._stopped.is_set() and (by is None or by.is_alive())

    @base.batch_poll_helper
    def poll(self, timeout: float | None = None) -> IncomingMessage | None:
        """Return the next message; None when stopped or when the time is over."""
        self._polled_by = threading.current_thread()
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self._stopped.is_set():
            wait_s = _IDLE_S if deadline is None else deadline - time.monotonic()
            if wait_s <= 0:
                break
            delivery = self._take(wait_s)
            if delivery and (message := self._open(delivery)):
                return message
        return None

    def stop(self) -> None:
        """Return from :meth:`poll` at once, also when Redis is gone."""
        self._stopped.set()
        self._consumer.wake()

    def cleanup(self) -> None:
        """Leave the bus."""
        try:
            self._consumer.close()
        except BusUnreachable as error:
            LOG.debug("Left without a goodbye: %s", error)

    def _take(self, wait_s: float) -> Delivery | None:
        try:
            delivery = self._consumer.take(wait_s)
        except BusUnreachable as error:
            if self._pause_s == _FIRST_PAUSE_S:
                LOG.warning("%s Trying again.", error)
            self._stopped.wait(min(self._pause_s, wait_s))
            self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)
            return None
        if self._pause_s != _FIRST_PAUSE_S:
            LOG.info("Redis is back")
            self._pause_s = _FIRST_PAUSE_S
        return delivery

    def _open(self, delivery: Delivery) -> IncomingMessage | None:
        try:
            envelope = decode(delivery.body)
        except MalformedMessage as error:
            LOG.error("Dropped a message from %s: %s", delivery.queue, error)
            self._consumer.acknowledge(delivery)
            return None
        if self._line.tap.active:
            self._line.tap.tell("delivered", envelope)
        return IncomingMessage(envelope, delivery, self._line, self._consumer)


class Ear(base.PollStyleListenerAdapter):
    """The thread that polls a :class:`Listener`, as an RPC server's ``listener``.

    Attributes:
        polled: what it takes the messages from.
    """

    def __init__(self, polled: Listener, batch_size: int, batch_timeout: Any) -> None:
        super().__init__(polled, batch_size, batch_timeout)
        self.polled = polled
