"""What a lab opens it closes: a classroom's process runs hundreds of them."""

import contextlib
from pathlib import Path

from tests.functional.libvirt import labs
from tracenova import http_network
from tracenova.http_message import Request
from tracenova.lab import kept
from tracenova.lab.settings import URLS


def _open_below(folder: Path) -> list[str]:
    targets = []
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the listing's own
            targets.append(str(link.readlink()))
    return [target for target in targets if target.startswith(str(folder))]


def test_a_lab_that_has_stopped_holds_no_database_open(tmp_path: Path) -> None:
    """Neither Nova's database nor that of its API."""
    with labs.running(tmp_path, labs.ONE_HOST, virt="fake"):
        assert any("nova_api.sqlite" in target for target in _open_below(tmp_path))
    assert not _open_below(tmp_path)


def test_a_lab_that_has_stopped_keeps_no_connection(tmp_path: Path) -> None:
    """Not even one that somebody might use again."""
    idle = http_network._kept._idle
    with contextlib.ExitStack() as closing:
        with labs.running(tmp_path, labs.ONE_HOST, virt="fake"):
            url = kept.serve(closing, URLS["keystone"])
            http_network.send(Request("GET", url, "/v3"))
            assert any(idle.values())
        assert not any(idle.values())
