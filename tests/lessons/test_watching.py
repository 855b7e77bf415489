"""The watch mode checks again when something was saved, and only then."""

from pathlib import Path

import pytest

from tests.lessons.local_bench import command_line
from tracenova.lesson import catalog, folder, watching


def test_a_save_is_noticed(tmp_path: Path) -> None:
    """Once it is quiet again."""
    file = tmp_path / "exercise.py"
    file.write_text("1")
    seen = watching.state(tmp_path)
    naps = []

    def nap(_: float) -> None:
        naps.append(1)
        if len(naps) in (2, 3):
            file.write_text("1" * len(naps))

    later = watching.wait_for_change(tmp_path, seen, nap)
    assert later["exercise.py"][1] == 3
    assert len(naps) >= 4


def test_traces_and_editors_files_are_not_looked_at(tmp_path: Path) -> None:
    """A run in the folder is no save."""
    for name in ("boot.otlp.jsonl", ".exercise.py.swp", "exercise.py~"):
        (tmp_path / name).write_text("x")
    assert watching.state(tmp_path) == {}


@pytest.mark.usefixtures("bench")
def test_the_watch_ends_when_it_is_solved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checked once, told what is wrong, checked again after the save."""

    def solved_meanwhile(place: Path, seen: watching.State) -> watching.State:
        folder.fill_solution(catalog.Catalog().find("5"), place, "en")
        return watching.state(place)

    monkeypatch.setattr(watching, "wait_for_change", solved_meanwhile)
    command_line(["lesson", "start", "5"], tmp_path)
    ended = command_line(["lesson", "check", "--watch"], tmp_path)
    assert ended.code == 0
    assert ended.output.count("✗") > 0
    assert ended.output.count("Solved") == 1
