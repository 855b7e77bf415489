"""Runs the real command: in a process of its own, or here where many must be quick."""

import contextlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from tracenova.cli import group

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def error_line(self) -> str:
        """The only line on stderr; hops that were told before it do not count."""
        lines = [line for line in self.err.splitlines() if " ms  " not in line]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        assert "unexpected" not in self.err
        return lines[0]


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment, changed, with the project on the path."""
    paths = [str(ROOT), str(ROOT / "tui"), str(ROOT / "diagrams")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **changes}


def started(*args: str, env: dict[str, str] | None = None) -> "subprocess.Popen[str]":
    """Start the command; all three streams are pipes."""
    with _ctrl_c_not_ignored():
        return subprocess.Popen(
            [sys.executable, "-m", "tracenova", *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(**(env or {})),
            text=True,
        )


@contextlib.contextmanager
def _ctrl_c_not_ignored() -> Iterator[None]:
    """Let what starts within the block hear Ctrl-C, though these tests may not."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:  # as in a shell's background job
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def command(*args: str, env: dict[str, str] | None = None, stdin: str = "") -> Result:
    """Run the command in a process of its own until it ends."""
    with started(*args, env=env) as process:
        out, err = process.communicate(stdin, timeout=50)
    return Result(process.returncode, out, err)


def here(*args: str) -> Result:
    """Run the command within this process: everything but interpreter and signals."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["tracenova", *args]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = group.run()
    return Result(code, out.getvalue(), err.getvalue())
