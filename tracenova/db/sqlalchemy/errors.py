"""From the driver's exceptions to one clear line.

Nova: oslo_db.sqlalchemy.exc_filters
"""

import re
from types import TracebackType

from sqlalchemy import exc, make_url

from tracenova.db import exception as db_exc

_DUPLICATE = re.compile(r"unique|duplicate", re.IGNORECASE)
_NO_TABLE = re.compile(
    r"no such table|relation \"\S+\" does not exist|doesn't exist", re.IGNORECASE
)
_DEADLOCK = re.compile(r"deadlock", re.IGNORECASE)
_SQLITE_COLUMNS = re.compile(r"UNIQUE constraint failed: (.+)")


class translated:  # noqa: N801 - read as a verb: with translated(url)
    """Raise, for what the block raises, an error of :mod:`tracenova.db.exception`.

    Raises:
        DBConnectionError: the database cannot be opened or reached.
        DBNonExistentTable: it has no tables yet.
        DBDuplicateEntry: a row with the same unique values exists.
        DBDeadlock: the database has undone the transaction in favour of another.
        DBDataError: a value does not fit its column.
        DBError: anything else.
    """

    __slots__ = ("_url",)

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None and (ours := _translation(error, self._url)):
            raise ours from error


def _translation(error: BaseException, url: str) -> db_exc.DBError | None:
    match error:
        case exc.IntegrityError():
            return _integrity(error)
        case exc.DataError():
            return db_exc.DBDataError(_first_line(error))
        case exc.OperationalError() | exc.ProgrammingError() | exc.InterfaceError():
            return _operational(error, url)
        case exc.NoSuchModuleError():
            return db_exc.DBConnectionError(f"{error} (database {shown(url)})")
        case exc.SQLAlchemyError() | OSError():
            return db_exc.DBError(_first_line(error))
    return None


def shown(url: str) -> str:
    """Return the URL without its password."""
    return make_url(url).render_as_string(hide_password=True)


def _first_line(error: BaseException) -> str:
    origin = getattr(error, "orig", None) or error
    return str(origin).strip().partition("\n")[0]


def _integrity(error: exc.IntegrityError) -> db_exc.DBError:
    line = _first_line(error)
    if not _DUPLICATE.search(line):
        return db_exc.DBReferenceError(line)
    named = _SQLITE_COLUMNS.search(line)
    columns = named.group(1).split(", ") if named else []
    return db_exc.DBDuplicateEntry(
        line, tuple(column.rpartition(".")[2] for column in columns)
    )


def _operational(error: exc.DBAPIError, url: str) -> db_exc.DBError:
    line = _first_line(error)
    if _NO_TABLE.search(line):
        return db_exc.DBNonExistentTable(
            f"{line}: database {shown(url)} has no tables yet, run db_sync first"
        )
    if _DEADLOCK.search(line):
        return db_exc.DBDeadlock(line)
    if isinstance(error, exc.ProgrammingError):
        return db_exc.DBError(line)
    return db_exc.DBConnectionError(f"Cannot use database {shown(url)}: {line}")
