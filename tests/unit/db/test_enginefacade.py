import contextlib
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.fixtures_db import Cloud, database
from tracenova import identity, objects
from tracenova.db.exception import (
    DBConnectionError,
    DBError,
    DBNonExistentTable,
)
from tracenova.db.sqlalchemy import enginefacade, models, rows


def test_a_block_that_raises_leaves_no_trace(cloud: Cloud):
    """A transaction is undone as a whole."""
    writer = enginefacade.main_context_manager.writer
    values = {"host": "a", "binary": "nova-compute", "topic": "compute"}

    def write_and_stop() -> None:
        with writer.using(cloud.admin()) as conn:
            rows.insert_row(conn, models.Service, values)
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        write_and_stop()
    assert len(objects.ServiceList.get_all(cloud.admin())) == 0


def test_a_transaction_within_another_joins_it(cloud: Cloud):
    """As oslo.db's enginefacade; a reader's transaction cannot be joined to write."""
    manager = enginefacade.main_context_manager
    with manager.writer.using(None) as outer, manager.reader.using(None) as inner:
        assert inner is outer
    with (
        manager.reader.using(None),
        pytest.raises(DBError, match="reading"),
        manager.writer.using(None),
    ):
        pass


def test_one_engine_serves_all_services_of_a_cloud(cloud: Cloud):
    """Engines are kept by URL."""
    seen = set()
    for binary in ("nova-api", "nova-scheduler"):
        reader = enginefacade.main_context_manager.reader
        with cloud.acting(binary), reader.using(None) as conn:
            seen.add(id(conn.engine.pool))
    assert len(seen) == 1


def test_sqlite_keeps_a_write_ahead_log(cloud: Cloud):
    """Readers do not wait for a writer."""
    with enginefacade.main_context_manager.reader.using(None) as conn:
        assert conn.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_a_database_without_tables_says_what_to_do(tmp_path: Path):
    """The error names the file and the remedy, in one line."""
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    with database(tmp_path) as cloud:
        context = cloud.admin()
        context.db_connection = url
        with pytest.raises(
            DBNonExistentTable, match=r"empty\.sqlite.*db_sync"
        ) as caught:
            objects.ServiceList.get_all(context)
        assert "\n" not in str(caught.value)
    enginefacade.dispose(url)


def test_a_database_that_cannot_be_opened_is_one_line(tmp_path: Path):
    """DBConnectionError has the URL without its password."""
    (tmp_path / "folder").mkdir()
    url = f"sqlite:///{tmp_path / 'folder'}"
    with database(tmp_path) as cloud:
        context = cloud.admin()
        context.db_connection = url
        with pytest.raises(DBConnectionError, match="unable to open") as caught:
            objects.ServiceList.get_all(context)
        assert "\n" not in str(caught.value)
    enginefacade.dispose(url)


def test_a_row_with_an_unknown_column_is_refused(cloud: Cloud):
    """A misspelt column is told by name."""
    with (
        enginefacade.main_context_manager.writer.using(None) as conn,
        pytest.raises(KeyError, match="services has no column hots"),
    ):
        rows.insert_row(conn, models.Service, {"hots": "a"})


def test_a_connection_to_a_file_is_used_again(cloud: Cloud):
    """By whoever comes next; two at once have one each, and both are kept."""
    reader = enginefacade.main_context_manager.reader
    with reader.using(None) as first:
        first.execute(text("CREATE TEMP TABLE mine (x)"))
    with reader.using(None) as second:
        assert second is first
        assert second.execute(text("SELECT count(*) FROM mine")).scalar() == 0
        (other,) = in_threads(1, reader)
        assert other is not second
    assert set(in_threads(2, reader)) == {first, other}


def test_no_more_connections_are_kept_than_the_pool_is_large(tmp_path: Path):
    """max_pool_size, also when more were needed at once."""
    sizes = {"database.max_pool_size": 2}
    with database(tmp_path, sizes) as cloud:
        reader = enginefacade.main_context_manager.reader
        assert len(set(in_threads(4, reader))) == 4
        engines = enginefacade._engines[cloud.cell_url]
        assert len(engines._kept) == 2


def test_a_connection_to_a_file_that_was_replaced_is_dropped(cloud: Cloud):
    """What is written goes into the database that is there, not into a lost one."""
    manager = enginefacade.main_context_manager
    path = Path(cloud.cell_url.removeprefix("sqlite:///"))
    copy = path.with_name("copy.sqlite")
    with manager.writer.using(None) as before:
        before.execute(text("CREATE TABLE mine (x)"))
    with sqlite3.connect(path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()
    copy.replace(path)
    with manager.writer.using(None) as after:
        assert after is not before
        after.execute(text("INSERT INTO mine VALUES (1)"))
    assert before.closed
    with contextlib.closing(sqlite3.connect(path)) as seen:
        assert seen.execute("SELECT x FROM mine").fetchall() == [(1,)]


def test_a_connection_after_an_error_is_not_kept(cloud: Cloud):
    """Nobody is given what a failed transaction may have left in it."""
    reader = enginefacade.main_context_manager.reader
    kept: list[Any] = []

    def fail() -> None:
        with reader.using(None) as conn:
            kept.append(conn)
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    with reader.using(None) as conn:
        assert conn is not kept[0]


def test_nothing_stays_open_once_a_database_is_disposed_of(cloud: Cloud):
    """Neither what was kept, nor what was in use then and is left afterwards."""
    reader = enginefacade.main_context_manager.reader
    path = cloud.cell_url.removeprefix("sqlite:///")
    in_threads(3, reader)
    with reader.using(None):
        assert is_open(path)
        enginefacade.dispose(cloud.cell_url)
    assert not is_open(path)


def in_threads(number: int, reader: Any) -> list[Any]:
    """Return the connections of so many threads that are in a transaction at once."""
    together = threading.Barrier(number)
    found: list[Any] = []

    acting = identity.current()
    assert acting is not None

    def use(who: identity.ServiceIdentity) -> None:
        with identity.acting_as(who), reader.using(None) as conn:
            found.append(conn)
            together.wait(30)

    threads = [threading.Thread(target=use, args=(acting,)) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == number
    return found


def is_open(path: str) -> bool:
    """Say whether this process has the file open."""
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the listing's own
            if str(link.readlink()).startswith(path):
                return True
    return False
