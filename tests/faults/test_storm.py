"""A storm over a cloud of many processes."""

from pathlib import Path

import pytest

from tests.faults.storm import Storm
from tests.functional.messaging.conftest import RedisServer
from tests.functional.served.clients import start

pytestmark = [
    pytest.mark.faults,
    pytest.mark.redis,
    pytest.mark.timeout(900),
]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_that_was_accepted_is_lost(seed: int, tmp_path: Path) -> None:
    """Every server is ACTIVE, in ERROR with a fault, or gone; and nothing stays behind."""
    conf = tmp_path / "nova.conf"
    conf.write_text("[DEFAULT]\nrpc_response_timeout = 10\n")
    redis = RedisServer(tmp_path, durable=True)
    try:
        options = ("--transport-url", redis.url, "--conductors", "2")
        cloud = start(tmp_path, *options, "--config-file", str(conf))
        storm = Storm(cloud, redis, seed)
        try:
            storm.rage(boots=20, callers=4, faults=6, pause_s=1.5)
            storm.clear()
        finally:
            print(f"\nseed {seed}: {storm.report}")
            cloud.close()
    finally:
        redis.kill()
    report = storm.report
    assert report.accepted
    assert report.ended["BUILD"] == report.unowned
    assert report.orphans == []
