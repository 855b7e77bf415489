"""What neighbours know, kept in a file, for the day on which their process dies.

Real ones keep it in databases. Here everything is in memory, and what a request has
touched is written down before the request is answered. A cloud in one process needs no
shelf: it ends with that process.
"""

import contextlib
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

Look = Callable[[str, str], Any]
"""Returns what there is of a kind under a key: JSON, bytes, or None: nothing."""

Take = Callable[[str, str, Any], None]
"""Puts back into memory what an earlier process has known."""

_TABLE = """CREATE TABLE IF NOT EXISTS known (
    owner TEXT, kind TEXT, key TEXT, value, PRIMARY KEY (owner, kind, key))"""
_WRITE = """INSERT INTO known VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET value = excluded.value"""
_FORGET = "DELETE FROM known WHERE (owner, kind, key) = (?, ?, ?)"
_ALL = "SELECT kind, key, value FROM known WHERE owner = ? ORDER BY rowid"
_COMPLETE = ("shelf", "is", "complete")


class Shelf:
    """A SQLite file. Thread-safe; what is written outlives a SIGKILL.

    Args:
        path: nobody else may read it: it holds tokens.
        read_only: it is another process's, which goes on writing.

    Raises:
        sqlite3.Error: it is to be read only, and cannot be.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._lock = threading.Lock()
        if read_only:
            self._rows = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro", uri=True
            )
            return
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._rows = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False
        )
        self._rows.execute("PRAGMA journal_mode = WAL")
        self._rows.execute("PRAGMA synchronous = NORMAL")
        self._rows.execute(_TABLE)
        if not self.is_complete:
            self._rows.execute("DELETE FROM known")  # its first writer died at it

    @property
    def is_complete(self) -> bool:
        """Say whether what a cloud begins with is there."""
        where = "SELECT 1 FROM known WHERE (owner, kind, key) = (?, ?, ?)"
        with self._lock:
            return self._rows.execute(where, _COMPLETE).fetchone() is not None

    def complete(self) -> None:
        """Say that what a cloud begins with is there."""
        with self._lock:
            self._rows.execute(_WRITE, (*_COMPLETE, "{}"))

    def known(self, owner: str) -> Iterator[tuple[str, str, Any]]:
        """Yield kind, key and value of all that an owner has written, oldest first."""
        with self._lock:
            rows = self._rows.execute(_ALL, (owner,)).fetchall()
        for kind, key, value in rows:
            yield kind, key, value if isinstance(value, bytes) else json.loads(value)

    def write(self, owner: str, keys: Iterable[tuple[str, str]], look: Look) -> None:
        """Write down how each of these, by kind and key, is now."""
        with self._lock:  # whoever looks last, writes last
            self._rows.execute("BEGIN")
            with self._ending():
                for kind, key in keys:
                    value = look(kind, key)
                    if value is None:
                        self._rows.execute(_FORGET, (owner, kind, key))
                        continue
                    if not isinstance(value, bytes):
                        value = json.dumps(value)
                    self._rows.execute(_WRITE, (owner, kind, key, value))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._rows.close()

    @contextlib.contextmanager
    def _ending(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._rows.execute("ROLLBACK")
            raise
        self._rows.execute("COMMIT")


class Place:
    """One owner's place on the shelf; nothing is kept until it is :meth:`given` one.

    Args:
        owner: whose.
        look, take: get from memory, and put into it.
    """

    def __init__(self, owner: str, look: Look, take: Take) -> None:
        self._owner, self._look, self._take = owner, look, take
        self._shelf: Shelf | None = None
        self._here = _Here()

    def given(self, shelf: Shelf) -> None:
        """Take what is on the shelf; put there from now on whatever changes."""
        self.recall(shelf)
        self._shelf = shelf

    def recall(self, shelf: Shelf) -> None:
        """Take what is on the shelf, and put nothing there."""
        for kind, key, value in shelf.known(self._owner):
            self._take(kind, key, value)

    def change(self, kind: str, key: str) -> None:
        """Note that this thread changes it."""
        if self._shelf is not None:
            self._here.changed[kind, key] = None

    def touch(self, kind: str, key: str) -> None:
        """Note that this thread looks at it, and may be changing it."""
        if self._shelf is not None:
            self._here.touched[kind, key] = None

    def write(self, *, only_looked: bool = False) -> None:
        """Write down what this thread has changed, and what it has touched.

        Args:
            only_looked: what was touched was only looked at.
        """
        if self._shelf is None:
            return
        here = self._here
        written = here.changed if only_looked else here.changed | here.touched
        here.changed, here.touched = {}, {}
        if written:
            self._shelf.write(self._owner, written, self._look)


class _Here(threading.local):
    """What this thread has done since it wrote something down, in that order."""

    def __init__(self) -> None:
        self.changed: dict[tuple[str, str], None] = {}
        self.touched: dict[tuple[str, str], None] = {}
