"""Runs a program in a process of its own that cannot hang or swallow the machine.

The child limits itself (``child.py``) before it touches anything of the student's; here
is the clock, and the end: whatever is left of its process group is killed.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import tracenova
from tracenova.lesson.errors import GivenUp

_LOOK_S: Final = 0.1
_SHOWN: Final = 20_000  # characters of what a program prints
_KEPT: Final = ("PATH", "LANG", "LC_ALL", "LC_MESSAGES", "TZ", "TERM", "NO_COLOR")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use.

    Attributes:
        seconds: of processor time; of wall-clock time three times as many, since a
            busy machine is not the student's fault.
        memory_mb: of address space.
        processes: whether it may start threads and processes.
    """

    seconds: float = 10.0
    memory_mb: int = 1024
    processes: bool = False

    @property
    def wall_s(self) -> float:
        """How long to wait for it."""
        return 3 * self.seconds

    def arguments(self) -> list[str]:
        """Return them as the child's first arguments."""
        return [f"{self.seconds:g}", str(self.memory_mb), str(int(self.processes))]


CODE: Final = Limits()
LAB: Final = Limits(seconds=100, memory_mb=8192, processes=True)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended.

    Attributes:
        code: its exit code; negative: the signal that ended it.
        late: it was stopped because its time was up.
    """

    code: int
    output: str = ""
    errors: str = ""
    late: bool = False


def run(
    arguments: Sequence[str],
    folder: Path,
    limits: Limits,
    *,
    show: bool = False,
    stop: threading.Event | None = None,
) -> Ended:
    """Run ``child.py`` with the arguments in the folder; return how it ended.

    With ``show`` it writes to the terminal instead of having kept what it writes.

    Raises:
        GivenUp: ``stop`` was set before it ended.
    """
    command = [sys.executable, "-P", "-m", "tracenova.lesson.child"]
    command += [*limits.arguments(), *arguments]
    with (
        tempfile.TemporaryDirectory(prefix="tracenova-lesson-") as home,
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
    ):
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=None if show else output,
            stderr=None if show else errors,
            start_new_session=True,  # a process group of its own, to be killed whole
        )
        late = not _ends_in_time(child, limits.wall_s, stop)
        said, complained = _beginning(output), _beginning(errors)
    return Ended(child.returncode, said, complained, late)


def _ends_in_time(
    child: "subprocess.Popen[bytes]", seconds: float, stop: threading.Event | None
) -> bool:
    try:
        if stop is not None:
            _wait_until(child, seconds, stop)
        child.wait(0 if stop is not None else seconds)
    except subprocess.TimeoutExpired:
        return False
    else:
        return True
    finally:  # also when the user interrupts: nothing of it stays behind
        _kill_group(child.pid)
        child.wait()


def _wait_until(
    child: "subprocess.Popen[bytes]", seconds: float, stop: threading.Event
) -> None:
    """Return when the child has ended, or its time is up."""
    deadline = time.monotonic() + seconds
    while child.poll() is None and time.monotonic() < deadline:
        if stop.wait(_LOOK_S):
            raise GivenUp


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _beginning(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(_SHOWN * 4).decode("utf-8", "replace")[:_SHOWN]


def _environment(home: str) -> dict[str, str]:
    """Return an environment in which neither progress nor settings can be found."""
    roots = [str(Path(tracenova.__file__).parents[1])]
    roots += [path for path in sys.path if path.endswith(("/tui", "/diagrams"))]
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        "HOME": home,
        "TMPDIR": home,
        "XDG_STATE_HOME": home,
        "XDG_CACHE_HOME": home,
        "XDG_CONFIG_HOME": home,
        "PYTHONPATH": os.pathsep.join(roots),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "MALLOC_ARENA_MAX": "2",  # else each thread's arena counts against the memory
        "COLUMNS": os.environ.get("COLUMNS", "80"),
    }
