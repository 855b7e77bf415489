"""A lab's temporary folder: it goes for good, and is blamed when its disk is full."""

import os
import sqlite3
import tempfile
import threading
from pathlib import Path

import pytest

from tracenova.lab import room
from tracenova.lab.errors import PartMissing


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let temporary folders be the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_thread_that_still_writes_leaves_nothing_behind(temporary: Path) -> None:
    """After an interrupt a service may open its database once more."""
    begun, end = threading.Event(), threading.Event()

    def straggle(folder: Path) -> None:
        while not end.is_set():
            try:
                connection = sqlite3.connect(folder / "nova.sqlite", timeout=0.01)
                connection.execute("create table if not exists t (x)")
                connection.close()
            except sqlite3.Error:
                pass
            begun.set()

    with room.state_folder() as state:
        straggler = threading.Thread(target=straggle, args=(state,))
        straggler.start()
        begun.wait()
    assert not state.exists()
    begun.clear()
    assert begun.wait(30)  # it has tried again since
    end.set()
    straggler.join()
    assert list(temporary.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_line(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong, and what mends it."""
    monkeypatch.setattr(tempfile, "tempdir", str(temporary / "nowhere"))
    with (
        pytest.raises(PartMissing, match=r"no temporary folder.*mend: set TMPDIR"),
        room.state_folder(),
    ):
        pass


def test_only_a_full_disk_is_blamed(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever else fails keeps its own words."""
    with pytest.raises(ZeroDivisionError), room.blamed(temporary):
        raise ZeroDivisionError
    monkeypatch.setattr(room, "LITTLE", 2**70)
    state = temporary / "tracenova-1"
    state.mkdir()
    with (
        pytest.raises(PartMissing, match=rf"the disk of {temporary} is full \("),
        room.blamed(state),
    ):
        raise ZeroDivisionError
    with room.blamed(state):
        pass  # nothing failed, so nothing is to blame


def test_a_disk_without_a_free_file_is_full(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes there are, but no inode."""
    found = list(os.statvfs(temporary))
    found[5:8] = [100, 0, 0]  # files, and how many of them are free
    full = os.statvfs_result(found)
    monkeypatch.setattr(os, "statvfs", lambda _path: full)
    with pytest.raises(PartMissing, match="is full"):
        room.check(temporary)
