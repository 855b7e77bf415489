"""From the driver's exceptions to one clear line.

Nova: oslo_db.sqlalchemy.exc_filters
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc, make_url

from tracenova.db import exception as db_exc

_DUPLICATE = re.compile(r"unique|duplicate", re.IGNORECASE)
_NO_TABLE = re.compile(
    r"no such table|relation \"\S+\" does not exist|doesn't exist", re.IGNORECASE
)
_SQLITE_COLUMNS = re.compile(r"UNIQUE constraint failed: (.+)")


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Raise, for what the block raises, an error of :mod:`tracenova.db.exception`.

    Raises:
        DBConnectionError: the database cannot be opened or reached.
        DBNonExistentTable: it has no tables yet.
        DBDuplicateEntry: a row with the same unique values exists.
        DBDataError: a value does not fit its column.
        DBError: anything else.
    """
    try:
        yield
    except exc.IntegrityError as error:
        raise _integrity(error) from error
    except exc.DataError as error:
        raise db_exc.DBDataError(_first_line(error)) from error
    except (exc.OperationalError, exc.ProgrammingError, exc.InterfaceError) as error:
        raise _operational(error, url) from error
    except exc.NoSuchModuleError as error:
        raise db_exc.DBConnectionError(f"{error} (database {shown(url)})") from error
    except (exc.SQLAlchemyError, OSError) as error:
        raise db_exc.DBError(_first_line(error)) from error


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
    if isinstance(error, exc.ProgrammingError):
        return db_exc.DBError(line)
    return db_exc.DBConnectionError(f"Cannot use database {shown(url)}: {line}")
