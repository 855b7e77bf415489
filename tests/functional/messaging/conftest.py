"""One conformance suite for both kinds of bus: every test here runs on each."""

import shutil
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import oslo_messaging as messaging
import pytest

from tracenova.conf import new_config
from tracenova.lab.ports import free_ports
from tracenova.messaging import tap
from tracenova.messaging.tracing import TracedServer

PATIENCE_S = 30  # for what takes milliseconds on a machine that is not overloaded


class RedisServer:
    """A redis-server of the test's own, which it may kill and start again.

    With ``durable`` it remembers what it was told before it was killed.
    """

    def __init__(
        self, folder: Path, dead_after_s: int = 3, *, durable: bool = False
    ) -> None:
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("needs the program redis-server: apt install redis-server")
        (self.port,) = free_ports(1)
        self.url = f"redis://127.0.0.1:{self.port}/0?dead_after={dead_after_s}"
        self._command = [program, "--port", str(self.port), "--save", ""]
        self._command += ["--bind", "127.0.0.1", "--dir", str(folder)]
        if durable:
            self._command += ["--appendonly", "yes", "--appendfsync", "always"]
        self.start()

    def start(self) -> None:
        """Start it, and wait until it accepts connections."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        eventually(self._answers)

    def _answers(self) -> bool:
        assert self._process.poll() is None, "redis-server ended"
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """Kill it, as a power cut would."""
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A redis-server for all tests that leave it alive."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A redis-server that the test may kill."""
    server = RedisServer(tmp_path, dead_after_s=1)
    yield server
    server.kill()


@pytest.fixture(
    params=["fakeredis", pytest.param("redis", marks=pytest.mark.redis)],
)
def url(request: pytest.FixtureRequest) -> str:
    """The transport URL of a bus: embedded, and on a real Redis."""
    if request.param == "fakeredis":
        return f"fakeredis://{uuid.uuid4().hex}/"
    return str(request.getfixturevalue("shared_redis").url)


class Bench:
    """Servers and clients on one bus; everything is stopped at the end of the test."""

    def __init__(self, url: str, stack: ExitStack) -> None:
        self.url = url
        self.exchange = uuid.uuid4().hex  # tests share a Redis, not their queues
        self.transport = self.connect(url, stack)
        self._stack = stack

    @staticmethod
    def connect(url: str, stack: ExitStack) -> Any:
        """Return a transport of its own connections."""
        transport = messaging.get_rpc_transport(
            new_config(), url, ["tracenova.exception"]
        )
        stack.callback(transport.cleanup)
        return transport

    @property
    def tap(self) -> tap.BusTap:
        """The tap on this bus."""
        return tap.tap_of(self.transport._driver.shown_url)

    def target(self, **kwargs: Any) -> Any:
        """Return a target on the test's own exchange."""
        return messaging.Target(exchange=self.exchange, **{"topic": "topic", **kwargs})

    def serve(self, endpoint: Any, server: str = "host1", **kwargs: Any) -> Any:
        """Start a server of the endpoint."""
        target = self.target(server=server, **kwargs)
        running = messaging.get_rpc_server(
            self.transport, target, [endpoint], server_cls=TracedServer
        )
        running.start()
        self._stack.callback(running.wait)
        self._stack.callback(running.stop)
        return running

    def client(self, **kwargs: Any) -> Any:
        """Return a client of the topic."""
        kwargs.setdefault("timeout", PATIENCE_S)
        return messaging.get_rpc_client(self.transport, self.target(), **kwargs)

    def listen(self, topics: list[str], endpoint: Any, **kwargs: Any) -> Any:
        """Start a listener of notifications."""
        transport = messaging.get_notification_transport(new_config(), self.url)
        targets = [self.target(topic=topic) for topic in topics]
        running = messaging.get_notification_listener(
            transport, targets, [endpoint], **kwargs
        )
        running.start()
        self._stack.callback(transport.cleanup)
        self._stack.callback(running.wait)
        self._stack.callback(running.stop)
        return running


@pytest.fixture
def bench(url: str) -> Iterator[Bench]:
    """A bus with nobody on it yet. No thread of it is left behind."""
    before = set(threading.enumerate())
    with ExitStack() as stack:
        made = Bench(url, stack)
        yield made
        tap.forget(made.transport._driver.shown_url)
    eventually(lambda: set(threading.enumerate()) <= before)


def eventually(condition: Callable[[], Any], timeout_s: float = PATIENCE_S) -> Any:
    """Wait until the condition holds, and return what it returned."""
    deadline = time.monotonic() + timeout_s
    while not (answer := condition()):
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.005)
    return answer


class Recorder:
    """An endpoint that keeps what it was called with."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def note(self, ctxt: dict[str, Any], value: Any) -> Any:
        """Keep the value, and return it."""
        self.seen.append(value)
        return value


@pytest.fixture
def recorder() -> Callable[[], Recorder]:
    """Make recorders."""
    return Recorder


@pytest.fixture(name="eventually")
def eventually_fixture() -> Callable[..., Any]:
    """Wait until something holds."""
    return eventually
