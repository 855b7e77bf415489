"""How long a call takes, there and back. Prints medians, asserts no time."""

import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import oslo_messaging as messaging
import pytest

from tracenova import telemetry
from tracenova.conf import new_config
from tracenova.messaging.tracing import TracedClient, TracedDispatcher, TracedServer

pytestmark = pytest.mark.bench


class Echo:
    """Answers at once."""

    def echo(self, ctxt: Any, value: Any) -> Any:
        """Return the value."""
        return value


@pytest.fixture
def redis_url() -> Iterator[str]:
    """The URL of a redis-server started for the measurement."""
    if (program := shutil.which("redis-server")) is None:
        pytest.skip("needs the program redis-server: apt install redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [program, "--port", str(port), "--save", "", "--bind", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        time.sleep(0.5)
        yield f"redis://127.0.0.1:{port}/0"
        process.terminate()


def _median_ms(url: str, calls: int = 500) -> float:
    transport = messaging.get_rpc_transport(new_config(), url)
    target = messaging.Target(topic="echo", server="host1")
    server = TracedServer(transport, target, TracedDispatcher([Echo()], None))
    server.start()
    client = messaging.get_rpc_client(
        transport, messaging.Target(topic="echo"), client_cls=TracedClient
    )
    times_ms = []
    for number in range(calls + 50):
        start = time.perf_counter()
        client.call({}, "echo", value=number)
        times_ms.append((time.perf_counter() - start) * 1000)
    server.stop()
    server.wait()
    transport.cleanup()
    return statistics.median(times_ms[50:])


def test_a_call_on_the_embedded_bus(capsys: pytest.CaptureFixture[str]) -> None:
    """Goal: a median of at most 1 ms."""
    plain = _median_ms("fakeredis://bench/")
    with telemetry.recording():
        traced = _median_ms("fakeredis://bench/")
    with capsys.disabled():
        text = f"\nfakeredis call: median {plain:.2f} ms, traced {traced:.2f} ms"
        print(text)


@pytest.mark.redis
def test_a_call_on_a_real_redis(
    redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Goal: a median of at most 2.5 ms."""
    plain = _median_ms(redis_url)
    with capsys.disabled():
        print(f"\nredis call: median {plain:.2f} ms")
