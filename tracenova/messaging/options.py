"""What travels beside a message between the tracing client and the driver, and URLs."""

from typing import Any, Self

import oslo_messaging

from tracenova.messaging.envelope import new_id


class MessageOptions(oslo_messaging.TransportOptions):
    """The id that a message is to have, and how big it turned out.

    Attributes:
        message_id: shared by the message, its span and its reply.
        body_size: bytes on the wire; None until sent, or over somebody else's driver.
    """

    def __init__(self, message_id: str | None = None) -> None:
        super().__init__()
        self.message_id = message_id or new_id()
        self.body_size: int | None = None

    @classmethod
    def of(cls, transport_options: Any) -> Self:
        """Return the options given if they are ours, else fresh ones."""
        return transport_options if isinstance(transport_options, cls) else cls()


def shown(url: Any) -> str:
    """Return a transport URL without user, password and settings: fit to be printed."""
    hosts = []
    for host in url.hosts:
        name = host.hostname or "localhost"
        hosts.append(f"{name}:{host.port}" if host.port else name)
    path = (url.virtual_host or "").strip("/")
    return f"{url.transport}://{','.join(hosts)}/{path}"


def url_setting(url: Any, name: str, default: str) -> str:
    """Return a setting from the URL's query, as in ``redis://host/0?dead_after=2``."""
    value = url.query.get(name, default)
    return str(value[-1] if isinstance(value, list) else value)
