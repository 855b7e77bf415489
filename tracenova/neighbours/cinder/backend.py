"""Where volumes are: one sparse file each, as of cinder's simplest back end."""

import os
from pathlib import Path
from typing import Final

_PREFIX: Final = "volume-"


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

    def extend(self, volume_id: str, size_gb: int) -> None:
        """Make a volume larger."""
        os.truncate(self.path_of(volume_id), size_gb * 1024**3)

    def delete(self, volume_id: str) -> None:
        """Remove a volume; one that is not there is fine."""
        self.path_of(volume_id).unlink(missing_ok=True)

    def strays(self, known: set[str]) -> list[Path]:
        """Return the files that are no known volume's."""
        expected = {self.path_of(volume_id) for volume_id in known}
        present = self._folder.glob("*") if self._folder.is_dir() else ()
        return sorted(set(present) - expected)
