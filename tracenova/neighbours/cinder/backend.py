"""Where volumes are: one sparse file each, as of cinder's simplest back end."""

import errno
import os
from pathlib import Path
from typing import Final

_PREFIX: Final = "volume-"
_SNAPSHOT_PREFIX: Final = "snapshot-"
_PIECE: Final = 1024**2


class LocalFiles:
    """Volumes as files of one folder.

    Args:
        folder: made with the first volume; its path should carry the lab's mark.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, volume_id: str) -> Path:
        """Return the volume's file."""
        return self._folder / f"{_PREFIX}{volume_id}"

    def create(self, volume_id: str, size_gb: int, content: bytes = b"") -> None:
        """Make a volume that begins with the content; the rest is empty.

        Raises:
            ValueError: the content is larger than the volume.
            OSError: the disk is full.
        """
        size = size_gb * 1024**3
        if len(content) > size:
            raise ValueError(f"{len(content)} bytes do not fit into {size_gb} GB")
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self.path_of(volume_id)
        partial = path.with_name(path.name + ".part")
        try:
            partial.write_bytes(content)
            os.truncate(partial, size)
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)

    def snapshot_path_of(self, snapshot_id: str) -> Path:
        """Return the file of a volume's copy."""
        return self._folder / f"{_SNAPSHOT_PREFIX}{snapshot_id}"

    def copy(self, source: Path, target: Path, size_gb: int) -> None:
        """Make a file that begins as another does; where that is empty, so is this.

        Raises:
            OSError: the disk is full, or the source is gone.
        """
        partial = target.with_name(target.name + ".part")
        try:
            with source.open("rb") as old, partial.open("wb") as new:
                _copy_what_is_there(old.fileno(), new.fileno())
            os.truncate(partial, size_gb * 1024**3)
            partial.rename(target)
        finally:
            partial.unlink(missing_ok=True)

    def extend(self, volume_id: str, size_gb: int) -> None:
        """Make a volume larger."""
        os.truncate(self.path_of(volume_id), size_gb * 1024**3)

    def delete(self, volume_id: str) -> None:
        """Remove a volume; one that is not there is fine."""
        self.path_of(volume_id).unlink(missing_ok=True)

    def strays(self, known: set[str], snapshots: set[str]) -> list[Path]:
        """Return the files that are no known volume's or snapshot's."""
        expected = {self.path_of(volume_id) for volume_id in known}
        expected |= {self.snapshot_path_of(snapshot_id) for snapshot_id in snapshots}
        present = self._folder.glob("*") if self._folder.is_dir() else ()
        return sorted(set(present) - expected)


def _copy_what_is_there(source: int, target: int) -> None:
    """Copy the parts of a sparse file that are not holes."""
    end = os.fstat(source).st_size
    position = 0
    while position < end:
        try:
            start = os.lseek(source, position, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # nothing but a hole follows
                return
            raise
        position = os.lseek(source, start, os.SEEK_HOLE)
        while start < position:
            data = os.pread(source, min(position - start, _PIECE), start)
            os.pwrite(target, data, start)
            start += len(data)
