"""Rows of mappings together with the cell that they point to.

Nova: the joinedload("cell_mapping") of nova/objects/{host,instance}_mapping.py
"""

import functools
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Select, select

from tracenova.db.sqlalchemy import api_models, rows
from tracenova.db.sqlalchemy.rows import Model, Row
from tracenova.objects.cell_mapping import CellMapping

if TYPE_CHECKING:
    from tracenova.context import RequestContext

_CELLS = rows.table_of(api_models.CellMapping)
_PREFIX = "cell__"


def with_cell(
    conn: Connection, model: Model, *conditions: ColumnElement[bool]
) -> list[Row]:
    """Return the mappings; ``cell_mapping`` is the cell's row or None."""
    statement = _joined(model).where(*conditions)
    return [_nested(dict(row)) for row in conn.execute(statement).mappings()]


@functools.cache
def _joined(model: Model) -> Select[Any]:
    table = rows.table_of(model)
    cell_columns = [column.label(_PREFIX + column.name) for column in _CELLS.columns]
    joined = table.outerjoin(_CELLS, table.c.cell_id == _CELLS.c.id)
    return select(table, *cell_columns).select_from(joined).order_by(table.c.id)


def _nested(row: Row) -> Row:
    cell = {k[len(_PREFIX) :]: v for k, v in row.items() if k.startswith(_PREFIX)}
    own = {k: v for k, v in row.items() if not k.startswith(_PREFIX)}
    return {**own, "cell_mapping": cell if cell["id"] is not None else None}


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
