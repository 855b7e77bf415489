"""Rows of mappings together with the cell that they point to.

Nova: the joinedload("cell_mapping") of nova/objects/{host,instance}_mapping.py
"""

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, bindparam, select

from tracenova.db.sqlalchemy import api_models, rows
from tracenova.db.sqlalchemy.rows import Model, Row
from tracenova.objects.cell_mapping import CellMapping

if TYPE_CHECKING:
    from tracenova.context import RequestContext

_CELLS = rows.table_of(api_models.CellMapping)


def with_cell(conn: Connection, model: Model, **by: Any) -> list[Row]:
    """Return the mappings whose columns have these values, in the order of their ids.

    ``cell_mapping`` is the cell's row or None.
    """
    found = conn.execute(_joined(model, tuple(by)), by)
    return [_nested(model, values) for values in found]


@functools.cache
def _joined(model: Model, keys: tuple[str, ...]) -> Select[Any]:
    table = rows.table_of(model)
    joined = table.outerjoin(_CELLS, table.c.cell_id == _CELLS.c.id)
    wanted = (table.c[key] == bindparam(key) for key in keys)
    statement = select(table, _CELLS).select_from(joined).where(*wanted)
    return statement.order_by(table.c.id)


def _nested(model: Model, values: Sequence[Any]) -> Row:
    mapping = rows.as_row(model, values)
    cell = rows.as_row(api_models.CellMapping, values[len(mapping) :])
    return {**mapping, "cell_mapping": cell if cell["id"] is not None else None}


def as_columns(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the changes with the cell as ``cell_id``."""
    changes = dict(changes)
    if "cell_mapping" in changes:
        cell = changes.pop("cell_mapping")
        changes["cell_id"] = None if cell is None else cell.id
    return changes


def fill(context: "RequestContext", mapping: Any, db_mapping: Row) -> Any:
    """Fill a mapping object from its row."""
    for name in mapping.fields:
        value = db_mapping.get(name)
        if name == "cell_mapping" and value is not None:
            value = CellMapping._from_db_object(context, CellMapping(), value)
        setattr(mapping, name, value)
    mapping.obj_reset_changes()
    mapping._context = context
    return mapping
