"""What can go wrong on the bus."""

import oslo_messaging


class BusError(oslo_messaging.MessagingException):
    """Root of this package's errors."""


class MalformedMessage(BusError):
    """Something lay in a queue that is no message of ours: it is dropped."""


class BusUnreachable(BusError, oslo_messaging.MessageDeliveryFailure):
    """Redis does not answer.

    Attributes:
        definite: True when the message certainly never left; False when the
            connection broke half-way, so that it may or may not have arrived.
    """

    def __init__(self, url: str, reason: object, *, definite: bool = True) -> None:
        self.definite = definite
        outcome = "" if definite else "; the message may or may not have arrived"
        super().__init__(
            f"Cannot reach {url} ({reason}){outcome}. Start it with `redis-server`, "
            "or set transport_url = fakeredis://lab/ for the embedded bus."
        )


class BusClosed(BusError, oslo_messaging.MessageDeliveryFailure):
    """This cloud's bus was closed while a caller was still waiting for its reply."""


class BusNotInitialised(BusError):
    """A service wants to send before ``rpc.init`` was called for its cloud."""
