"""``tracenova up`` as a program: ready, files, ports, signals, bad input."""

import signal
import stat
from pathlib import Path

import httpx
import pytest

from tests.functional.cli.runner import command, here
from tests.functional.served.clients import Process, UpCloud
from tracenova.trace.trace import Trace

pytestmark = pytest.mark.timeout(240)  # a busy machine takes its time


def test_it_says_ready_once_and_its_urls_elsewhere(cloud: UpCloud) -> None:
    """Standard output is for scripts: one line; what people read is on stderr."""
    assert cloud.process.out == ["ready"]
    assert set(cloud.urls) == {
        *("keystone", "nova", "glance", "neutron", "cinder", "placement")
    }
    index = httpx.get(cloud.urls["nova"].removesuffix("/compute") + "/", timeout=50)
    assert index.json() == cloud.urls


def test_the_files_are_their_owner_s_alone(cloud: UpCloud) -> None:
    """They hold passwords, of a cloud that is a toy: a habit all the same."""
    for name in ("clouds.yaml", "openrc"):
        mode = (cloud.folder / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600


def test_it_listens_on_loopback_only(cloud: UpCloud) -> None:
    """Unless --host says otherwise."""
    assert {url.split("/")[2].split(":")[0] for url in cloud.urls.values()} == {
        "127.0.0.1"
    }


def test_a_second_one_on_the_port_is_told_so_in_a_line(cloud: UpCloud) -> None:
    """Before it has started anything."""
    port = cloud.urls["nova"].split("/")[2].split(":")[1]
    second = command("up", "--port", port)
    assert second.code == 2
    assert second.out == ""
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use" in (
        second.error_line
    )


def test_ctrl_c_stops_it_with_its_trace_written(tmp_path: Path) -> None:
    """Exit 0, as at SIGTERM: who asks a server to stop gets what was asked for."""
    save = tmp_path / "up.otlp.jsonl"
    process = Process("up", "--virt", "fake", "--port", "0", "--save", str(save))
    process.wait_for("ready")
    assert process.stop(signal.SIGINT) == 0, process.err
    assert not [line for line in process.err if "Error" in line]
    loaded = Trace.load(save)
    assert loaded.warnings == []
    assert {"nova-api", "keystone"} <= set(loaded.services())


def test_a_signal_before_it_is_ready_stops_it_too(tmp_path: Path) -> None:
    """As soon as it hears signals at all."""
    save = tmp_path / "up.otlp.jsonl"
    process = Process("up", "--virt", "fake", "--port", "0", "--save", str(save))
    while not save.exists() and process.popen.poll() is None:
        pass
    process.popen.send_signal(signal.SIGTERM)
    assert process.ended() == 0, process.err


@pytest.mark.parametrize(
    ("options", "said", "code"),
    [
        (["--host", "203.0.113.1"], "cannot listen on 203.0.113.1:0", 2),
        (["--write-env", "/proc/nowhere"], "/proc/nowhere: cannot be written", 2),
        (["--lab", "nosuch"], "no lab 'nosuch'", 2),
        (["--port", "70000"], "70000 is not in the range", 2),
        (["--transport-url", "redis://127.0.0.1:1/0"], "Start it with", 3),
        (["--transport-url", "x"], "the transport URL is not one", 2),
    ],
)
def test_what_cannot_be_is_one_line(tmp_path, options, said: str, code: int) -> None:
    """The documented exit code, and nothing left running."""
    base = ["up", "--port", "0", "--virt", "fake", "--save", str(tmp_path / "t.jsonl")]
    result = here(*base, *options)
    assert (result.code, result.out) == (code, "")
    assert said in result.err.splitlines()[-1]
    assert "Traceback" not in result.err
