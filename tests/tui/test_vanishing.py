"""What a live lab stands on goes away while it runs."""

from pathlib import Path

import pytest

from tests.functional.messaging.conftest import RedisServer
from tests.tui.test_live import Watched
from tracenova_tui.feed import LabState, Said


@pytest.mark.redis
@pytest.mark.timeout(900)
def test_redis_vanishes_and_the_screen_is_told(tmp_path: Path) -> None:
    """The boot fails in one line that names Redis; then the lab itself has failed."""
    server = RedisServer(tmp_path)
    watched = Watched(tmp_path, virt="fake", transport_url=server.url)
    try:
        watched.ready()
        server.kill()
        watched.lab.boot({"name": "lonely"})
        watched.until(lambda: "failed" in watched.states())
        last = [one for one in watched.told if isinstance(one, LabState)][-1]
        assert "Cannot reach redis://" in last.text or "was closed" in last.text
        said = [one.text for one in watched.told if isinstance(one, Said)]
        assert any("the boot failed" in text for text in said), said
    finally:
        watched.lab.stop(wait_s=20.0)
        server.kill()
