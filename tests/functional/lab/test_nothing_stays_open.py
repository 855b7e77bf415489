"""What a lab opens it closes: a classroom's process runs hundreds of them."""

import os
from pathlib import Path

from tests.functional.libvirt import labs


def _open_below(folder: Path) -> list[str]:
    links = (f"/proc/self/fd/{each}" for each in os.listdir("/proc/self/fd"))
    targets = (os.readlink(link) for link in links if os.path.lexists(link))
    return [target for target in targets if target.startswith(str(folder))]


def test_a_lab_that_has_stopped_holds_no_database_open(tmp_path: Path) -> None:
    """Neither Nova's database nor that of its API."""
    with labs.running(tmp_path, labs.ONE_HOST, virt="fake"):
        assert any("nova_api.sqlite" in target for target in _open_below(tmp_path))
    assert not _open_below(tmp_path)
