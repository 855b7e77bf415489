"""What a database can do wrong, in one line each.

Nova uses oslo_db.exception; the names are the same.
"""


class DBError(Exception):
    """Root of all database errors."""


class DBConnectionError(DBError):
    """The database cannot be opened or reached."""


class DBNonExistentTable(DBError):
    """The database has no tables yet."""


class DBDuplicateEntry(DBError):
    """A row with these unique values is there already.

    Attributes:
        columns: the columns that must be unique, as far as the database names them.
    """

    def __init__(self, message: str, columns: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.columns = columns


class DBDeadlock(DBError):
    """Two transactions waited for each other; the database has undone this one."""


class DBReferenceError(DBError):
    """The row points to a row that does not exist."""


class DBDataError(DBError):
    """A value does not fit its column."""
