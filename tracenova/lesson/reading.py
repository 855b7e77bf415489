"""Reads a student's files: regular ones of a sensible size, and nothing else."""

import stat
from pathlib import Path
from typing import Final

LARGEST: Final = 1024 * 1024


class Unreadable(Exception):
    """A file that cannot be read as text; the message is one clear line."""


def text(file: Path) -> str:
    """Return a file's text.

    A submission may hold anything: a pipe would hold the reader up for ever, a device
    never ends.

    Raises:
        FileNotFoundError: there is no such file.
        Unreadable: it is no regular file, too large, or no text.
    """
    try:
        about = file.lstat()
        if not stat.S_ISREG(about.st_mode):
            raise Unreadable(f"{file.name}: is not a plain file")
        if about.st_size > LARGEST:
            raise Unreadable(f"{file.name}: is too large")
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Unreadable(f"{file.name}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{file.name}: is not UTF-8 text") from None
