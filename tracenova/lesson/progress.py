"""How far a student is: one small file in the XDG state folder, never half written."""

import contextlib
import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tracenova.lesson.errors import FolderError


@dataclass(slots=True)
class Done:
    """What became of one lesson.

    Attributes:
        folder: where the student's files are.
        hints: how many hints were shown.
        attempts: how often it was checked.
        passed_at: Unix time of the first check that passed; None: not yet.
    """

    folder: str = ""
    hints: int = 0
    attempts: int = 0
    passed_at: float | None = None
    skipped: bool = False

    @property
    def state(self) -> str:
        """``solved``, ``skipped``, ``started`` or ``open``."""
        if self.passed_at is not None:
            return "solved"
        if self.skipped:
            return "skipped"
        return "started" if self.folder else "open"


@dataclass(slots=True)
class Progress:
    """All of a student's lessons by slug, and the one being worked on."""

    current: str = ""
    lessons: dict[str, Done] = field(default_factory=dict)

    def of(self, slug: str) -> Done:
        """Return the record of a lesson, a new one at first."""
        return self.lessons.setdefault(slug, Done())


def file() -> Path:
    """Return where progress is kept."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state"
    return Path(base) / "tracenova" / "lessons" / "progress.json"


def load() -> Progress:
    """Read progress; a file that cannot be understood is put aside, not lost."""
    path = file()
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return _understood(said)
    except FileNotFoundError:
        return Progress()
    except (ValueError, TypeError, AttributeError, KeyError):
        with contextlib.suppress(OSError):
            path.replace(path.with_suffix(f".broken-{time.time_ns()}"))
        return Progress()
    except OSError as error:
        raise FolderError(f"{path}: cannot be read: {error.strerror}") from None


def _understood(said: Any) -> Progress:
    lessons = {str(slug): Done(**done) for slug, done in said["lessons"].items()}
    return Progress(str(said["current"]), lessons)


def save(progress: Progress) -> None:
    """Write progress: whole or not at all, also when the power fails in the middle.

    Raises:
        FolderError: it cannot be written.
    """
    path = file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix="progress-")
        with os.fdopen(handle, "w", encoding="utf-8") as new:
            json.dump({"version": 1, **asdict(progress)}, new, indent=1)
            new.flush()
            os.fsync(new.fileno())
        Path(name).replace(path)
    except OSError as error:
        raise FolderError(f"{path}: cannot be written: {error.strerror}") from None


@contextlib.contextmanager
def changing() -> Iterator[Progress]:
    """Give progress to be changed within the block; it is saved when the block ends.

    Two runners of one student wait for each other here.
    """
    path = file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_suffix(".lock").open("a")
    except OSError as error:
        raise FolderError(f"{path}: cannot be written: {error.strerror}") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        progress = load()
        yield progress
        save(progress)
