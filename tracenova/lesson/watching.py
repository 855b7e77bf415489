"""Waits for the student to save a file."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

State: TypeAlias = dict[str, tuple[int, int]]
_LOOK_S = 0.3


def state(folder: Path) -> State:
    """Return what tells one version of the student's files from another."""
    found: State = {}
    for file in folder.iterdir():
        if file.name.endswith((".otlp.jsonl", "~", ".swp")) or file.name.startswith(
            "."
        ):
            continue
        try:
            about = file.stat()
        except OSError:
            continue  # an editor is just replacing it
        if file.is_file():
            found[file.name] = (about.st_mtime_ns, about.st_size)
    return found


def wait_for_change(
    folder: Path, seen: State, nap: Callable[[float], None] = time.sleep
) -> State:
    """Return the new state once something was saved and is quiet again."""
    while (now := state(folder)) == seen:
        nap(_LOOK_S)
    while True:  # saving several files, or a large one, is one change
        nap(_LOOK_S)
        later = state(folder)
        if later == now:
            return now
        now = later
