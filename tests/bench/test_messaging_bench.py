"""How long a call takes, there and back. Prints medians, asserts no time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.messaging.conftest import RedisServer
from tracenova import telemetry
from tracenova.lab import measure

pytestmark = pytest.mark.bench


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """The URL of a redis-server started for the measurement."""
    server = RedisServer(tmp_path)
    yield server.url
    server.kill()


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
