from pathlib import Path

import pytest
from sqlalchemy import text

from tests.fixtures_db import Cloud, database
from tracenova import objects
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
