"""The embedded bus: fakeredis keeps the queues, this process wakes the readers.

fakeredis would wake every blocked reader at every push, in no particular order. Here a
message goes to exactly one, the reader that has waited longest for that queue: quicker,
and the same every time. What nobody waits for is kept in a list of the fakeredis.
Messages die with the process, so there is nothing to recover.
"""

import threading
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from typing import Any
from weakref import WeakValueDictionary

import fakeredis

from tracenova.messaging.bus import WAKE_UP, Delivery

_UNREAD_REPLIES_KEPT = 100


class _Reader:
    """A thread that waits for one of several queues."""

    __slots__ = ("_lock", "delivery")

    def __init__(self) -> None:
        self.delivery: Delivery | None = None
        self._lock = threading.Lock()
        self._lock.acquire()

    def hand(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self._lock.release()

    def wait(self, timeout_s: float) -> None:
        self._lock.acquire(timeout=timeout_s)


class SharedServer:
    """One embedded Redis: every transport URL of the same name shares it."""

    def __init__(self) -> None:
        self.redis: Any = fakeredis.FakeRedis(
            server=fakeredis.FakeServer(), decode_responses=True
        )
        self._lock = threading.Lock()
        self._readers: defaultdict[str, deque[_Reader]] = defaultdict(deque)
        self._lengths: Counter[str] = Counter()
        self._unread_replies: deque[str] = deque()

    def push(self, queue: str, body: str, *, keep: int | None, front: bool) -> bool:
        """Hand the body to the reader that has waited longest, or keep it.

        Returns:
            Whether a reader was waiting.
        """
        with self._lock:
            for reader in self._readers.get(queue, ()):
                if reader.delivery is None:
                    reader.hand(Delivery(queue, body))
                    return True
            length = (self.redis.lpush if front else self.redis.rpush)(queue, body)
            if keep is not None and length > keep:
                self.redis.ltrim(queue, -keep, -1)
                length = keep
            self._lengths[queue] = length
            return False

    def push_reply(self, queue: str, body: str) -> None:
        """Hand over a reply; of those whose caller has given up, keep the newest."""
        if self.push(queue, body, keep=None, front=False):
            return
        self._unread_replies.append(queue)
        if len(self._unread_replies) > _UNREAD_REPLIES_KEPT:
            self.delete(self._unread_replies.popleft())

    def pop(self, queues: Sequence[str], timeout_s: float) -> Delivery | None:
        """Take from the first queue that has something; wait if none has."""
        with self._lock:
            if (found := self._first(queues)) is not None or timeout_s <= 0:
                return found
            reader = _Reader()
            for queue in queues:
                self._readers[queue].append(reader)
        reader.wait(timeout_s)
        with self._lock:
            self._forget(reader, queues)
            return reader.delivery

    def delete(self, queue: str) -> None:
        """Throw a queue away with all that is in it."""
        with self._lock:
            self._lengths.pop(queue, None)
            self.redis.delete(queue)

    def _first(self, queues: Sequence[str]) -> Delivery | None:
        for queue in queues:
            if queue not in self._lengths:
                continue
            self._lengths[queue] -= 1
            if not self._lengths[queue]:
                del self._lengths[queue]
            return Delivery(queue, self.redis.lpop(queue))
        return None

    def _forget(self, reader: _Reader, queues: Sequence[str]) -> None:
        for queue in queues:
            self._readers[queue].remove(reader)
            if not self._readers[queue]:
                del self._readers[queue]


_servers: WeakValueDictionary[str, SharedServer] = WeakValueDictionary()
_servers_lock = threading.Lock()


def shared_server(name: str) -> SharedServer:
    """Return the embedded Redis of that name; it lives while someone uses it."""
    with _servers_lock:
        server = _servers.get(name)
        if server is None:
            server = _servers[name] = SharedServer()
        return server


class EmbeddedConsumer:
    """A listener on the embedded bus. See :class:`tracenova.messaging.bus.Consumer`."""

    def __init__(
        self,
        server: SharedServer,
        queues: Sequence[str],
        inbox: str,
        audience: str | None,
    ) -> None:
        self.inbox = inbox
        self._server = server
        self._queues = (*queues, inbox)
        self._audience = audience
        if audience is not None:
            server.redis.sadd(audience, inbox)

    def take(self, timeout_s: float) -> Delivery | None:
        """Wait for the next message."""
        delivery = self._server.pop(self._queues, timeout_s)
        return None if delivery is None or delivery.body == WAKE_UP else delivery

    def acknowledge(self, delivery: Delivery) -> None:
        """Nothing to do: what was taken has left the list."""

    def requeue(self, delivery: Delivery) -> None:
        """Put the message back at the front, where it came from."""
        self._server.push(delivery.queue, delivery.body, keep=None, front=True)

    def wake(self) -> None:
        """End a wait."""
        self._server.push(self.inbox, WAKE_UP, keep=None, front=True)

    def close(self) -> None:
        """Leave the audience and throw the inbox away."""
        if self._audience is not None:
            self._server.redis.srem(self._audience, self.inbox)
        self._server.delete(self.inbox)


class EmbeddedBus:
    """The bus inside this process. See :class:`tracenova.messaging.bus.Bus`."""

    def __init__(self, name: str) -> None:
        self._server = shared_server(name)

    def check(self) -> None:
        """Nothing to do: it is always there."""

    def publish(self, queue: str, body: str, *, keep: int | None = None) -> None:
        """Append to a queue."""
        self._server.push(queue, body, keep=keep, front=False)

    def consume(
        self, queues: Sequence[str], inbox: str, audience: str | None
    ) -> EmbeddedConsumer:
        """Start to take from the queues."""
        return EmbeddedConsumer(self._server, queues, inbox, audience)

    def listening(self, audience: str) -> list[str]:
        """Return the inboxes of an audience."""
        return sorted(self._server.redis.smembers(audience))

    def send_reply(self, queue: str, body: str) -> None:
        """Put a reply where its caller waits."""
        self._server.push_reply(queue, body)

    def await_reply(self, queue: str, timeout_s: float) -> str | None:
        """Wait for a reply."""
        delivery = self._server.pop((queue,), timeout_s)
        return None if delivery is None else delivery.body

    def close(self) -> None:
        """Nothing to do: the server goes when its last user goes."""
