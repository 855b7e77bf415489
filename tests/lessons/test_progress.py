"""Progress survives crashes, broken files and two runners at once."""

import json
import multiprocessing
from pathlib import Path

import pytest

from tracenova.lesson import progress
from tracenova.lesson.errors import FolderError


def test_nothing_is_known_at_first() -> None:
    """No file, no lesson started."""
    assert progress.load() == progress.Progress()


def test_what_was_saved_is_read_again() -> None:
    """All of it."""
    with progress.changing() as known:
        known.current = "07-filters"
        known.of("07-filters").hints = 2
    assert progress.load().of("07-filters").hints == 2
    assert progress.load().of("07-filters").state == "open"


def test_a_crash_while_saving_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file is whole until the new one is."""
    progress.save(progress.Progress(current="01-end-to-end"))

    def no_power(self: Path, target: Path) -> Path:
        raise OSError(5, "no power")

    with monkeypatch.context() as dark:
        dark.setattr(Path, "replace", no_power)
        with pytest.raises(FolderError):
            progress.save(progress.Progress(current="02-rest-api"))
    assert progress.load().current == "01-end-to-end"


def test_a_crash_in_the_middle_keeps_the_old_file() -> None:
    """An exception within the block changes nothing on disk."""
    progress.save(progress.Progress(current="a"))

    def die() -> None:
        with progress.changing() as known:
            known.current = "b"
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        die()
    assert progress.load().current == "a"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"lessons": 3}', "null", "\x00"])
def test_a_broken_file_is_put_aside(content: str) -> None:
    """The student begins anew, and the file can still be looked at."""
    progress.file().parent.mkdir(parents=True)
    progress.file().write_text(content)
    assert progress.load() == progress.Progress()
    assert len(list(progress.file().parent.glob("progress.broken-*"))) == 1


def test_a_folder_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One clear line."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(FolderError, match="cannot be written"), progress.changing():
        pass


def _count(times: int) -> None:
    for _ in range(times):
        with progress.changing() as known:
            known.of("x").attempts += 1


def test_two_runners_wait_for_each_other() -> None:
    """No change is lost."""
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_count, args=(20,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(50)
    assert progress.load().of("x").attempts == 60
    assert json.loads(progress.file().read_text())["version"] == 1
