"""A student's filter that never comes back, in a whole cloud.

The conductor's call ends by ``rpc_response_timeout``, as in Nova: the server goes to
ERROR with MessagingTimeout as its fault. Who wants a server from that scheduler waits
for the same time; everybody else is answered, and the lab stops.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.functional.cli.runner import here
from tracenova.lab import files
from tracenova.lab.cloud import Cloud
from tracenova.lab.order import Order
from tracenova.lab.running import set_patience
from tracenova.lab.settings import Settings
from tracenova.scheduler import whereabouts

PATIENCE_S: Final = 60.0
HANGS: Final = """\
import pathlib
import time

from tracenova.scheduler import filters


class Mine(filters.BaseHostFilter):
    def host_passes(self, host_state, spec_obj):
        while not pathlib.Path({flag!r}).exists():
            time.sleep(0.02)
        return True
"""


class Plugin:
    """A filter that hangs until it is let go, and the nova.conf that names it."""

    def __init__(self, folder: Path) -> None:
        self._flag = folder / "go-on"
        file = folder / "mine.py"
        file.write_text(HANGS.format(flag=str(self._flag)))
        self.conf = folder / "nova.conf"
        self.conf.write_text(
            "[DEFAULT]\n"
            "scheduler_available_filters = nova.scheduler.filters.all_filters\n"
            f"scheduler_available_filters = {file}\n"
            "scheduler_default_filters = RamFilter,Mine,DiskFilter\n"
            "scheduler_max_attempts = 1\n"
        )

    def let_go(self) -> None:
        """Let every call of the filter come back."""
        self._flag.touch()
        _wait_until(lambda: whereabouts.busy() is None)


@pytest.fixture
def plugin(tmp_path: Path) -> Iterator[Plugin]:
    """The filter; no thread of it outlives the test."""
    made = Plugin(tmp_path)
    yield made
    made.let_go()


def test_the_boot_ends_with_code_1_and_names_the_plugin(
    plugin: Plugin, tmp_path: Path
) -> None:
    """One line says who has not come back; the command does not wait any longer."""
    save = str(tmp_path / "boot.otlp.jsonl")
    options = ("--virt", "fake", "--config-file", str(plugin.conf), "--save", save)
    result = here("boot", *options, "--timeout", "2")
    if "has not come back" not in result.err:  # the machine has much to do
        result = here("boot", *options, "--timeout", "30")
    assert result.code == 1
    assert whereabouts.busy() == "Mine.host_passes"  # the lab stopped all the same
    lines = result.err.splitlines()
    assert lines.count("nova-scheduler has not come back from Mine.host_passes") == 1
    assert lines[-1].startswith("Not ACTIVE: ")
    told = here("explain", save)
    assert told.code == 2
    assert "the last filter that came back was RamFilter" in told.err


def test_nobody_else_is_held_up(plugin: Plugin, tmp_path: Path) -> None:
    """The fault is the timeout's; the API answers; the scheduler goes on afterwards."""
    lab = files.load("default")
    body = Order.of(lab).body(lab)
    settings = Settings(tmp_path, "fakeredis://", config_files=(str(plugin.conf),))
    with Cloud(lab, settings, virt="fake") as cloud:
        client = cloud.client()

        def final(server_id: str) -> dict[str, Any]:
            _wait_until(lambda: client.show_server(server_id)["status"] != "BUILD")
            return client.show_server(server_id)

        set_patience(cloud, 1)
        (first,) = client.create_servers(body)
        failed = final(first)
        assert failed["status"] == "ERROR"
        assert "No reply to select_destinations" in failed["fault"]["message"]
        assert whereabouts.busy() == "Mine.host_passes"
        set_patience(cloud, 60)
        plugin.let_go()
        (second,) = client.create_servers(body)
        assert final(second)["status"] == "ACTIVE"


def _wait_until(reached: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not reached():
        assert time.monotonic() < until, "not reached in time"
        time.sleep(0.02)
