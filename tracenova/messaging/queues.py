"""Names of the queues in Redis. ``redis-cli keys 'tracenova:*'`` shows them.

Like RabbitMQ under oslo.messaging there are three ways to a server: the queue that all
servers of a topic share, the server's own queue, and a fanout that copies into an
inbox of every server that listens at that moment.
"""

_PREFIX = "tracenova"


def shared(exchange: str, topic: str) -> str:
    """Queue that all servers of a topic take from, one message each."""
    return f"{_PREFIX}:{exchange}:{topic}"


def directed(exchange: str, topic: str, server: str) -> str:
    """Queue of the one server of that name."""
    return f"{_PREFIX}:{exchange}:{topic}:{server}"


def audience(exchange: str, topic: str) -> str:
    """Set of the inboxes that get a copy of every fanout to the topic."""
    return f"{_PREFIX}:audience:{exchange}:{topic}"


def inbox(server: str, unique: str) -> str:
    """One listener's private queue: fanouts, and the wake-up when it is to stop."""
    return f"{_PREFIX}:inbox:{server}:{unique}"


def inbox_server(inbox_name: str) -> str:
    """Return the server whose inbox it is."""
    return inbox_name.removeprefix(f"{_PREFIX}:inbox:").rpartition(":")[0]


def reply(message_id: str) -> str:
    """Queue in which one caller waits for one reply."""
    return f"{_PREFIX}:reply:{message_id}"


def alive(consumer: str) -> str:
    """Key that exists as long as the consumer shows signs of life."""
    return f"{_PREFIX}:alive:{consumer}"
