"""What neighbours know outlives their process."""

import contextlib
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tracenova.neighbours.shelf import Place, Shelf


class Owner:
    """Something that knows things."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Any] = {}
        self.place = Place("owner", self._look, self._take)

    def _look(self, kind: str, key: str) -> Any:
        return self.known.get((kind, key))

    def _take(self, kind: str, key: str, value: Any) -> None:
        self.known[kind, key] = value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The shelf's file."""
    return tmp_path / "shelf.sqlite"


@pytest.fixture
def shelf(path: Path) -> Iterator[Shelf]:
    """A shelf that has been filled."""
    made = Shelf(path)
    made.complete()
    yield made
    made.close()


def again(path: Path) -> dict[tuple[str, str], Any]:
    """Return what an owner knows in its next life."""
    shelf, owner = Shelf(path), Owner()
    owner.place.given(shelf)
    shelf.close()
    return owner.known


def test_what_is_written_is_known_again_in_its_order(shelf: Shelf, path: Path) -> None:
    """Documents and bytes; what is gone is gone; a change keeps its place."""
    owner = Owner()
    owner.place.given(shelf)
    told = {("b", "1"): {"x": [1]}, ("a", "2"): b"\x00\xff", ("c", "3"): 7}
    for (kind, key), value in told.items():
        owner.known[kind, key] = value
        owner.place.change(kind, key)
    owner.place.write()
    assert again(path) == told
    assert list(again(path)) == list(told)
    owner.known["b", "1"] = "other"
    del owner.known["c", "3"]
    owner.place.change("c", "3")
    owner.place.touch("b", "1")
    owner.place.write()
    assert again(path) == {("b", "1"): "other", ("a", "2"): b"\x00\xff"}


def test_what_was_only_looked_at_is_not_written(shelf: Shelf, path: Path) -> None:
    """A GET touches without a change, and may still make something."""
    owner = Owner()
    owner.place.given(shelf)
    owner.known = {("a", "looked at"): 1, ("a", "made"): 2}
    owner.place.touch("a", "looked at")
    owner.place.change("a", "made")
    owner.place.write(only_looked=True)
    owner.place.write()
    assert again(path) == {("a", "made"): 2}


def test_a_shelf_whose_filling_was_interrupted_is_empty(path: Path) -> None:
    """What the lab lists is put there again, from the beginning."""
    shelf, owner = Shelf(path), Owner()
    owner.place.given(shelf)
    owner.known["a", "1"] = 1
    owner.place.change("a", "1")
    owner.place.write()
    shelf.close()
    assert again(path) == {}


def test_without_a_shelf_nothing_is_kept(tmp_path: Path) -> None:
    """A cloud in one process."""
    owner = Owner()
    owner.place.change("a", "1")
    owner.place.write()
    assert list(tmp_path.iterdir()) == []


def test_it_is_nobody_else_s_to_read(shelf: Shelf, path: Path) -> None:
    """It holds tokens."""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_cannot_be_written_leaves_all_as_it_was(shelf: Shelf, path: Path) -> None:
    """Of one request everything is written, or nothing."""
    owner = Owner()
    owner.place.given(shelf)
    owner.known = {("a", "1"): 1, ("a", "2"): object()}
    for key in ("1", "2"):
        owner.place.change("a", key)
    with pytest.raises(TypeError):
        owner.place.write()
    assert again(path) == {}
    with sqlite3.connect(path) as rows:
        assert rows.execute("SELECT count(*) FROM known").fetchone() == (1,)
    rows.close()


def test_somebody_else_may_look_while_it_is_written_to(
    shelf: Shelf, path: Path
) -> None:
    """What is there by now, and nothing can be put there."""
    owner, other = Owner(), Owner()
    owner.place.given(shelf)
    owner.known["a", "1"] = "there"
    owner.place.change("a", "1")
    owner.place.write()
    with contextlib.closing(Shelf(path, read_only=True)) as looking:
        other.place.recall(looking)
        assert other.known == {("a", "1"): "there"}
        other.place.change("a", "2")
        other.place.write()
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            looking.complete()
    assert again(path) == {("a", "1"): "there"}


def test_looking_makes_no_shelf(path: Path) -> None:
    """One that is not there is told."""
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        Shelf(path, read_only=True)
    assert not path.exists()
