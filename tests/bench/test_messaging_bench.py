"""How long a call takes, there and back. Prints medians, asserts no time."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

from tracenova import telemetry
from tracenova.lab import measure

pytestmark = pytest.mark.bench


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


def test_a_call_on_the_embedded_bus(capsys: pytest.CaptureFixture[str]) -> None:
    """Goal: a median of at most 1 ms."""
    plain = measure.call_ms("fakeredis://bench/")
    with telemetry.recording():
        traced = measure.call_ms("fakeredis://bench/")
    with capsys.disabled():
        text = f"\nfakeredis call: median {plain:.2f} ms, traced {traced:.2f} ms"
        print(text)


@pytest.mark.redis
def test_a_call_on_a_real_redis(
    redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Goal: a median of at most 2.5 ms."""
    plain = measure.call_ms(redis_url)
    with capsys.disabled():
        print(f"\nredis call: median {plain:.2f} ms")
