"""Servers in the cell database: read, write, and the atomic change of state.

Nova: nova/db/sqlalchemy/api.py [instance_get*, instance_create, instance_update*,
instance_destroy, constraint]
"""

import functools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from oslo_utils import uuidutils
from sqlalchemy import ColumnElement, Connection, Update, bindparam, or_, update

from tracenova import exception
from tracenova.db.exception import DBDuplicateEntry
from tracenova.db.sqlalchemy import instance_parts, models, rows
from tracenova.db.sqlalchemy.enginefacade import main_context_manager
from tracenova.db.sqlalchemy.rows import Row

if TYPE_CHECKING:
    from tracenova.context import RequestContext

_C = rows.table_of(models.Instance).c
DELETING: Final = "deleting"
_CHILDREN: Final = (
    models.InstanceExtra,
    models.InstanceMetadata,
    models.InstanceSystemMetadata,
    models.InstanceInfoCache,
    models.InstanceFault,
    models.BlockDeviceMapping,
)


def _mine(context: "RequestContext") -> list[ColumnElement[bool]]:
    if context.is_admin or context.project_id is None:
        return []
    return [_C.project_id == context.project_id]


def _get(
    conn: Connection,
    context: "RequestContext",
    columns_to_join: Iterable[str] | None,
    **by: Any,
) -> Row:
    if not context.is_admin and context.project_id is not None:
        by["project_id"] = context.project_id
    if context.read_deleted == "no":
        by["deleted"] = 0
    row = instance_parts.read(conn, columns_to_join, **by)
    if row is None or (context.read_deleted == "only" and not row["deleted"]):
        raise exception.InstanceNotFound(instance_id=by.get("uuid") or by.get("id"))
    return row


def instance_get_by_uuid(
    context: "RequestContext", uuid: str, columns_to_join: Iterable[str] | None = None
) -> Row:
    """Return a server, with the parts named in ``columns_to_join``.

    Raises:
        InstanceNotFound: there is none, or it is not the project's.
    """
    with main_context_manager.reader.using(context) as conn:
        return _get(conn, context, columns_to_join, uuid=uuid)


def instance_get(
    context: "RequestContext",
    instance_id: int,
    columns_to_join: Iterable[str] | None = None,
) -> Row:
    """Return a server by the number of its row.

    Raises:
        InstanceNotFound: there is none, or it is not the project's.
    """
    with main_context_manager.reader.using(context) as conn:
        return _get(conn, context, columns_to_join, id=instance_id)


def instance_create(context: "RequestContext", values: Mapping[str, Any]) -> Row:
    """Write a new server with its extra, metadata and info cache.

    Raises:
        InstanceExists: the uuid is taken.
    """
    values = dict(values)
    values.setdefault("uuid", uuidutils.generate_uuid())
    values.pop("security_groups", None)
    parts = {name: values.pop(name, None) for name in instance_parts.CREATED}
    _convert(values)
    try:
        with main_context_manager.writer.using(context) as conn:
            row = rows.insert_row(conn, models.Instance, values)
            instance_parts.create(conn, row, parts)
            return row
    except DBDuplicateEntry as error:
        raise exception.InstanceExists(name=values["uuid"]) from error


def _convert(values: dict[str, Any]) -> None:
    for name in ("access_ip_v4", "access_ip_v6"):
        if values.get(name) is not None:
            values[name] = str(values[name])


def instance_update(
    context: "RequestContext", instance_uuid: str, values: Mapping[str, Any]
) -> Row:
    """Change a server.

    Raises:
        InstanceNotFound: there is none.
        UnexpectedTaskStateError: it is not in one of the states expected.
    """
    return instance_update_and_get_original(context, instance_uuid, values)[1]


def instance_update_and_get_original(
    context: "RequestContext",
    instance_uuid: str,
    values: Mapping[str, Any],
    columns_to_join: Iterable[str] | None = None,
) -> tuple[Row, Row]:
    """Change a server and return it as it was and as it is.

    ``expected_task_state`` and ``expected_vm_state`` in the values (one state or
    several) make the change conditional: the UPDATE itself compares, so that of two
    services that expect the same state only one succeeds.

    Raises:
        InstanceNotFound: there is none, or it is not the project's.
        UnexpectedDeletingTaskStateError: the user has begun to delete it.
        UnexpectedTaskStateError: another task runs.
        InstanceUpdateConflict: its vm_state is another.
    """
    changes = dict(values)
    expected = _expected(changes)
    metadata = {n: changes.pop(n, None) for n in ("metadata", "system_metadata")}
    _convert(changes)
    with main_context_manager.writer.using(context) as conn:
        original = _get(conn, context, columns_to_join, uuid=instance_uuid)
        changes["updated_at"] = rows.now()
        mine = {"the_uuid": instance_uuid, "the_deleted": original["deleted"]}
        statement, states = _conditional_update(expected)
        if not conn.execute(statement, {**changes, **mine, **states}).rowcount:
            current = _get(conn, context, (), uuid=instance_uuid)
            raise _conflict(instance_uuid, expected, current)
        updated = {**original, **changes}
        for kind, wanted in metadata.items():
            if wanted is not None:
                updated[kind] = instance_parts.replace_metadata(
                    conn, instance_uuid, kind, wanted
                )
    return original, updated


def _expected(changes: dict[str, Any]) -> dict[str, list[str | None]]:
    expected = {}
    for name in ("task_state", "vm_state"):
        if f"expected_{name}" in changes:
            states = changes.pop(f"expected_{name}")
            several = isinstance(states, list | tuple | set)
            expected[name] = list(states) if several else [states]
    return expected


def _conditional_update(
    expected: Mapping[str, list[str | None]],
) -> tuple[Update, dict[str, list[str]]]:
    """Return the statement that compares and changes, and the states it compares with."""
    named = {
        f"expected_{name}": some
        for name, states in expected.items()
        if (some := [state for state in states if state is not None])
    }
    shape = tuple(
        (name, f"expected_{name}" in named, None in states)
        for name, states in expected.items()
    )
    return _update_of_shape(shape), named


@functools.cache
def _update_of_shape(shape: tuple[tuple[str, bool, bool], ...]) -> Update:
    statement = update(rows.table_of(models.Instance)).where(
        _C.uuid == bindparam("the_uuid"), _C.deleted == bindparam("the_deleted")
    )
    for name, is_named, or_none in shape:
        states: Any = None
        if is_named:
            states = bindparam(f"expected_{name}", expanding=True)
        statement = statement.where(_is_one_of(_C[name], states, or_none=or_none))
    return statement


def _is_one_of(
    column: ColumnElement[Any], states: Any, *, or_none: bool
) -> ColumnElement[bool]:
    tests: list[ColumnElement[bool]] = []
    if states is not None:
        tests.append(column.in_(states))
    if or_none:
        tests.append(column.is_(None))
    return or_(*tests)


def _conflict(
    instance_uuid: str, expected: Mapping[str, list[str | None]], current: Row
) -> exception.InstanceUpdateConflict:
    differing = [name for name in expected if current[name] not in expected[name]]
    told = {
        "instance_uuid": instance_uuid,
        "expected": {name: expected[name] for name in differing},
        "actual": {name: current[name] for name in differing},
    }
    if not differing:
        return exception.UnknownInstanceUpdateConflict(**told)
    if "task_state" not in differing:
        return exception.InstanceUpdateConflict(**told)
    if current["task_state"] == DELETING:
        return exception.UnexpectedDeletingTaskStateError(**told)
    return exception.UnexpectedTaskStateError(**told)


def instance_destroy(
    context: "RequestContext", instance_uuid: str, constraint: Any = None
) -> Row:
    """Mark a server and its parts deleted, and return it.

    Args:
        context: the request.
        instance_uuid: which server.
        constraint: what must hold, see :func:`constraint`.

    Raises:
        InstanceNotFound: there is none.
        ConstraintNotMet: the constraint does not hold.
    """
    if not uuidutils.is_uuid_like(instance_uuid):
        raise exception.InvalidUUID(uuid=instance_uuid)
    with main_context_manager.writer.using(context) as conn:
        row = _get(conn, context, (), uuid=instance_uuid)
        held = constraint.conditions(_C) if constraint is not None else []
        if not rows.soft_delete(conn, models.Instance, _C.uuid == instance_uuid, *held):
            raise exception.ConstraintNotMet
        for model in _CHILDREN:
            mine = rows.table_of(model).c.instance_uuid == instance_uuid
            rows.soft_delete(conn, model, mine)
        rows.delete_by(conn, models.Tag, resource_id=instance_uuid)
        return {**row, "deleted": row["id"], "deleted_at": rows.now()}


class EqualityCondition:
    """A column must have one of some values.

    Nova: nova/db/sqlalchemy/api.py EqualityCondition
    """

    def __init__(self, values: Iterable[Any]) -> None:
        self.values = list(values)


class Constraint:
    """What must hold of a row for it to be changed.

    Nova: nova/db/sqlalchemy/api.py Constraint
    """

    def __init__(self, wanted: Mapping[str, EqualityCondition]) -> None:
        self._wanted = wanted

    def conditions(self, columns: Any) -> list[ColumnElement[bool]]:
        """Return the WHERE clauses."""
        return [
            _is_one_of(
                columns[name],
                [value for value in condition.values if value is not None] or None,
                or_none=None in condition.values,
            )
            for name, condition in self._wanted.items()
        ]


def constraint(**conditions: EqualityCondition) -> Constraint:
    """Return what must hold: ``constraint(host=equal_any(None))``.

    Nova: nova/db/api.py constraint
    """
    return Constraint(conditions)


def equal_any(*values: Any) -> EqualityCondition:
    """Return "is one of these".

    Nova: nova/db/api.py equal_any
    """
    return EqualityCondition(values)
