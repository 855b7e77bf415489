"""Connections to other processes are kept, noticed when they end, and fail by name."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest

from tracenova import http_network
from tracenova.http_message import Request, Response
from tracenova.http_network import KeptConnections

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Name: a\r\n\r\nok"


class Peer:
    """A server that answers so many requests a connection, then hangs up.

    Attributes:
        seen: the connections' requests, connection by connection.
    """

    def __init__(self, *answers: int) -> None:
        self.seen: list[list[bytes]] = []
        self.hung_up = threading.Event()
        self._answers = answers
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listen no more."""
        self._listening.close()
        self._thread.join(30)

    def _serve(self) -> None:
        for count in self._answers:
            connection, _ = self._listening.accept()
            self.seen.append([])
            with connection, connection.makefile("rb") as incoming:
                for _ in range(count):
                    self.seen[-1].append(self._request(incoming))
                    connection.sendall(_ANSWER)
                if count == 0:
                    self._request(incoming)
            self.hung_up.set()

    @staticmethod
    def _request(incoming: object) -> bytes:
        head, length = b"", 0
        for line in incoming:  # type: ignore[attr-defined]  # a file
            head += line
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            if line == b"\r\n":
                break
        body: bytes = incoming.read(length)  # type: ignore[attr-defined]
        return head + body


@contextlib.contextmanager
def peer(*answers: int) -> Iterator[Peer]:
    """A peer within the block."""
    one = Peer(*answers)
    try:
        yield one
    finally:
        one.close()


@pytest.fixture
def kept() -> Iterator[KeptConnections]:
    """Connections of the test's own."""
    connections = KeptConnections()
    yield connections
    connections.close()


def get(kept: KeptConnections, url: str, method: str = "GET") -> Response:
    """Send a request."""
    return kept.send(Request(method, url, "/v2?a=b%20c", {"X-Y": "z"}))


def test_a_connection_serves_one_request_after_the_other(
    kept: KeptConnections,
) -> None:
    """What is asked for, the headers and the body arrive; nothing is opened anew."""
    with peer(2) as one:
        answer = get(kept, one.url)
        assert (answer.status_code, answer.text, answer.headers["x-nAme"]) == (
            *(200, "ok"),
            "a",
        )
        kept.send(Request("POST", one.url, "/v2", content=b'{"a":1}'))
    first, second = one.seen[0]
    assert first.startswith(b"GET /v2?a=b%20c HTTP/1.1\r\n")
    assert b"X-Y: z\r\n" in first
    assert second.endswith(b'{"a":1}')


def test_an_idle_connection_that_the_other_side_closed_is_not_used(
    kept: KeptConnections,
) -> None:
    """A POST is never lost to a connection that was dead before it was sent."""
    with peer(1, 1) as one:
        get(kept, one.url)
        assert one.hung_up.wait(30)
        assert get(kept, one.url, "POST").status_code == 200
    assert [len(requests) for requests in one.seen] == [1, 1]


def test_nobody_listens(kept: KeptConnections) -> None:
    """A refusal is a ConnectError; what is cut off is another TransportError."""
    with peer() as nobody:
        pass
    with pytest.raises(httpx.ConnectError):
        get(kept, nobody.url)
    with peer(0) as rude, pytest.raises(httpx.TransportError):
        get(kept, rude.url)


def test_a_body_that_is_streamed_comes_piece_by_piece() -> None:
    """An image need not fit into memory: httpx reads it."""
    with peer(1) as one:
        pieces: list[bytes] = []
        answer = http_network.send(Request("GET", one.url, "/v2"), pieces.append)
        assert (answer.status_code, answer.content) == (200, b"")
        assert b"".join(pieces) == b"ok"


@pytest.mark.parametrize(
    ("answered", "body"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nto the end", b"to the end"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok"),
        (
            b"HTTP/1.1 100 Continue\r\nX-A: 1\r\n\r\n"
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"2\r\nto\r\n4\r\n end\r\n0\r\n\r\n",
            b"to end",
        ),
        (b"HTTP/1.1 204 No Content\r\nA: 1\r\nA: 2\r\n\r\n", b""),
    ],
)
def test_where_an_answer_ends(
    monkeypatch: pytest.MonkeyPatch,
    kept: KeptConnections,
    answered: bytes,
    body: bytes,
) -> None:
    """With its length, its last chunk, or the connection."""
    monkeypatch.setattr(f"{__name__}._ANSWER", answered)
    with peer(1) as one:
        answer = get(kept, one.url)
    assert answer.content == body
    assert "x-a" not in answer.headers
    assert answer.headers.get("a", "1, 2") == "1, 2"


@pytest.mark.parametrize(
    "answered",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
        b"HTTP/1.1 200",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_an_answer_that_is_none(
    monkeypatch: pytest.MonkeyPatch, kept: KeptConnections, answered: bytes
) -> None:
    """Cut off, or another protocol."""
    monkeypatch.setattr(f"{__name__}._ANSWER", answered)
    with peer(1) as one, pytest.raises(httpx.TransportError):
        get(kept, one.url)


def test_the_answer_to_head_has_no_body(
    monkeypatch: pytest.MonkeyPatch, kept: KeptConnections
) -> None:
    """Whatever length it says a body would have."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    monkeypatch.setattr(f"{__name__}._ANSWER", head)
    with peer(1) as one:
        answer = get(kept, one.url, "HEAD")
    assert (answer.content, answer.headers["Content-Length"]) == (b"", "2")


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "ä", "\x00"])
def test_a_header_is_one_line_of_ascii(kept: KeptConnections, value: str) -> None:
    """Nobody can smuggle another header, or another request, into one."""
    with peer() as nobody, pytest.raises(ValueError):  # noqa: PT011  # or its subclass
        kept.send(Request("GET", nobody.url, "/", {"X-Y": value}))
