"""Requests that leave the process: connections that are kept and used again.

httpx's own connections are written in Python from the first byte to the last and cost
half a millisecond of the processor a request. Plain HTTP needs one write and, mostly,
one read; what is read, httptools' parser takes apart. Whatever else a URL asks for, and
bodies that are streamed, are left to httpx.

Nova: has no such file; it takes requests, whose connections are the standard library's
"""

import contextlib
import functools
import select
import socket
import threading
from collections import defaultdict
from collections.abc import Callable

import httptools
import httpx

from tracenova.http_message import Headers, Request, Response

TIMEOUT_S = 30.0
_READ = 1 << 16
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})
_LENGTHS = frozenset({"content-length", "transfer-encoding"})

_Address = tuple[str, int]


class KeptConnections:
    """Connections by address; a thread has one to itself while it uses it."""

    def __init__(self) -> None:
        self._idle: defaultdict[_Address, list[socket.socket]] = defaultdict(list)
        self._lock = threading.Lock()

    def send(self, request: Request) -> Response:
        """Send the request and return the whole response.

        What the other side closed while it was idle is opened anew, and a request that
        may be repeated is sent once more.

        Raises:
            httpx.TransportError: nobody answers, or not to the end.
            ValueError: a header has more than one line, or a letter that is not ASCII.
        """
        address = request.base.hostname or "", request.base.port or 80
        data = _written(request)
        connection = self._take(address)
        again = connection is not None and request.method in _REPEATABLE
        try:
            if connection is not None:
                try:
                    return self._exchange(address, connection, request.method, data)
                except ConnectionError:
                    if not again:
                        raise
            return self._exchange(address, _opened(address), request.method, data)
        except TimeoutError as error:
            raise httpx.ReadTimeout(f"no answer in {TIMEOUT_S:g} s") from error
        except (OSError, httptools.HttpParserError) as error:
            raise httpx.ReadError(str(error) or type(error).__name__) from error

    def close(self) -> None:
        """Close all connections that nobody uses at the moment."""
        with self._lock:
            for idle in self._idle.values():
                while idle:
                    idle.pop().close()

    def _exchange(
        self, address: _Address, connection: socket.socket, method: str, data: bytes
    ) -> Response:
        try:
            connection.sendall(data)
            answer = _Answer(method)
            while not answer.is_complete:
                answer.feed(connection.recv(_READ))
        except BaseException:
            connection.close()
            raise
        if answer.may_follow:
            with self._lock:
                self._idle[address].append(connection)
        else:
            connection.close()
        return Response(answer.status, Headers(answer.headers), b"".join(answer.body))

    def _take(self, address: _Address) -> socket.socket | None:
        """Return an idle connection that the other side has not closed."""
        while True:
            with self._lock:
                idle = self._idle[address]
                if not idle:
                    return None
                connection = idle.pop()
            if not _is_readable(connection):
                return connection
            connection.close()


class _Answer:
    """A response, piece by piece; httptools calls the methods ``on_…``.

    Attributes:
        headers, body: what has come of them.
        is_complete: all has.
        may_follow: the connection can be used again.
    """

    def __init__(self, method: str) -> None:
        self.headers: list[tuple[str, str]] = []
        self.body: list[bytes] = []
        self.is_complete = False
        self.may_follow = False
        self._has_body = method != "HEAD"
        self._ends_with_connection = False
        self._parser = httptools.HttpResponseParser(self)

    @property
    def status(self) -> int:
        """The status code."""
        return self._parser.get_status_code()

    def feed(self, data: bytes) -> None:
        """Take what has been received; nothing: the other side has hung up.

        Raises:
            ConnectionError: it did so before the end.
            httptools.HttpParserError: it does not speak HTTP.
        """
        if data:
            self._parser.feed_data(data)
        elif self._ends_with_connection:
            self.is_complete = True
        else:
            raise ConnectionResetError("the connection was closed without an answer")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self.headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """Take note of how the body will end."""
        names = {name.lower() for name, _ in self.headers}
        self._ends_with_connection = self.status >= 200 and not names & _LENGTHS
        self.may_follow = self._has_body and self._parser.should_keep_alive()
        self.is_complete = self.status >= 200 and not self._has_body

    def on_body(self, data: bytes) -> None:
        """Take a piece of the body."""
        self.body.append(data)

    def on_message_complete(self) -> None:
        """Take note of the end; of ``100 Continue``, too, and that is none."""
        if self.status < 200:
            self.headers.clear()
        else:
            self.is_complete = True


def _written(request: Request) -> bytes:
    """Return the request as it is sent.

    Raises:
        ValueError: a header has more than one line, or a letter that is not ASCII.
    """
    lines = [
        f"{request.method} {request.base.path + request.target or '/'} HTTP/1.1",
        f"Host: {request.base.netloc}",
        *[f"{name}: {value}" for name, value in request.headers.items()],
    ]
    if request.content or request.method not in _WITHOUT_BODY:
        lines.append(f"Content-Length: {len(request.content)}")
    head = "".join(lines)
    if not head.isprintable():
        raise ValueError("a header must be one line of printable letters")
    return "\r\n".join([*lines, "\r\n"]).encode("ascii") + request.content


def _opened(address: _Address) -> socket.socket:
    try:
        connection = socket.create_connection(address, timeout=TIMEOUT_S)
    except OSError as error:
        raise httpx.ConnectError(str(error)) from error
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _is_readable(sock: socket.socket) -> bool:
    """Say whether there is something to read: of an idle connection, its end."""
    waiting = select.poll()
    waiting.register(sock, select.POLLIN)
    return bool(waiting.poll(0))


_kept = KeptConnections()


@functools.cache
def _client() -> httpx.Client:
    transport = httpx.HTTPTransport(retries=1)  # reads the machine's certificates
    return httpx.Client(transport=transport, timeout=TIMEOUT_S, trust_env=False)


def close_idle() -> None:
    """Close the connections that nobody uses at the moment: a cloud has ended."""
    _kept.close()


def send(request: Request, write: Callable[[bytes], object] | None = None) -> Response:
    """Send a request over the network and return its response.

    Args:
        request: to whom, and what.
        write: takes the body, piece by piece.

    Raises:
        httpx.TransportError: nobody answers.
    """
    if write is None and request.base.scheme == "http":
        return _kept.send(request)
    body: list[bytes] = []
    with contextlib.closing(_asked_by_httpx(request)) as answer:
        for piece in answer.iter_bytes(1 << 20):
            (write or body.append)(piece)
        headers = Headers(answer.headers.multi_items())
        return Response(answer.status_code, headers, b"".join(body))


def _asked_by_httpx(request: Request) -> httpx.Response:
    return _client().send(request.to_httpx(), stream=True)
