"""The last resort when Ctrl-C does not stop everything in time."""

import signal
import subprocess
import sys

from tests.functional.cli.runner import environment
from tracenova.cli import interrupts

HANGS = """
import signal, threading
from tracenova.cli import interrupts
signal.signal(signal.SIGINT, signal.default_int_handler)
with interrupts.heard():
    interrupts.leave_with(lambda: "last words")
    while True:
        try:
            print("ready", flush=True)
            threading.Event().wait()
        except KeyboardInterrupt:
            print("goes on", flush=True)
"""


def test_what_does_not_stop_is_left_with_its_last_words():
    """After the grace the process ends, whatever hangs: one line, exit 130."""
    with subprocess.Popen(
        [sys.executable, "-c", HANGS],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=50)
    assert out.startswith("goes on")
    assert err == "last words\n"
    assert process.returncode == interrupts.EXIT_CODE
