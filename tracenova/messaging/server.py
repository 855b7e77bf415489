"""The bus on a real redis-server: streams, so that no message dies with its reader.

A message that was taken and not acknowledged stays in its consumer group's pending
list. Every consumer keeps an ``alive`` key; when that of a reader is gone, another
reader of the queue claims what it left behind. A slow reader is not a dead one: its
listener thread goes on beating while the message is worked on.
"""

import logging
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tracenova.messaging import queues as names
from tracenova.messaging.bus import WAKE_UP, Delivery
from tracenova.messaging.commands import Commands
from tracenova.messaging.errors import BusUnreachable

LOG = logging.getLogger(__name__)

_GROUP = "tracenova"
_REPLY_KEPT_S = 60
_CONNECT_TIMEOUT_S = 2.0
_SOCKET_TIMEOUT_S = 10.0
_LONGEST_WAIT_S = 1.0
_LOST = (redis.exceptions.RedisError, OSError, ValueError, AttributeError)


class RedisConsumer:
    """A listener on a real Redis. See :class:`tracenova.messaging.bus.Consumer`."""

    def __init__(
        self,
        bus: "RedisBus",
        queues: Sequence[str],
        inbox: str,
        audience: str | None,
    ) -> None:
        self.inbox = inbox
        self._bus = bus
        self._redis = bus.redis
        self._queues = (*queues, inbox)
        self._reading = ("XREADGROUP", "GROUP", _GROUP, inbox, "COUNT", 1, "BLOCK")
        self._streams = ("STREAMS", *self._queues, *(">" for _ in self._queues))
        self._audience = audience
        self._ready: deque[Delivery] = deque()
        self._handed_over: set[Delivery] = set()  # and not acknowledged yet
        self._cut_off = False
        self._next_beat_s = 0.0
        with bus.reaching():
            self._beat()

    def take(self, timeout_s: float) -> Delivery | None:
        """Wait for the next message, showing signs of life meanwhile."""
        deadline = time.monotonic() + timeout_s
        while not self._ready:
            remaining_s = deadline - time.monotonic()
            if remaining_s <= 0:
                return None
            try:
                if self._read(remaining_s):
                    return None
            except BusUnreachable:
                self._next_beat_s = 0.0
                self._cut_off = True
                raise
        delivery = self._ready.popleft()
        self._handed_over.add(delivery)
        return delivery

    def acknowledge(self, delivery: Delivery) -> None:
        """Strike the message from the pending list and from the stream."""
        self._part_with(
            delivery,
            ("XACK", delivery.queue, _GROUP, delivery.receipt),
            ("XDEL", delivery.queue, delivery.receipt),
        )

    def requeue(self, delivery: Delivery) -> None:
        """Put the message at the end of the queue: a stream has no way to the front."""
        self._part_with(
            delivery,
            ("MULTI",),
            ("XADD", delivery.queue, "*", "body", delivery.body),
            ("XACK", delivery.queue, _GROUP, delivery.receipt),
            ("XDEL", delivery.queue, delivery.receipt),
            ("EXEC",),
        )

    def wake(self) -> None:
        """End a wait."""
        try:
            self._bus.publish(self.inbox, WAKE_UP)
        except BusUnreachable:
            LOG.debug("No wake-up for %s: its Redis is gone", self.inbox)

    def close(self) -> None:
        """Leave audience and groups; what is still pending is left to the others.

        What came together with the wake-up was read and never handed over: it goes back
        at once, so that nobody waits until this reader counts as dead.
        """
        with self._bus.reaching():
            for delivery in self._ready:
                if delivery.queue != self.inbox:
                    self.requeue(delivery)
            self._ready.clear()
            if self._audience is not None:
                self._redis.zrem(self._audience, self.inbox)
            for queue in self._queues:
                if not self._pending(queue, self.inbox):
                    self._redis.xgroup_delconsumer(queue, _GROUP, self.inbox)
            self._redis.delete(self.inbox, names.alive(self.inbox))

    def _read(self, remaining_s: float) -> bool:
        """Move what has come to ``_ready``; say whether it was the wake-up."""
        if time.monotonic() >= self._next_beat_s:
            with self._bus.reaching():
                self._beat()
        wait_s = min(remaining_s, _LONGEST_WAIT_S, self._bus.dead_after_s / 3)
        (answer,) = self._bus.run(
            (*self._reading, max(1, int(wait_s * 1000)), *self._streams)
        )
        woken = False
        for delivery in _deliveries(_with_fields(answer)):
            if delivery.body == WAKE_UP:
                self.acknowledge(delivery)
                woken = True
            else:
                self._ready.append(delivery)
        return woken

    def _subscribe(self) -> None:
        for queue in self._queues:
            try:
                self._redis.xgroup_create(queue, _GROUP, id="0", mkstream=True)
            except redis.exceptions.ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    def _beat(self) -> None:
        """Show a sign of life, and take over what the dead have left."""
        dead_after_s = self._bus.dead_after_s
        self._subscribe()  # Redis may have come back empty
        self._next_beat_s = time.monotonic() + dead_after_s / 3
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.set(names.alive(self.inbox), 1, px=int(dead_after_s * 1000))
            pipe.expire(self.inbox, max(60, int(dead_after_s * 10)))
            if self._audience is not None:
                pipe.zadd(self._audience, {self.inbox: time.time()})
            pipe.execute()
        for queue in self._queues[:-1]:
            self._recover(queue)
        if self._cut_off:
            self._cut_off = False
            self._take_again()

    def _take_again(self) -> None:
        """Take what Redis gave to this reader while the connection broke: unseen here.

        It is pending under this reader's own name, and nobody else will ever claim it.
        """
        for queue in self._queues[:-1]:
            pending = [one["message_id"] for one in self._pending(queue, self.inbox)]
            known = {
                each.receipt
                for each in (*self._ready, *self._handed_over.copy())
                if each.queue == queue
            }
            if unseen := [each for each in pending if each not in known]:
                claimed = self._redis.xclaim(queue, _GROUP, self.inbox, 0, unseen)
                LOG.warning("%d message(s) in %s had got lost", len(claimed), queue)
                self._ready.extend(_deliveries([(queue, claimed)]))

    def _part_with(self, delivery: Delivery, *commands: Sequence[Any]) -> None:
        """Part with a message; one of which that is not sure is taken again later."""
        try:
            self._bus.run(*commands)
        except BusUnreachable:
            self._cut_off = True
            raise
        finally:
            self._handed_over.discard(delivery)

    def _recover(self, queue: str) -> None:
        for consumer in self._redis.xinfo_consumers(queue, _GROUP):
            name = consumer["name"]
            if name == self.inbox or self._redis.exists(names.alive(name)):
                continue
            ids = [one["message_id"] for one in self._pending(queue, name)]
            if not ids:
                self._redis.xgroup_delconsumer(queue, _GROUP, name)
                continue
            idle_ms = int(self._bus.dead_after_s * 500)
            claimed = self._redis.xclaim(queue, _GROUP, self.inbox, idle_ms, ids)
            LOG.warning(
                "Took over %d message(s) in %s from the dead %s",
                len(claimed),
                queue,
                name,
            )
            self._ready.extend(_deliveries([(queue, claimed)]))

    def _pending(self, queue: str, consumer: str) -> list[dict[str, Any]]:
        return list(
            self._redis.xpending_range(
                queue, _GROUP, min="-", max="+", count=1000, consumername=consumer
            )
        )


class RedisBus:
    """The bus on a real Redis. See :class:`tracenova.messaging.bus.Bus`.

    Args:
        url: ``redis://[user:password@]host:port/db``.
        dead_after_s: a reader silent for so long is dead, and its messages go to others.
    """

    def __init__(self, url: str, shown_url: str, dead_after_s: float = 5.0) -> None:
        self.shown_url = shown_url
        self.dead_after_s = dead_after_s
        self._closed = False
        self.redis: Any = redis.Redis.from_url(
            url,
            decode_responses=True,
            protocol=2,  # streams have another shape in RESP3
            retry=Retry(NoBackoff(), 0),  # a retry could send a message twice
            socket_connect_timeout=_CONNECT_TIMEOUT_S,
            socket_timeout=_SOCKET_TIMEOUT_S,
        )
        self._commands = Commands(self.redis)

    @contextmanager
    def reaching(self) -> Iterator[None]:
        """Turn a lost connection, or a Redis that refuses, into BusUnreachable."""
        try:
            yield
        except _LOST as error:
            raise self._unreachable(error, definite=True) from error

    def _unreachable(self, error: Exception, *, definite: bool) -> BusUnreachable:
        """Say that Redis is gone; a stray error is none, unless close() made it."""
        if isinstance(error, ValueError | AttributeError) and not self._closed:
            raise error
        definite = definite or isinstance(error, redis.exceptions.ResponseError)
        return BusUnreachable(self.shown_url, error, definite=definite)

    def check(self) -> None:
        """Make sure that Redis answers."""
        with self.reaching():
            self.redis.ping()

    def publish(self, queue: str, body: str, *, keep: int | None = None) -> None:
        """Append to a queue."""
        trim = () if keep is None else ("MAXLEN", "~", keep)
        self.run(("XADD", queue, *trim, "*", "body", body))

    def run(self, *commands: Sequence[Any]) -> list[Any]:
        """Send commands in one go and return the answers, as Redis wrote them.

        Raises:
            BusUnreachable: definite if Redis cannot be reached at all.
        """
        try:
            connection = self._commands.connection()
        except _LOST as error:
            raise self._unreachable(error, definite=True) from error
        try:
            return self._commands.run(connection, commands)
        except _LOST as error:
            raise self._unreachable(error, definite=False) from error

    def consume(
        self, queues: Sequence[str], inbox: str, audience: str | None
    ) -> RedisConsumer:
        """Start to take from the queues."""
        return RedisConsumer(self, queues, inbox, audience)

    def listening(self, audience: str) -> list[str]:
        """Return the inboxes of an audience; the dead are struck from it."""
        oldest = time.time() - max(10.0, self.dead_after_s * 2)
        with self.reaching():
            self.redis.zremrangebyscore(audience, "-inf", f"({oldest}")
            return sorted(self.redis.zrange(audience, 0, -1))

    def send_reply(self, queue: str, body: str) -> None:
        """Put a reply where its caller waits."""
        commands = ("RPUSH", queue, body), ("EXPIRE", queue, _REPLY_KEPT_S)
        self.run(*commands)

    def await_reply(self, queue: str, timeout_s: float) -> str | None:
        """Wait for a reply."""
        deadline = time.monotonic() + timeout_s
        while (remaining_s := deadline - time.monotonic()) > 0:
            wait_s = min(remaining_s, _SOCKET_TIMEOUT_S / 2)
            (answer,) = self.run(("BLPOP", queue, max(0.01, wait_s)))
            if answer is not None:
                return str(answer[1])
        return None

    def close(self) -> None:
        """Close all connections, those that somebody waits on too."""
        self._closed = True
        self.redis.close()
        self.redis.connection_pool.disconnect()


def _deliveries(answer: Any) -> Iterator[Delivery]:
    """Read a stream reply; entries deleted since have no fields and are skipped."""
    for queue, entries in answer or ():
        for receipt, fields in entries:
            if fields:
                yield Delivery(queue, fields.get("body", ""), receipt)


def _with_fields(answer: Any) -> Iterator[Any]:
    """Read what Redis wrote: the fields of an entry are a list of names and values."""
    for queue, entries in answer or ():
        yield (
            queue,
            [
                (receipt, dict(zip(fields[::2], fields[1::2], strict=True)))
                for receipt, fields in entries
                if fields
            ],
        )
