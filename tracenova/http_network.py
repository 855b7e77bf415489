"""Requests that leave the process: connections that are kept and used again.

httpx's own connections are written in Python from the first byte to the last and cost
half a millisecond of the processor a request; the standard library's a quarter of that.
They serve plain HTTP; whatever else a URL asks for is left to httpx.

Nova: has no such file; it takes requests, whose connections are the standard library's
"""

import functools
import http.client
import select
import threading
from collections import defaultdict

import httpx

TIMEOUT_S = 30.0
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})

_Address = tuple[str, int]


class KeptConnections:
    """Connections by address; a thread has one to itself while it uses it."""

    def __init__(self) -> None:
        self._idle: defaultdict[_Address, list[http.client.HTTPConnection]]
        self._idle = defaultdict(list)
        self._lock = threading.Lock()

    def send(self, request: httpx.Request) -> httpx.Response:
        """Send the request and return the whole response.

        What the other side closed while it was idle is opened anew, and a request that
        may be repeated is sent once more.

        Raises:
            httpx.TransportError: nobody answers, or not to the end.
        """
        address = request.url.host, request.url.port or 80
        connection = self._take(address)
        again = connection is not None and request.method in _REPEATABLE
        try:
            if connection is not None:
                try:
                    return self._exchange(address, connection, request)
                except (http.client.RemoteDisconnected, ConnectionError):
                    if not again:
                        raise
            return self._exchange(address, _opened(address), request)
        except TimeoutError as error:
            raise httpx.ReadTimeout(f"no answer in {TIMEOUT_S:g} s") from error
        except (OSError, http.client.HTTPException) as error:
            raise httpx.ReadError(str(error) or type(error).__name__) from error

    def close(self) -> None:
        """Close all connections that nobody uses at the moment."""
        with self._lock:
            for idle in self._idle.values():
                while idle:
                    idle.pop().close()

    def _exchange(
        self,
        address: _Address,
        connection: http.client.HTTPConnection,
        request: httpx.Request,
    ) -> httpx.Response:
        try:
            answer = _sent(connection, request)
            content = answer.read()
        except BaseException:
            connection.close()
            raise
        if answer.will_close:
            connection.close()
        else:
            with self._lock:
                self._idle[address].append(connection)
        headers = answer.getheaders()
        return httpx.Response(
            answer.status, headers=headers, content=content, request=request
        )

    def _take(self, address: _Address) -> http.client.HTTPConnection | None:
        """Return an idle connection that the other side has not closed."""
        while True:
            with self._lock:
                idle = self._idle[address]
                if not idle:
                    return None
                connection = idle.pop()
            if connection.sock is not None and not _is_readable(connection.sock):
                return connection
            connection.close()


def _opened(address: _Address) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(*address, timeout=TIMEOUT_S)
    try:
        connection.connect()
    except OSError as error:
        raise httpx.ConnectError(str(error)) from error
    return connection


def _sent(
    connection: http.client.HTTPConnection, request: httpx.Request
) -> http.client.HTTPResponse:
    path = request.url.raw_path.decode("ascii")
    connection.putrequest(
        request.method, path, skip_host=True, skip_accept_encoding=True
    )
    for name, value in request.headers.raw:
        connection.putheader(name, value)
    connection.endheaders(request.read() or None)
    return connection.getresponse()


def _is_readable(sock: object) -> bool:
    """Say whether there is something to read: of an idle connection, its end."""
    waiting = select.poll()
    waiting.register(sock, select.POLLIN)  # type: ignore[arg-type]
    return bool(waiting.poll(0))


_kept = KeptConnections()


@functools.cache
def _client() -> httpx.Client:
    transport = httpx.HTTPTransport(retries=1)  # reads the machine's certificates
    return httpx.Client(transport=transport, timeout=TIMEOUT_S, trust_env=False)


def close_idle() -> None:
    """Close the connections that nobody uses at the moment: a cloud has ended."""
    _kept.close()


def send(request: httpx.Request, *, stream: bool) -> httpx.Response:
    """Send a request over the network and return its response.

    Args:
        request: to whom, and what.
        stream: the caller reads the body, piece by piece.

    Raises:
        httpx.TransportError: nobody answers.
    """
    if stream or request.url.scheme != "http":
        return _client().send(request, stream=stream)
    return _kept.send(request)
