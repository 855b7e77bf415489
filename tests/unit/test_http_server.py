"""Each connection has a thread, none can hold the others up, and what is wrong is said."""

import contextlib
import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tracenova import http_server

_GET = b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
_POST = b"POST /a HTTP/1.1\r\nHost: h\r\n"


class Echo:
    """An application that returns the body, or does what the path says.

    Attributes:
        begun, may_end: of requests to ``/slow``.
        environs: of all requests.
    """

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Semaphore(0), threading.Event()
        self.environs: list[dict[str, Any]] = []

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> list[bytes]:
        """Answer."""
        self.environs.append(environ)
        if environ["PATH_INFO"] == "/fails":
            raise KeyError("a secret")
        if environ["PATH_INFO"] == "/slow":
            self.begun.release()
            assert self.may_end.wait(30)
        if environ["PATH_INFO"] == "/large":
            start_response("200 OK", [("Content-Length", str(3 << 20))])
            return [b"x" * (2 << 20), b"y" * (1 << 20)]
        body = environ["wsgi.input"].read() or b"ok"
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


@contextlib.contextmanager
def serving(app: Echo, **options: Any) -> Iterator[http_server.Server]:
    """A server within the block."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = http_server.Server(app, listening, **{"threads": 4, **options})
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        app.may_end.set()
        server.close()
        thread.join(30)
        assert not thread.is_alive()


class Caller:
    """A connection whose bytes the test writes itself."""

    def __init__(self, server: http_server.Server) -> None:
        address = "127.0.0.1", server.effective_port
        self._sock = socket.create_connection(address, timeout=30)
        self._file = self._sock.makefile("rb")

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._sock.close()

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self._sock.sendall(data)

    def status(self) -> str:
        """Read an answer's first line, and its headers; return its code."""
        first, *_ = [line for line in iter(self._file.readline, b"\r\n") if line]
        return first.split()[1].decode()

    def answer(self, length: int = 2) -> tuple[str, bytes]:
        """Read an answer; return its code and its body of so many bytes."""
        return self.status(), self._file.read(length)

    def rest(self) -> bytes:
        """Read until the server hangs up."""
        with contextlib.suppress(ConnectionResetError):
            return self._file.read()
        return b""


def test_one_request_after_the_other_and_several_in_one_packet() -> None:
    """A connection is kept; requests that come together are answered in order."""
    with serving(Echo()) as server, Caller(server) as caller:
        caller.send(_GET)
        assert caller.answer() == ("200", b"ok")
        caller.send(_GET + _POST + b"Content-Length: 3\r\n\r\nabc\r\n" + _GET)
        assert [caller.answer(n) for n in (2, 3, 2)] == [
            *[("200", b"ok"), ("200", b"abc")],
            ("200", b"ok"),
        ]


@pytest.mark.parametrize(
    "head", [b"Connection: close", b"Expect: 100-continue\r\nConnection: close"]
)
def test_a_client_that_wants_no_more_is_hung_up_on(head: bytes) -> None:
    """After its answer, which says so."""
    with serving(Echo()) as server, Caller(server) as caller:
        caller.send(_GET[:-2] + head + b"\r\n\r\n")
        answer = caller.rest()
        assert b"Connection: close" in answer
        assert answer.endswith(b"\r\n\r\nok")


def test_http_1_0_and_head() -> None:
    """The first is kept only when asked for, the second has no body."""
    with serving(Echo()) as server, Caller(server) as caller:
        caller.send(b"HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n" + _GET)
        assert caller.status() == "200"
        assert caller.answer() == ("200", b"ok")
        caller.send(b"GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
        assert caller.answer() == ("200", b"ok")
        caller.send(b"GET /a HTTP/1.0\r\n\r\n")
        assert caller.rest().endswith(b"ok")


def test_a_body_in_chunks_and_one_that_is_sent_when_it_is_wanted() -> None:
    """The application reads a whole body in either case."""
    with serving(Echo()) as server, Caller(server) as caller:
        caller.send(_POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        caller.send(b"2\r\nde\r\n0\r\n\r\n")
        assert caller.answer(5) == ("200", b"abcde")
        caller.send(_POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert caller.status() == "100"
        caller.send(b"hi")
        assert caller.answer() == ("200", b"hi")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 5000, "431"),
        (_POST + b"Content-Length: 5000\r\n\r\n", "413"),
        (_POST + b"Content-Length: -1\r\n\r\n", "400"),
        (_POST + b"Transfer-Encoding: gzip\r\n\r\n", "501"),
        (_POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400"),
        (b"nonsense\r\n\r\n", "400"),
        (b"GET / HTTP/1.1\r\nA b: c\r\n\r\n", "400"),
        (b"GET /fails HTTP/1.1\r\n\r\n", "500"),
    ],
)
def test_what_is_wrong_is_said(
    data: bytes, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    """In one line, and the connection is closed; others are not disturbed."""
    limits = {"max_request_header_size": 4000, "max_request_body_size": 4000}
    with serving(Echo(), **limits) as server:
        with Caller(server) as caller:
            caller.send(data)
            assert caller.status() == code
            assert b"Traceback" not in (rest := caller.rest())
            assert b"secret" not in rest
        with Caller(server) as another:
            another.send(_GET)
            assert another.answer() == ("200", b"ok")
    assert len(caplog.records) == (1 if code == "500" else 0)


def test_who_says_nothing_for_long_is_hung_up_on() -> None:
    """In the middle of a request, or before it."""
    with serving(Echo(), idle_s=0.05) as server:
        for begun in (b"", b"GET /a HT", _POST + b"Content-Length: 9\r\n\r\nabc"):
            with Caller(server) as caller:
                caller.send(begun)
                assert caller.rest() == b""


def test_a_large_answer_and_a_client_that_leaves_before_its_end() -> None:
    """The one gets everything; the other disturbs nobody."""
    with serving(Echo()) as server:
        with Caller(server) as caller:
            caller.send(b"GET /large HTTP/1.1\r\n\r\n")
        connection = http.client.HTTPConnection("127.0.0.1", server.effective_port)
        with contextlib.closing(connection):
            connection.request("GET", "/large")
            assert connection.getresponse().read() == b"x" * (2 << 20) + b"y" * (
                1 << 20
            )


def test_so_many_requests_at_once_and_no_more() -> None:
    """The others wait for their turn, however many connections there are."""
    app = Echo()
    with serving(app, threads=2) as server, contextlib.ExitStack() as closing:
        callers = [closing.enter_context(Caller(server)) for _ in range(4)]
        for caller in callers:
            caller.send(b"GET /slow HTTP/1.1\r\n\r\n")
        assert app.begun.acquire(timeout=30)
        assert app.begun.acquire(timeout=30)
        assert not app.begun.acquire(timeout=0.05)
        app.may_end.set()
        assert {caller.answer() for caller in callers} == {("200", b"ok")}


def test_so_many_connections_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes then is answered when another has gone."""
    monkeypatch.setattr(http_server, "CONNECTIONS", 1)
    app = Echo()
    with serving(app) as server, Caller(server) as first:
        first.send(_GET)
        assert first.answer() == ("200", b"ok")
        with Caller(server) as second:
            second.send(_GET)
            first.send(_GET)
            assert first.answer() == ("200", b"ok")
            assert len(app.environs) == 2
            first.__exit__()
            assert second.answer() == ("200", b"ok")


def test_what_a_proxy_says_of_the_client_is_not_believed() -> None:
    """Nobody asked for a proxy."""
    app = Echo()
    with serving(app) as server, Caller(server) as caller:
        caller.send(_GET[:-2] + b"X-Forwarded-For: 10.0.0.1\r\n\r\n")
        assert caller.answer() == ("200", b"ok")
    assert "HTTP_X_FORWARDED_FOR" not in app.environs[0]
    assert app.environs[0]["REMOTE_ADDR"] == "127.0.0.1"


def test_a_server_that_stops_answers_what_has_arrived() -> None:
    """Idle connections are closed, and nobody is let in any more."""
    app = Echo()
    with serving(app) as server, Caller(server) as idle, Caller(server) as busy:
        idle.send(_GET)
        assert idle.answer() == ("200", b"ok")
        busy.send(b"GET /slow HTTP/1.1\r\n\r\n")
        assert app.begun.acquire(timeout=30)
        closing = threading.Thread(target=server.close)
        closing.start()
        assert idle.rest() == b""
        app.may_end.set()
        assert busy.answer() == ("200", b"ok")
        assert busy.rest() == b""
        closing.join(30)
        with pytest.raises(OSError):  # noqa: PT011  # refused, or reset
            Caller(server)


def test_descriptors_above_1023(tmp_path: Any) -> None:
    """A cloud has many files open; a connection may have any number."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 2048:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(2048, hard), hard))
    with contextlib.ExitStack() as closing, (tmp_path / "f").open("w") as file:
        for _ in range(1040):
            closing.callback(socket.close, socket.dup(file.fileno()))
        with serving(Echo()) as server, Caller(server) as caller:
            caller.send(_GET)
            assert caller.answer() == ("200", b"ok")
