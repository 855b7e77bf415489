"""Rows as plain dicts, read and written in as few statements as possible.

Nova: oslo_db.sqlalchemy.models [ModelBase], which are dict-like objects; here a row is a
dict, because no session has to follow it.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from oslo_utils import timeutils
from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Select,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import DeclarativeBase

Row = dict[str, Any]
Model = type[DeclarativeBase]


def now() -> datetime:
    """Return the time for ``created_at`` and its like: UTC, without a zone."""
    moment: datetime = timeutils.utcnow()
    return moment


def table_of(model: Model) -> Table:
    """Return the table behind the model."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


@functools.cache
def _defaults(model: Model) -> Row:
    return {
        column.name: column.default.arg  # type: ignore[attr-defined]  # all are plain values
        if column.default is not None
        else None
        for column in table_of(model).columns
    }


@functools.cache
def _column_names(model: Model) -> tuple[str, ...]:
    """Return what a row of a whole table consists of: quicker than to ask the row."""
    return tuple(column.name for column in table_of(model).columns)


@functools.cache
def _delete_by(model: Model, keys: tuple[str, ...]) -> Delete:
    table = table_of(model)
    return delete(table).where(*(table.c[key] == bindparam(key) for key in keys))


def as_row(model: Model, values: Iterable[Any]) -> Row:
    """Return as a row what a SELECT found of a whole table; what follows is left out."""
    return dict(zip(_column_names(model), values, strict=False))


@functools.cache
def _insert(model: Model) -> Any:
    return insert(table_of(model))


@functools.cache
def _select_by(model: Model, keys: tuple[str, ...]) -> Select[Any]:
    table = table_of(model)
    wanted = [table.c[key] == bindparam(key) for key in keys]
    return select(table).where(*wanted).order_by(table.c.id)


@functools.cache
def _update_by_id(model: Model) -> Any:
    table = table_of(model)
    return update(table).where(table.c.id == bindparam("row_id"))


@functools.cache
def _update_by(model: Model, keys: tuple[str, ...]) -> Any:
    table = table_of(model)
    return update(table).where(
        *(table.c[key] == bindparam(f"by_{key}") for key in keys)
    )


def insert_row(conn: Connection, model: Model, values: Mapping[str, Any]) -> Row:
    """Write a new row and return it, with its id.

    Raises:
        KeyError: the table has no such column.
    """
    row = {**_defaults(model), "created_at": now(), **values}
    if row.get("id") is None:
        row.pop("id", None)
    table = table_of(model)
    if unknown := row.keys() - table.c.keys():
        raise KeyError(f"{table.name} has no column {', '.join(sorted(unknown))}")
    result = conn.execute(_insert(model), row)
    if "id" not in row:
        row["id"] = (result.inserted_primary_key or (None,))[0]
    return row


def insert_rows(
    conn: Connection, model: Model, many: Iterable[Mapping[str, Any]]
) -> None:
    """Write several new rows in one statement."""
    moment = now()
    base = {k: v for k, v in _defaults(model).items() if k != "id"}
    rows = [{**base, "created_at": moment, **values} for values in many]
    if rows:
        conn.execute(_insert(model), rows)


def find(conn: Connection, model: Model, **by: Any) -> list[Row]:
    """Return the rows whose columns have these values, in the order of their ids."""
    names = _column_names(model)
    found = conn.execute(_select_by(model, tuple(by)), by)
    return [dict(zip(names, row, strict=True)) for row in found]


def first(conn: Connection, model: Model, **by: Any) -> Row | None:
    """Return the first row whose columns have these values, or None."""
    row = conn.execute(_select_by(model, tuple(by)), by).first()
    return None if row is None else dict(zip(_column_names(model), row, strict=True))


def where(
    conn: Connection,
    model: Model,
    *conditions: ColumnElement[bool],
    order_by: Sequence[ColumnElement[Any]] = (),
    limit: int | None = None,
) -> list[Row]:
    """Return the rows for which all conditions hold."""
    table = table_of(model)
    statement = select(table).where(*conditions)
    statement = statement.order_by(*(order_by or [table.c.id])).limit(limit)
    names = _column_names(model)
    return [dict(zip(names, row, strict=True)) for row in conn.execute(statement)]


def update_where(
    conn: Connection,
    model: Model,
    values: Mapping[str, Any],
    *conditions: ColumnElement[bool],
) -> int:
    """Change all rows for which the conditions hold; return how many there were."""
    changed = {"updated_at": now(), **values}
    statement = update(table_of(model)).where(*conditions).values(**changed)
    return conn.execute(statement).rowcount


def update_by(
    conn: Connection, model: Model, values: Mapping[str, Any], **by: Any
) -> int:
    """Change all rows whose columns have these values; return how many there were."""
    changed = {"updated_at": now(), **values}
    wanted = {f"by_{key}": value for key, value in by.items()}
    return conn.execute(_update_by(model, tuple(by)), {**changed, **wanted}).rowcount


def update_row(
    conn: Connection, model: Model, row: Row, values: Mapping[str, Any]
) -> Row:
    """Change the one row that was read before, and return it as it is now."""
    changed = {"updated_at": now(), **values}
    conn.execute(_update_by_id(model), {**changed, "row_id": row["id"]})
    return {**row, **changed}


def update_rows(
    conn: Connection, model: Model, many: Iterable[Mapping[str, Any]]
) -> None:
    """Change several rows in one statement: the same columns of each, by its row_id."""
    moment = now()
    changed = [{"updated_at": moment, **values} for values in many]
    if changed:
        conn.execute(_update_by_id(model), changed)


def soft_delete(
    conn: Connection, model: Model, *conditions: ColumnElement[bool]
) -> int:
    """Mark rows deleted: ``deleted`` becomes their id. Return how many there were."""
    columns = table_of(model).c
    marks = {"deleted": columns.id, "deleted_at": now()}
    statement = update(table_of(model)).where(columns.deleted == 0, *conditions)
    return conn.execute(statement.values(**marks)).rowcount


def delete_by(conn: Connection, model: Model, **by: Any) -> int:
    """Remove all rows whose columns have these values; return how many there were."""
    return conn.execute(_delete_by(model, tuple(by)), by).rowcount


def shown(model: Model, read_deleted: str) -> list[ColumnElement[bool]]:
    """Return the conditions for a context's ``read_deleted``: no, yes or only."""
    column = table_of(model).c.deleted
    return {"no": [column == 0], "yes": [], "only": [column != 0]}[read_deleted]
