"""What the driver asks of a Redis, so that both kinds of it can serve.

Two implementations pass one conformance suite (tests/functional/messaging):
:mod:`~tracenova.messaging.embedded` with lists on fakeredis, and
:mod:`~tracenova.messaging.server` with streams on a redis-server.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

WAKE_UP: Final = '"wake up"'
"""Put into an inbox or a reply queue to end a wait; no message of ours looks so."""

KEPT_NOTIFICATIONS: Final = 10_000
"""Notifications kept in a queue that nobody reads; RabbitMQ keeps all, to its grief."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message taken from a queue and not yet acknowledged.

    Attributes:
        receipt: the server's name for this delivery; empty on the embedded bus.
    """

    queue: str
    body: str
    receipt: str = ""


class Consumer(Protocol):
    """One listener's place on the bus: it takes from several queues, oldest first."""

    inbox: str

    def take(self, timeout_s: float) -> Delivery | None:
        """Wait for the next message; None when none came or :meth:`wake` was called.

        Raises:
            BusUnreachable: Redis has gone; try again later.
        """

    def acknowledge(self, delivery: Delivery) -> None:
        """The message is in good hands: nobody else need ever see it."""

    def requeue(self, delivery: Delivery) -> None:
        """Give the message back, to be taken again."""

    def wake(self) -> None:
        """End a :meth:`take` that another thread waits in."""

    def close(self) -> None:
        """Leave the bus; unread fanouts go with the inbox."""


class Bus(Protocol):
    """Queues of text, with acknowledgement, audiences and reply queues."""

    def check(self) -> None:
        """Make sure that Redis answers.

        Raises:
            BusUnreachable: it does not.
        """

    def publish(self, queue: str, body: str, *, keep: int | None = None) -> None:
        """Append to a queue; with ``keep``, only about that many newest stay.

        Raises:
            BusUnreachable: with ``definite`` telling whether a retry is safe.
        """

    def consume(
        self, queues: Sequence[str], inbox: str, audience: str | None
    ) -> Consumer:
        """Start to take from the queues and from the (new) inbox.

        From now on :meth:`listening` of the audience includes the inbox.
        """

    def listening(self, audience: str) -> list[str]:
        """Return the inboxes of an audience, in a stable order."""

    def send_reply(self, queue: str, body: str) -> None:
        """Put a reply where its caller waits; it vanishes if the caller is gone."""

    def await_reply(self, queue: str, timeout_s: float) -> str | None:
        """Wait for a reply; None when the time is over.

        Raises:
            BusUnreachable: Redis has gone; the reply may still come.
        """

    def close(self) -> None:
        """Close all connections."""
