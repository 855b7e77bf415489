"""oslo.messaging's drivers for ``fakeredis://NAME/`` and ``redis://host:port/db``.

Registered as entry points ``oslo.messaging.drivers`` in pyproject.toml, so services
write nothing but oslo.messaging: targets, clients, servers, notifiers.

Nova's default is oslo.messaging's own RabbitMQ driver.
"""

import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any

import oslo_messaging
from oslo_messaging._drivers import base
from oslo_messaging._drivers import common as driver_common

from tracenova import profiler
from tracenova.messaging import queues, tap
from tracenova.messaging.bus import KEPT_NOTIFICATIONS, WAKE_UP, Bus
from tracenova.messaging.embedded import EmbeddedBus
from tracenova.messaging.envelope import Envelope, Kind, decode, new_id
from tracenova.messaging.errors import BusClosed, BusUnreachable, MalformedMessage
from tracenova.messaging.listener import LOG, Ear, Line, Listener
from tracenova.messaging.options import MessageOptions, shown, url_setting

_RETRY_FOR_S = 30.0
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0
_FOREVER_S = 365 * 24 * 3600.0


class RedisDriver(base.BaseDriver):
    """Calls, casts, fanouts, replies and notifications over a real Redis.

    Raises:
        BusUnreachable: at construction, when there is no Redis at the URL.
    """

    def __init__(
        self,
        conf: Any,
        url: Any,
        default_exchange: str | None = None,
        allowed_remote_exmods: Iterable[str] | None = None,
    ) -> None:
        super().__init__(conf, url, default_exchange, list(allowed_remote_exmods or ()))
        self.shown_url = shown(url)
        bus = self._open_bus()
        bus.check()
        self._line = Line(bus, tap.tap_of(self.shown_url))
        self._waiting: set[str] = set()
        self._closed = threading.Event()

    def send(
        self,
        target: Any,
        ctxt: Mapping[str, Any],
        message: Mapping[str, Any],
        wait_for_reply: bool | None = None,
        timeout: float | None = None,
        call_monitor_timeout: float | None = None,
        retry: int | None = None,
        transport_options: Any = None,
    ) -> Any:
        """Send an RPC message, and for a call wait for its reply.

        Raises:
            MessageDeliveryFailure: the message did not leave, or perhaps did not.
            MessagingTimeout: no reply in time; the work may still be done.
        """
        options = MessageOptions.of(transport_options)
        kind: Kind = "cast"
        if wait_for_reply or target.fanout:
            kind = "call" if wait_for_reply else "fanout"
        envelope = Envelope(
            id=options.message_id,
            kind=kind,
            topic=target.topic,
            server=None if target.fanout else target.server,
            message=message,
            context=ctxt,
            reply_to=queues.reply(options.message_id) if wait_for_reply else None,
            monitor_timeout_s=call_monitor_timeout,
        )
        give_up = time.monotonic() + (_FOREVER_S if timeout is None else timeout)
        options.body_size = self._post(self._exchange(target), envelope, retry, give_up)
        if not wait_for_reply:
            return None
        return self._await_result(envelope, timeout, give_up)

    def send_notification(
        self,
        target: Any,
        ctxt: Mapping[str, Any],
        message: Mapping[str, Any],
        version: float,
        retry: int | None = None,
    ) -> None:
        """Publish a notification; it waits for listeners, if there are any."""
        message_id = str(message.get("message_id") or new_id())
        envelope = Envelope(
            message_id, "notification", target.topic, None, message, ctxt
        )
        give_up = time.monotonic() + _RETRY_FOR_S
        self._post(self._exchange(target), envelope, retry, give_up)

    def listen(self, target: Any, batch_size: int, batch_timeout: Any) -> Any:
        """Take RPC messages for a server: its own, its topic's and fanouts."""
        exchange = self._exchange(target)
        taken = (
            queues.directed(exchange, target.topic, target.server),
            queues.shared(exchange, target.topic),
        )
        inbox = queues.inbox(target.server, new_id())
        audience = queues.audience(exchange, target.topic)
        consumer = self._line.bus.consume(taken, inbox, audience)
        return Ear(Listener(self._line, consumer), batch_size, batch_timeout)

    def listen_for_notifications(
        self,
        targets_and_priorities: Iterable[tuple[Any, str]],
        pool: str | None,
        batch_size: int,
        batch_timeout: Any,
    ) -> Any:
        """Take notifications of the topics and priorities."""
        if pool:
            raise NotImplementedError("Pools of notification listeners")
        taken = sorted(
            queues.shared(self._exchange(target), f"{target.topic}.{priority}")
            for target, priority in targets_and_priorities
        )
        inbox = queues.inbox("notifications", new_id())
        consumer = self._line.bus.consume(taken, inbox, None)
        return Ear(Listener(self._line, consumer), batch_size, batch_timeout)

    def require_features(self, requeue: bool = True) -> None:
        """Every feature is there."""

    def check(self) -> None:
        """Make sure that Redis answers.

        Raises:
            BusUnreachable: it does not.
        """
        self._line.bus.check()

    def give_up(self) -> None:
        """Retry no more: who sends or waits for a reply gets BusClosed."""
        self._closed.set()

    def cleanup(self) -> None:
        """Close the bus; callers that still wait get BusClosed at once."""
        self._closed.set()
        for queue in list(self._waiting):
            try:
                self._line.bus.send_reply(queue, WAKE_UP)
            except BusUnreachable:
                break  # they notice by themselves
        self._line.bus.close()

    def _open_bus(self) -> Bus:
        # Deferred: the embedded bus needs nothing of it.
        from tracenova.messaging.server import RedisBus

        url = str(self._url).partition("?")[0]
        dead_after_s = float(url_setting(self._url, "dead_after", "5"))
        return RedisBus(url, self.shown_url, dead_after_s)

    def _exchange(self, target: Any) -> str:
        return target.exchange or self._default_exchange or "nova"

    def _post(
        self, exchange: str, envelope: Envelope, retry: int | None, give_up: float
    ) -> int:
        """Publish to where the address says; return the bytes of the body."""
        if envelope.kind == "fanout":
            return self._post_to_all(exchange, envelope, retry, give_up)
        queue = (
            queues.shared(exchange, envelope.topic)
            if envelope.server is None
            else queues.directed(exchange, envelope.topic, envelope.server)
        )
        return self._publish(queue, envelope, retry, give_up)

    def _post_to_all(
        self, exchange: str, envelope: Envelope, retry: int | None, give_up: float
    ) -> int:
        audience = queues.audience(exchange, envelope.topic)
        size = len(envelope.encode())
        for inbox in self._line.bus.listening(audience):
            server = queues.inbox_server(inbox)
            copy = Envelope(
                envelope.id,
                "fanout",
                envelope.topic,
                server,
                envelope.message,
                envelope.context,
            )
            self._publish(inbox, copy, retry, give_up)
        return size

    def _publish(
        self, queue: str, envelope: Envelope, retry: int | None, give_up: float
    ) -> int:
        body = envelope.encode()
        keep = KEPT_NOTIFICATIONS if envelope.kind == "notification" else None
        bus = self._line.bus
        attempts = 0
        pause_s = _FIRST_PAUSE_S
        give_up = min(give_up, time.monotonic() + _RETRY_FOR_S)
        while True:
            try:
                self._line.put(body, lambda text: bus.publish(queue, text, keep=keep))
                return len(body)
            except BusUnreachable as error:
                tried_enough = retry is not None and 0 <= retry <= attempts
                late = time.monotonic() + pause_s >= give_up
                if not error.definite or tried_enough or late:
                    raise
            attempts += 1
            if self._closed.wait(pause_s):
                raise BusClosed(f"{self.shown_url} was closed")
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    def _await_result(
        self, call: Envelope, timeout: float | None, give_up: float
    ) -> Any:
        queue = call.reply_to or ""
        patience = call.monitor_timeout_s
        self._waiting.add(queue)
        try:
            while True:
                now = time.monotonic()
                until = give_up if patience is None else min(give_up, now + patience)
                reply = self._next_reply(queue, until)
                if reply is None:
                    raise oslo_messaging.MessagingTimeout(
                        f"No reply to {call.method} on topic {call.topic} in "
                        f"{timeout if until == give_up else patience} s "
                        f"(message {call.id}); it may still be worked on."
                    )
                if reply.message.get("ended", True):
                    return self._result(reply)
        finally:
            self._waiting.discard(queue)

    def _next_reply(self, queue: str, until: float) -> Envelope | None:
        """Wait for a reply or a sign of life; a lost Redis is waited for too."""
        pause_s = _FIRST_PAUSE_S
        while (remaining_s := until - time.monotonic()) > 0:
            if self._closed.is_set():
                raise BusClosed(f"{self.shown_url} was closed before the reply came")
            try:
                body = self._line.bus.await_reply(queue, remaining_s)
            except BusUnreachable:
                self._closed.wait(min(pause_s, remaining_s))
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
                continue
            if body is None or body == WAKE_UP:
                continue
            try:
                return decode(body)
            except MalformedMessage as error:
                LOG.error("Dropped a reply from %s: %s", queue, error)
        return None

    def _result(self, reply: Envelope) -> Any:
        profiler.witnessed(reply.context)
        if self._line.tap.active:
            self._line.tap.tell("delivered", reply)
        if failure := reply.message.get("failure"):
            raise driver_common.deserialize_remote_exception(
                failure, self._allowed_remote_exmods
            )
        return reply.args.get("result")


class FakeRedisDriver(RedisDriver):
    """The same on the embedded Redis: ``fakeredis://NAME/``, all in one process."""

    def _open_bus(self) -> Bus:
        return EmbeddedBus(self.shown_url)
