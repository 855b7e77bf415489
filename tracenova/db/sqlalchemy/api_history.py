"""What happened to servers: faults, actions and their events.

Nova: nova/db/sqlalchemy/api.py [instance_fault_*, action_*, actions_get]
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, desc

from tracenova import exception
from tracenova.db.sqlalchemy import models, rows
from tracenova.db.sqlalchemy.enginefacade import main_context_manager
from tracenova.db.sqlalchemy.rows import Row

if TYPE_CHECKING:
    from tracenova.context import RequestContext

_FAULTS = rows.table_of(models.InstanceFault).c
_ACTIONS = rows.table_of(models.InstanceAction).c
_EVENTS = rows.table_of(models.InstanceActionEvent).c


def instance_fault_create(context: "RequestContext", values: Mapping[str, Any]) -> Row:
    """Write down why a server failed."""
    with main_context_manager.writer.using(context) as conn:
        return rows.insert_row(conn, models.InstanceFault, values)


def instance_fault_get_by_instance_uuids(
    context: "RequestContext", instance_uuids: Iterable[str]
) -> dict[str, list[Row]]:
    """Return every server's faults, the newest first."""
    uuids = list(instance_uuids)
    faults: dict[str, list[Row]] = {uuid: [] for uuid in uuids}
    if not uuids:
        return faults
    newest = [desc(_FAULTS.created_at), desc(_FAULTS.id)]
    with main_context_manager.reader.using(context) as conn:
        for row in rows.where(
            *(conn, models.InstanceFault, _FAULTS.instance_uuid.in_(uuids)),
            order_by=newest,
        ):
            faults[row["instance_uuid"]].append(row)
    return faults


def action_start(context: "RequestContext", values: Mapping[str, Any]) -> Row:
    """Write down that a user began to do something to a server."""
    with main_context_manager.writer.using(context) as conn:
        return rows.insert_row(conn, models.InstanceAction, values)


def action_finish(context: "RequestContext", values: Mapping[str, Any]) -> Row:
    """Write down that it is done.

    Raises:
        InstanceActionNotFound: it was never begun.
    """
    with main_context_manager.writer.using(context) as conn:
        row = _action(conn, values)
        return rows.update_row(conn, models.InstanceAction, row, values)


def _action(conn: Connection, values: Mapping[str, Any]) -> Row:
    by = {name: values[name] for name in ("instance_uuid", "request_id")}
    row = rows.first(conn, models.InstanceAction, **by)
    if row is None:
        raise exception.InstanceActionNotFound(**by)
    return row


def actions_get(context: "RequestContext", instance_uuid: str) -> list[Row]:
    """Return all that was done to a server, the newest first."""
    newest = [desc(_ACTIONS.created_at), desc(_ACTIONS.id)]
    with main_context_manager.reader.using(context) as conn:
        mine = _ACTIONS.instance_uuid == instance_uuid
        return rows.where(conn, models.InstanceAction, mine, order_by=newest)


def action_get_by_request_id(
    context: "RequestContext", instance_uuid: str, request_id: str
) -> Row | None:
    """Return what one request did to a server, or None."""
    with main_context_manager.reader.using(context) as conn:
        return rows.first(
            *(conn, models.InstanceAction),
            instance_uuid=instance_uuid,
            request_id=request_id,
        )


def action_event_start(context: "RequestContext", values: Mapping[str, Any]) -> Row:
    """Write down that a service began a step of an action.

    An administrator's step that no request began belongs to the server's last action.

    Raises:
        InstanceActionNotFound: no action was begun.
    """
    values = dict(values)
    with main_context_manager.writer.using(context) as conn:
        action = _action_or_last(conn, context, values)
        for name in ("instance_uuid", "request_id"):
            del values[name]
        values["action_id"] = action["id"]
        return rows.insert_row(conn, models.InstanceActionEvent, values)


def _action_or_last(
    conn: Connection, context: "RequestContext", values: Mapping[str, Any]
) -> Row:
    try:
        return _action(conn, values)
    except exception.InstanceActionNotFound:
        if not context.is_admin or context.project_id:
            raise
        mine = _ACTIONS.instance_uuid == values["instance_uuid"]
        newest = [desc(_ACTIONS.created_at), desc(_ACTIONS.id)]
        last = rows.where(conn, models.InstanceAction, mine, order_by=newest, limit=1)
        if not last:
            raise
        return last[0]


def action_event_finish(context: "RequestContext", values: Mapping[str, Any]) -> Row:
    """Write down how a step ended; a failed step fails its action.

    Raises:
        InstanceActionNotFound: no action was begun.
        InstanceActionEventNotFound: the step was never begun.
    """
    values = dict(values)
    with main_context_manager.writer.using(context) as conn:
        action = _action_or_last(conn, context, values)
        by = {"action_id": action["id"], "event": values["event"]}
        found = rows.find(conn, models.InstanceActionEvent, **by)
        if not found:
            raise exception.InstanceActionEventNotFound(**by)
        for name in ("instance_uuid", "request_id", "message"):
            values.pop(name, None)
        if str(values.get("result", "")).lower() == "error":
            rows.update_row(conn, models.InstanceAction, action, {"message": "Error"})
        return rows.update_row(conn, models.InstanceActionEvent, found[-1], values)


def action_events_get(context: "RequestContext", action_id: int) -> list[Row]:
    """Return the steps of an action, the newest first."""
    newest = [desc(_EVENTS.created_at), desc(_EVENTS.id)]
    with main_context_manager.reader.using(context) as conn:
        mine = _EVENTS.action_id == action_id
        return rows.where(conn, models.InstanceActionEvent, mine, order_by=newest)


def action_event_get_by_id(
    context: "RequestContext", action_id: int, event_id: int
) -> Row | None:
    """Return one step of an action, or None."""
    with main_context_manager.reader.using(context) as conn:
        return rows.first(
            conn, models.InstanceActionEvent, action_id=action_id, id=event_id
        )
