"""Commands to Redis in one go, over connections that stay at hand.

Every message passes here several times. redis-py's own methods look for retries, caches,
callbacks and deprecated arguments each time, and so does its pool; its connections are
taken from the pool once and kept.
"""

import select
from collections.abc import Sequence
from typing import Any

import hiredis


class Commands:
    """Sends commands; a thread has a connection to itself while it waits for answers.

    Args:
        client: whose pool the connections are from, and close with.
    """

    def __init__(self, client: Any) -> None:
        self._pool = client.connection_pool
        self._idle: list[Any] = []

    def connection(self) -> Any:
        """Return a connection that is open, and has nothing left to be read.

        Raises:
            redis.exceptions.RedisError, OSError: Redis cannot be reached.
        """
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was quicker
                break
            if _is_open(connection):
                return connection
            self._give_up(connection)
        return self._pool.get_connection()

    def run(self, connection: Any, commands: Sequence[Sequence[Any]]) -> list[Any]:
        """Send the commands and return the answers, as Redis wrote them.

        Raises:
            redis.exceptions.RedisError, OSError: they may or may not have arrived.
        """
        try:
            packed = b"".join([hiredis.pack_command(tuple(each)) for each in commands])
            connection.send_packed_command([packed])
            answers = [connection.read_response() for _ in commands]
        except BaseException:
            self._give_up(connection)
            raise
        self._idle.append(connection)
        return answers

    def _give_up(self, connection: Any) -> None:
        connection.disconnect()
        self._pool.release(connection)


def _is_open(connection: Any) -> bool:
    """Say whether the other side is still there: there is nothing to be read, not even an end.

    redis-py's own ``can_read`` reads in earnest, with the socket's timeout set and set back.
    """
    if connection._sock is None:
        return False
    waiting = select.poll()
    waiting.register(connection._sock, select.POLLIN)
    return not waiting.poll(0)
