"""The temporary folder of a running lab: made, removed, and blamed when its disk is full."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tracenova.lab.errors import PartMissing

PREFIX: Final = "tracenova-"
LITTLE: Final = 1024**2  # bytes; a lab's databases need several times as much
_ATTEMPTS: Final = 3


@contextlib.contextmanager
def state_folder() -> Iterator[Path]:
    """Keep a temporary folder for a cloud within the block.

    Raises:
        PartMissing: none can be made.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    except OSError as error:
        raise PartMissing(
            f"no temporary folder can be made: {error.strerror}; mend: set TMPDIR to a "
            "folder that can be written"
        ) from None
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Remove the folder for good: a thread that still runs may be writing to it.

    Renamed first, so that what it opens by the old name is not there any more.
    """
    doomed = folder.with_name(f"{folder.name}.gone")
    for _ in range(_ATTEMPTS):
        with contextlib.suppress(OSError):
            folder.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)
        if not folder.exists() and not doomed.exists():
            return
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def blamed(folder: Path) -> Iterator[None]:
    """Tell, when the block fails and the folder's disk is full, that this is why.

    Raises:
        PartMissing: instead of what the block raised.
    """
    try:
        yield
    except Exception:
        check(folder)
        raise


def check(folder: Path) -> None:
    """Make sure that there is room where the folder is.

    Raises:
        PartMissing: there is hardly any.
    """
    try:
        found = os.statvfs(folder)
    except OSError:
        return  # it is gone: that is another story
    free = found.f_bavail * found.f_frsize
    if free >= LITTLE and (found.f_favail or not found.f_files):
        return
    of = found.f_blocks * found.f_frsize
    raise PartMissing(
        f"the disk of {folder.parent} is full ({free // 1024} of {of // 1024} KB free), "
        "and the lab's databases and disks are there; mend: make room, or set TMPDIR to "
        "a folder with more"
    )
