"""The program in a real terminal: it starts, steps through a boot, and leaves no mess."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.messaging.conftest import RedisServer
from tests.tui import screens

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
ROOT = Path(__file__).parents[2]


class Terminal:
    """One tmux session with a shell in it."""

    def __init__(self, folder: Path) -> None:
        self._socket = str(folder / "tmux.sock")
        self.folder = folder

    def tmux(self, *words: str) -> str:
        """Run a tmux command; return what it prints."""
        command = ["tmux", "-S", self._socket, "-f", "/dev/null", *words]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=20, check=True
        ).stdout

    def start(self) -> None:
        """Open the session."""
        state = f"XDG_STATE_HOME={self.folder}"
        path = f"PYTHONPATH={ROOT}:{ROOT / 'tui'}:{ROOT / 'diagrams'}"
        shell = f"env -u COLUMNS -u LINES -u NO_COLOR {state} {path} TERM=xterm-256color PS1=ready$ sh -i"
        self.tmux("new-session", "-d", "-x", "140", "-y", "40", shell)

    def keys(self, *keys: str) -> None:
        """Press keys."""
        self.tmux("send-keys", *keys)

    def shown(self) -> str:
        """Return the text on the screen."""
        return self.tmux("capture-pane", "-p")

    def is_restored(self) -> None:
        """Check that the shell has its screen, its cursor and its mouse again."""
        state = self.tmux(
            "display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}"
        )
        assert state.split() == ["0", "1", "0"]

    def wait_for(self, text: str, seconds: float = 120.0) -> str:
        """Wait until a text is on the screen; return the screen."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if text in (shown := self.shown()):
                return shown
            time.sleep(0.1)
        raise AssertionError(f"{text!r} did not appear:\n{self.shown()}")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A shell in a terminal of 140×40."""
    term = Terminal(tmp_path)
    term.start()
    term.wait_for("ready$")
    try:
        yield term
    finally:
        term.tmux("kill-server")


def tui(*words: str) -> str:
    """Return the command that starts the program."""
    return " ".join([sys.executable, "-m", "tracenova", "tui", *words])


@pytest.mark.timeout(900)
def test_a_boot_is_stepped_through_live(terminal: Terminal) -> None:
    """Start a lab, boot by the form, hold, step, let go, ask why, quit; the shell is back."""
    terminal.keys(tui("--lab", "default", "--virt", "fake"), "Enter")
    terminal.wait_for("Boot a server in lab default")
    terminal.keys("C-s")
    terminal.wait_for("demo is ACTIVE")
    terminal.keys("S")
    terminal.wait_for("every message (S ends)")
    terminal.keys("o")
    terminal.wait_for("Boot a server in lab default")
    terminal.keys("C-s")
    terminal.wait_for("held  cast build_instances")
    terminal.keys("n")
    terminal.wait_for("held  call select_destinations")
    assert "why: stepping" in terminal.shown()
    terminal.keys("C")
    terminal.wait_for("demo is ACTIVE")
    terminal.keys("x")
    terminal.wait_for("compute3 was refused by RamFilter")
    terminal.keys("C-q")
    terminal.wait_for("ready$")
    terminal.is_restored()


@pytest.mark.timeout(900)
def test_control_c_restores_the_terminal(terminal: Terminal) -> None:
    """After Ctrl-C the shell has its screen and its cursor again."""
    terminal.keys(tui(str(screens.trace("success"))), "Enter")
    terminal.wait_for("1 Sequence")
    terminal.keys("C-c")
    terminal.wait_for("ready$")
    terminal.is_restored()


@pytest.mark.redis
@pytest.mark.timeout(900)
def test_after_a_crash_of_the_bus_the_terminal_is_restored(
    terminal: Terminal, tmp_path: Path
) -> None:
    """Redis is killed while the lab runs: the screen says so, and still leaves cleanly."""
    server = RedisServer(tmp_path)
    try:
        url = f"--transport-url={server.url}"
        terminal.keys(tui("--lab", "default", "--virt", "fake", f"'{url}'"), "Enter")
        terminal.wait_for("Boot a server in lab default")
        terminal.keys("Escape")
        server.kill()
        terminal.wait_for("live failed")
        terminal.keys("C-q")
        terminal.wait_for("ready$")
        terminal.is_restored()
    finally:
        server.kill()


KILLED = """
[lab]
name = "mourning"
title = "nova-scheduler is killed when it has taken its first message"

[[hosts]]
name = "compute1"
memory_mb = 4096
vcpus = 4
disk_gb = 40

[[faults]]
kind = "killed"
service = "nova-scheduler"
method = "select_destinations"
"""


@pytest.mark.timeout(900)
def test_after_a_crash_of_a_service_the_terminal_is_restored(
    terminal: Terminal, tmp_path: Path
) -> None:
    """A service is killed at work: the screen names it, lives on, and leaves cleanly."""
    lab = tmp_path / "mourning.toml"
    lab.write_text(KILLED)
    terminal.keys(tui("--lab", str(lab), "--virt", "fake"), "Enter")
    terminal.wait_for("Boot a server in lab")
    terminal.keys("C-s")
    terminal.wait_for("✗ nova-scheduler@controller has died")
    terminal.keys("4")
    terminal.wait_for("queued    took ack")
    terminal.keys("C-q")
    terminal.wait_for("ready$")
    terminal.is_restored()


def test_without_a_terminal_one_line_says_what_to_do() -> None:
    """Exit code 3, and the way out."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tui'}"}
    done = subprocess.run(
        [sys.executable, "-m", "tracenova", "tui"], env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "--plain" in done.stderr
