"""Connections: one engine a URL, transactions for reading and for writing.

``with main_context_manager.writer.using(context) as conn:`` is one transaction on the
cell database; ``api_context_manager`` is the API database. A ``using`` within another
joins it.

Nova: oslo_db.sqlalchemy.enginefacade, nova/db/sqlalchemy/api.py [main_context_manager]
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    create_engine,
    event,
    exc,
    make_url,
)
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from tracenova.conf import CONF
from tracenova.db.exception import DBError
from tracenova.db.sqlalchemy.errors import translated

if TYPE_CHECKING:
    from tracenova.context import RequestContext

_DRIVERS = {"postgresql": "psycopg", "mysql": "pymysql", "mariadb": "pymysql"}
_File = tuple[int, int]  # device and number
_NO_TURN = nullcontext()
_engines: dict[str, "_Database"] = {}
_engines_lock = threading.Lock()


class _Database:
    """One database: its engine, and the queue of its writers if it needs one."""

    def __init__(self, url: str, options: Any) -> None:
        self.url = parsed(url)
        self._name = str(self.url)
        self.engine = _engine_for(self.url, options)
        self._is_sqlite = self.url.get_backend_name() == "sqlite"
        self.turn: AbstractContextManager[Any] = (
            threading.Lock() if self._is_sqlite else _NO_TURN
        )
        self._is_closed = False
        self._path = Path(self.url.database or "")
        self._kept: list[tuple[Connection, _File | None]] = []
        is_file = isinstance(self.engine.pool, QueuePool) and self._is_sqlite
        self._kept_at_most = options.max_pool_size or 0 if is_file else 0

    @contextmanager
    def transaction(self, *, writes: bool) -> Iterator[Connection]:
        """Run the block in one transaction."""
        with translated(self._name), self.turn if writes else _NO_TURN:
            connection, file = self._connection()
            try:
                with connection.begin():
                    if self._is_sqlite:
                        _begin_sqlite(connection, writes=writes)
                    yield connection
            except BaseException:
                self._drop(connection)
                raise
            self._leave(connection, file)

    def close(self) -> None:
        """Close the connections that nobody uses; the others close when they are left."""
        self._kept_at_most, self._is_closed = 0, True
        while self._kept:
            self._kept.pop()[0].close()
        self.engine.dispose()

    def _connection(self) -> "tuple[Connection, _File | None]":
        """Return a connection, and which file it is to: SQLite goes on with a lost one."""
        if not self._kept_at_most:
            return self.engine.connect(), None
        file = self._found_file()
        while self._kept:
            try:
                connection, known = self._kept.pop()
            except IndexError:
                break  # another thread was quicker
            if known == file:
                return connection, file
            connection.invalidate()
            connection.close()
            self.engine.dispose()
        return self.engine.connect(), file or self._found_file()

    def _leave(self, connection: Connection, file: "_File | None") -> None:
        """Keep a few of a file's connections out of the pool: they do not break."""
        if len(self._kept) < self._kept_at_most:
            self._kept.append((connection, file))
        else:
            self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        """Give it back to the pool; if that is closed, close it, too."""
        if self._is_closed and not connection.invalidated:
            connection.detach()
        connection.close()

    def _found_file(self) -> "_File | None":
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def parsed(url: str) -> URL:
    """Return the URL in parts, with our driver where it names none.

    Raises:
        sqlalchemy.exc.ArgumentError, ValueError: it is no URL.
    """
    parts = make_url(url)
    driver = _DRIVERS.get(parts.drivername)
    return parts.set(drivername=f"{parts.drivername}+{driver}") if driver else parts


def _engine_for(url: URL, options: Any) -> Engine:
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite and url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=options.max_pool_size,
        max_overflow=options.max_overflow,
        pool_timeout=options.pool_timeout,
        pool_recycle=options.idle_timeout,
        **({"connect_args": {"timeout": 30}} if is_sqlite else {}),
    )
    if is_sqlite:
        _set_up_sqlite(engine, synchronous=options.sqlite_synchronous)
    return engine


def _set_up_sqlite(engine: Engine, *, synchronous: bool) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        del record
        connection.isolation_level = None  # BEGIN is ours, see below
        connection.execute("PRAGMA journal_mode=WAL")
        level = "NORMAL" if synchronous else "OFF"
        connection.execute(f"PRAGMA synchronous={level}")


def _begin_sqlite(connection: Connection, *, writes: bool) -> None:
    # A writer that begins as a reader fails when another one was quicker. Not an event
    # of the engine: with one listener, every statement looks for all kinds of them.
    statement = "BEGIN IMMEDIATE" if writes else "BEGIN"
    driver: Any = connection.connection.dbapi_connection
    try:
        driver.execute(statement)
    except sqlite3.Error as error:
        raise exc.OperationalError(statement, None, error) from error


def _database(url: str, options: Any) -> _Database:
    found = _engines.get(url)
    if found is None:
        with _engines_lock:
            found = _engines.get(url)
            if found is None:
                with translated(url):
                    found = _Database(url, options)
                _engines[url] = found
    return found


def dispose(url: str | None = None) -> None:
    """Close the connections to the database, or to all of them."""
    with _engines_lock:
        urls = list(_engines) if url is None else [url]
        for each in urls:
            known = _engines.pop(each, None)
            if known is not None:
                known.close()


class _Mode:
    """How a transaction is meant: ``reader`` or ``writer``."""

    def __init__(self, manager: "TransactionContext", *, writes: bool) -> None:
        self._manager = manager
        self._writes = writes

    def using(
        self, context: "RequestContext | None"
    ) -> AbstractContextManager[Connection]:
        """Run the block in one transaction, undone if the block raises."""
        return self._manager.transaction(context, writes=self._writes)


class TransactionContext:
    """The door to one of the two databases.

    Attributes:
        reader: for transactions that only read.
        writer: for the others.
    """

    def __init__(self, group: str) -> None:
        self._group = group
        self._running = threading.local()
        self.reader = _Mode(self, writes=False)
        self.writer = _Mode(self, writes=True)

    def _options(self) -> Any:
        return getattr(CONF, self._group)

    def _target(self, context: "RequestContext | None") -> _Database:
        options = self._options()
        url = getattr(context, "db_connection", None) if self._targetable else None
        return _database(url or options.connection, options)

    @property
    def _targetable(self) -> bool:
        return self._group == "database"

    def system_name(self) -> str:
        """Return sqlite, postgresql or mysql."""
        return str(self._options().connection).partition(":")[0].partition("+")[0]

    @contextmanager
    def transaction(
        self, context: "RequestContext | None", *, writes: bool
    ) -> Iterator[Connection]:
        """Run the block in one transaction; within another one, join that."""
        running = self._running
        outer: Connection | None = getattr(running, "connection", None)
        if outer is not None:
            if writes and not running.writes:
                raise DBError("A transaction that was begun for reading cannot write.")
            yield outer
            return
        with self._target(context).transaction(writes=writes) as connection:
            running.connection, running.writes = connection, writes
            try:
                yield connection
            finally:
                running.connection = None

    def create_all(self, metadata: MetaData) -> None:
        """Make the tables that are missing."""
        with self.writer.using(None) as connection:
            metadata.create_all(connection)


main_context_manager = TransactionContext("database")
api_context_manager = TransactionContext("api_database")


def system_name(namespace: str) -> str:
    """Return what kind of database ``cell-db`` or ``api-db`` is, for the trace."""
    manager = api_context_manager if namespace == "api-db" else main_context_manager
    return manager.system_name()
