"""Words on servers: added, replaced, looked up, removed.

Nova: nova/db/sqlalchemy/api.py [instance_tag_*]
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from tracenova import exception
from tracenova.db.sqlalchemy import models, rows
from tracenova.db.sqlalchemy.enginefacade import main_context_manager
from tracenova.db.sqlalchemy.rows import Row

if TYPE_CHECKING:
    from tracenova.context import RequestContext


def _check_instance(
    conn: Connection, context: "RequestContext", instance_uuid: str
) -> None:
    """Make sure that the server is there, and the project's.

    Raises:
        InstanceNotFound: it is not.
    """
    by = {"uuid": instance_uuid, "deleted": 0}
    if not context.is_admin:
        by["project_id"] = context.project_id
    if rows.first(conn, models.Instance, **by) is None:
        raise exception.InstanceNotFound(instance_id=instance_uuid)


def _tags(conn: Connection, instance_uuid: str) -> list[Row]:
    return rows.find(conn, models.Tag, resource_id=instance_uuid)


def instance_tag_get_by_instance_uuid(
    context: "RequestContext", instance_uuid: str
) -> list[Row]:
    """Return the words on a server."""
    with main_context_manager.reader.using(context) as conn:
        _check_instance(conn, context, instance_uuid)
        return _tags(conn, instance_uuid)


def instance_tag_set(
    context: "RequestContext", instance_uuid: str, tags: Iterable[str]
) -> list[Row]:
    """Put these words in place of all; return them."""
    with main_context_manager.writer.using(context) as conn:
        _check_instance(conn, context, instance_uuid)
        wanted = list(dict.fromkeys(tags))
        known = {row["tag"] for row in _tags(conn, instance_uuid)}
        for tag in sorted(known.difference(wanted)):
            rows.delete_by(conn, models.Tag, resource_id=instance_uuid, tag=tag)
        new = [tag for tag in wanted if tag not in known]
        rows.insert_rows(
            conn, models.Tag, [{"resource_id": instance_uuid, "tag": t} for t in new]
        )
        return _tags(conn, instance_uuid)


def instance_tag_add(context: "RequestContext", instance_uuid: str, tag: str) -> Row:
    """Put one more word on a server; return it."""
    with main_context_manager.writer.using(context) as conn:
        _check_instance(conn, context, instance_uuid)
        by = {"resource_id": instance_uuid, "tag": tag}
        return rows.first(conn, models.Tag, **by) or rows.insert_row(
            conn, models.Tag, by
        )


def instance_tag_delete(
    context: "RequestContext", instance_uuid: str, tag: str
) -> None:
    """Remove one word.

    Raises:
        InstanceTagNotFound: the server does not have it.
    """
    with main_context_manager.writer.using(context) as conn:
        _check_instance(conn, context, instance_uuid)
        by = {"resource_id": instance_uuid, "tag": tag}
        if not rows.delete_by(conn, models.Tag, **by):
            raise exception.InstanceTagNotFound(instance_id=instance_uuid, tag=tag)


def instance_tag_delete_all(context: "RequestContext", instance_uuid: str) -> None:
    """Remove all words."""
    with main_context_manager.writer.using(context) as conn:
        _check_instance(conn, context, instance_uuid)
        rows.delete_by(conn, models.Tag, resource_id=instance_uuid)


def instance_tag_exists(
    context: "RequestContext", instance_uuid: str, tag: str
) -> bool:
    """Say whether the server has the word."""
    with main_context_manager.reader.using(context) as conn:
        _check_instance(conn, context, instance_uuid)
        by = {"resource_id": instance_uuid, "tag": tag}
        return rows.first(conn, models.Tag, **by) is not None
