"""Writes a ramdisk's archive: the ``newc`` format that Linux unpacks at boot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_TRAILER: Final = "TRAILER!!!"
FOLDER: Final = 0o040755
PROGRAM: Final = 0o100755
FILE: Final = 0o100644


@dataclass(frozen=True, slots=True)
class Entry:
    """One file or folder of the archive."""

    mode: int
    data: bytes = b""


def archive(entries: Mapping[str, Entry]) -> bytes:
    """Return the archive of the paths, in their order; the same input, the same bytes."""
    parts = [
        _record(number, path, entry)
        for number, (path, entry) in enumerate(entries.items(), start=1)
    ]
    return b"".join([*parts, _record(0, _TRAILER, Entry(0))])


def _record(number: int, path: str, entry: Entry) -> bytes:
    name = path.encode() + b"\0"
    fields = (
        *(number, entry.mode, 0, 0, 1, 0),  # inode, mode, uid, gid, links, time
        *(len(entry.data), 0, 0, 0, 0, len(name), 0),  # size, devices, name, check
    )
    head = b"070701" + b"".join(b"%08X" % field for field in fields)
    return _padded(head + name) + _padded(entry.data)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
