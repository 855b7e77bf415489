"""Standard output and error as they are out there: any encoding, full, or closed."""

import contextlib
import io
import os
import sys
from typing import TextIO

from tracenova.cli import text


def prepare() -> None:
    """Make both streams take any text; a closed one swallows it.

    What a terminal's encoding lacks is spelled out instead of failing over it.
    """
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - stays open


def say(line: str) -> None:
    """Write one line to standard error; if nobody can read it, so be it."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(text.escaped(line) + "\n")
        sys.stderr.flush()


def give_up_output() -> None:
    """Let what is still buffered for standard output vanish without a complaint."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
