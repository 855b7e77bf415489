"""A server that gives each connection a thread: services keep theirs for long.

waitress reads all connections in one thread and hands every request over to another,
which costs more than the request's parsing. Here a connection's own thread waits for
its next request, and answers it. What comes in is read, and what goes out is written,
by waitress's parser and tasks all the same: size limits, chunks, ``Expect``, ``HEAD``,
several requests in one packet, errors without a traceback.

Nova: has no such file; eventlet.wsgi serves there, a green thread a connection
"""

import contextlib
import errno
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

from waitress.adjustments import Adjustments
from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.parser import HTTPRequestParser
from waitress.proxy_headers import proxy_headers_middleware
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import InternalServerError

LOG = logging.getLogger(__name__)

CONNECTIONS: Final = 500
"""So many at once; whoever comes then waits, unaccepted, until one has gone."""

_CLOSING_S: Final = 5.0
_PAUSE_S: Final = 0.1
_READ: Final = 1 << 16
_WRITE: Final = 1 << 18
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_NO_MORE_DESCRIPTORS: Final = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
)


class Server:
    """Answers for a WSGI application on a listening socket, from :meth:`run` on.

    Args:
        app: what it is that answers; what it returns is held in memory until sent.
        listening: bound, and listening.
        threads: so many requests are answered at once; others wait for their turn.
        idle_s: a connection is closed when nothing moves on it for so long; None: never.
        options: further adjustments of waitress.
    """

    def __init__(
        self,
        app: Callable[..., Iterable[bytes]],
        listening: socket.socket,
        *,
        threads: int,
        idle_s: float | None = 120,
        **options: Any,
    ) -> None:
        self.adj = Adjustments(ident=None, **options)
        self.application = proxy_headers_middleware(
            app, clear_untrusted=True, log_untrusted=False, logger=LOG
        )
        self.server_name, self.effective_port = listening.getsockname()[:2]
        self.idle_s = idle_s
        self.turns = threading.BoundedSemaphore(threads)
        self._room = threading.BoundedSemaphore(CONNECTIONS)
        self._listening = listening
        self._lock = threading.Lock()
        self._connections: dict[_Connection, threading.Thread] = {}
        self._closed = threading.Event()

    def run(self) -> None:
        """Accept connections until :meth:`close`."""
        while self._room.acquire() and not self._closed.is_set():
            try:
                sock, peer = self._listening.accept()
            except OSError as error:
                self._room.release()
                if self._closed.is_set():
                    return
                LOG.warning("Cannot accept a connection: %s", error)
                if error.errno in _NO_MORE_DESCRIPTORS:
                    self._closed.wait(_PAUSE_S)
                continue
            self._begin(_Connection(self, sock, peer))

    def close(self) -> None:
        """Listen no more; requests that have arrived are answered first."""
        self._closed.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # accept() returns
        self._listening.close()
        with self._lock:
            open_now = dict(self._connections)
        for connection in open_now:
            connection.shut(socket.SHUT_RD)
        ends_s = time.monotonic() + _CLOSING_S
        for connection, thread in open_now.items():
            thread.join(max(0.0, ends_s - time.monotonic()))
            connection.shut(socket.SHUT_RDWR)

    def _begin(self, connection: "_Connection") -> None:
        thread = threading.Thread(
            target=self._serve, args=(connection,), name="connection", daemon=True
        )
        with self._lock:
            self._connections[connection] = thread
            thread.start()
            if self._closed.is_set():
                connection.shut(socket.SHUT_RD)

    def _serve(self, connection: "_Connection") -> None:
        try:
            connection.serve()
        finally:
            connection.close()
            with self._lock:
                del self._connections[connection]
            self._room.release()


class _Connection:
    """One client's connection: what waitress's tasks call a channel.

    Attributes:
        server, adj, addr: read by waitress's tasks.
    """

    def __init__(self, server: Server, sock: socket.socket, peer: Any) -> None:
        self.server, self.adj, self.addr = server, server.adj, peer
        self._sock = sock
        self._received = b""
        self._answer: list[bytes] = []

    def serve(self) -> None:
        """Answer one request after the other, until one side has had enough."""
        with contextlib.suppress(OSError):  # the client is gone, or says nothing
            self._sock.settimeout(self.server.idle_s)
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            goes_on = True
            while goes_on:
                with contextlib.closing(HTTPRequestParser(self.adj)) as request:
                    goes_on = self._read(request) and self._serve(request)

    def shut(self, how: int) -> None:
        """Hear, or hear and say, nothing any more; from any thread."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(how)

    def close(self) -> None:
        """Close the connection, in its own thread."""
        self._sock.close()

    def write_soon(self, data: bytes | ReadOnlyFileBasedBuffer) -> None:
        """Keep a part of the answer until all of it is there."""
        self._answer.extend((data,) if isinstance(data, bytes) else data)

    @staticmethod
    def check_client_disconnected() -> bool:
        """Say what is not known before the answer is sent."""
        return False

    def _read(self, request: HTTPRequestParser) -> bool:
        """Read a request to its end, or to what is wrong with it."""
        while not request.completed:
            data = self._received or self._sock.recv(_READ)
            if not data:
                return False
            self._received = data[request.received(data) :]
            if request.completed or not request.headers_finished:
                continue
            if request.expect_continue:
                self._sock.sendall(_CONTINUE)
                request.expect_continue = False
        return True

    def _serve(self, request: HTTPRequestParser) -> bool:
        """Answer a request; say whether another may follow."""
        if request.empty:
            return True
        task = ErrorTask(self, request) if request.error else WSGITask(self, request)
        try:
            with self.server.turns:
                task.service()
        except Exception:  # whatever an application raises
            LOG.exception("Exception while serving %s", request.path)
            self._answer.clear()
            request.error = InternalServerError("The server has failed.")
            task = ErrorTask(self, request)
            task.service()
        self._send()
        return not task.close_on_finish

    def _send(self) -> None:
        answer, self._answer = self._answer, []
        if sum(map(len, answer)) <= _WRITE:
            answer = [b"".join(answer)]
        for part in answer:
            for start in range(0, len(part), _WRITE):
                self._sock.sendall(memoryview(part)[start : start + _WRITE])
