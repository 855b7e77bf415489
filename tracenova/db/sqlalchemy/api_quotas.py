"""Limits that operators set, and how much is used.

Nova: nova/db/sqlalchemy/api.py [quota_get*, quota_create, quota_class_*,
quota_usage_get*]
"""

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, literal_column, select, union_all

from tracenova import exception
from tracenova.db.exception import DBDuplicateEntry
from tracenova.db.sqlalchemy import models, rows
from tracenova.db.sqlalchemy.enginefacade import main_context_manager

if TYPE_CHECKING:
    from tracenova.context import RequestContext

DEFAULT_CLASS: Final = "default"
PER_PROJECT: Final = ("fixed_ips", "floating_ips", "networks")
_USAGES = rows.table_of(models.QuotaUsage).c


def _limits(
    context: "RequestContext", model: type[models.BASE], **by: Any
) -> dict[str, int]:
    with main_context_manager.reader.using(context) as conn:
        found = rows.find(conn, model, deleted=0, **by)
    return {row["resource"]: row["hard_limit"] for row in found}


def quota_get_all_by_project(
    context: "RequestContext", project_id: str | None
) -> dict[str, int]:
    """Return the limits that were set for a project, by resource."""
    return _limits(context, models.Quota, project_id=project_id)


def quota_get_all_by_project_and_user(
    context: "RequestContext", project_id: str | None, user_id: str | None
) -> dict[str, int]:
    """Return the limits that were set for a user of a project, by resource."""
    by = {"project_id": project_id, "user_id": user_id}
    return _limits(context, models.ProjectUserQuota, **by)


def quota_class_get_default(context: "RequestContext") -> dict[str, int]:
    """Return the limits that an operator set for everybody."""
    return _limits(context, models.QuotaClass, class_name=DEFAULT_CLASS)


_LEVELS: Final[tuple[tuple[type[models.BASE], tuple[str, ...]], ...]] = (
    (models.QuotaClass, ("class_name",)),
    (models.Quota, ("project_id",)),
    (models.ProjectUserQuota, ("project_id", "user_id")),
)
"""Where limits are set: for everybody, a project, a user; and what names for whom."""


def _select_levels() -> Any:
    levels = []
    for level, (model, keys) in enumerate(_LEVELS):
        columns = rows.table_of(model).c
        told: Any = literal_column(str(level)).label("level")
        mine = (columns[key] == bindparam(key) for key in keys)
        wanted = select(told, columns.resource, columns.hard_limit)
        levels.append(wanted.where(columns.deleted == 0, *mine))
    return union_all(*levels)


_ALL_LEVELS: Final = _select_levels()


def quota_get_defaults_project_and_user(
    context: "RequestContext", project_id: str | None, user_id: str | None
) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Return the limits that were set for everybody, for a project and for its user.

    Nova asks for the three one after the other: [quota_class_get_default,
    quota_get_all_by_project, quota_get_all_by_project_and_user].
    """
    found: tuple[dict[str, int], dict[str, int], dict[str, int]] = ({}, {}, {})
    by = {"project_id": project_id, "user_id": user_id, "class_name": DEFAULT_CLASS}
    with main_context_manager.reader.using(context) as conn:
        for level, resource, limit in conn.execute(_ALL_LEVELS, by):
            found[level][resource] = limit
    return found


def quota_class_get_all_by_name(
    context: "RequestContext", class_name: str
) -> dict[str, int]:
    """Return the limits of a class of projects."""
    return _limits(context, models.QuotaClass, class_name=class_name)


def _place(
    project_id: str, resource: str, user_id: str | None
) -> tuple[type[models.BASE], dict[str, Any]]:
    if user_id and resource not in PER_PROJECT:
        by = {"project_id": project_id, "user_id": user_id, "resource": resource}
        return models.ProjectUserQuota, by
    return models.Quota, {"project_id": project_id, "resource": resource}


def quota_create(
    context: "RequestContext",
    project_id: str,
    resource: str,
    limit: int,
    user_id: str | None = None,
) -> None:
    """Set a limit for a project, or for one of its users.

    Raises:
        QuotaExists: one is set already.
    """
    model, values = _place(project_id, resource, user_id)
    try:
        with main_context_manager.writer.using(context) as conn:
            rows.insert_row(conn, model, {**values, "hard_limit": limit})
    except DBDuplicateEntry as error:
        raise exception.QuotaExists(project_id=project_id, resource=resource) from error


def quota_update(
    context: "RequestContext",
    project_id: str,
    resource: str,
    limit: int,
    user_id: str | None = None,
) -> None:
    """Change a limit of a project, or of one of its users.

    Raises:
        ProjectQuotaNotFound, ProjectUserQuotaNotFound: none was set.
    """
    model, by = _place(project_id, resource, user_id)
    with main_context_manager.writer.using(context) as conn:
        if rows.update_by(conn, model, {"hard_limit": limit}, **by, deleted=0):
            return
    if model is models.Quota:
        raise exception.ProjectQuotaNotFound(project_id=project_id)
    raise exception.ProjectUserQuotaNotFound(project_id=project_id, user_id=user_id)


def quota_class_create(
    context: "RequestContext", class_name: str, resource: str, limit: int
) -> None:
    """Set a limit for a class of projects; the class ``default`` is everybody."""
    values = {"class_name": class_name, "resource": resource, "hard_limit": limit}
    with main_context_manager.writer.using(context) as conn:
        rows.insert_row(conn, models.QuotaClass, values)


def quota_class_update(
    context: "RequestContext", class_name: str, resource: str, limit: int
) -> None:
    """Change a limit of a class of projects.

    Raises:
        QuotaClassNotFound: none was set.
    """
    by = {"class_name": class_name, "resource": resource, "deleted": 0}
    with main_context_manager.writer.using(context) as conn:
        if not rows.update_by(conn, models.QuotaClass, {"hard_limit": limit}, **by):
            raise exception.QuotaClassNotFound(class_name=class_name)


def quota_usage_get_all_by_project(
    context: "RequestContext", project_id: str | None
) -> dict[str, Any]:
    """Return in_use and reserved of all users of a project, by resource."""
    total = (func.sum(_USAGES.in_use), func.sum(_USAGES.reserved))
    statement = (
        select(_USAGES.resource, *total)
        .where(_USAGES.project_id == project_id, _USAGES.deleted == 0)
        .group_by(_USAGES.resource)
    )
    with main_context_manager.reader.using(context) as conn:
        found = conn.execute(statement).all()
    return {
        "project_id": project_id,
        **{res: {"in_use": int(i), "reserved": int(r)} for res, i, r in found},
    }


def quota_usage_get_all_by_project_and_user(
    context: "RequestContext", project_id: str | None, user_id: str | None
) -> dict[str, Any]:
    """Return in_use and reserved of one user of a project, by resource."""
    by = {"project_id": project_id, "user_id": user_id, "deleted": 0}
    with main_context_manager.reader.using(context) as conn:
        found = rows.find(conn, models.QuotaUsage, **by)
    return {
        "project_id": project_id,
        "user_id": user_id,
        **{
            row["resource"]: {"in_use": row["in_use"], "reserved": row["reserved"]}
            for row in found
        },
    }


def quota_destroy_all_by_project_and_user(
    context: "RequestContext", project_id: str, user_id: str
) -> None:
    """Forget all limits of one user of a project."""
    columns = rows.table_of(models.ProjectUserQuota).c
    mine = (columns.project_id == project_id) & (columns.user_id == user_id)
    with main_context_manager.writer.using(context) as conn:
        rows.soft_delete(conn, models.ProjectUserQuota, mine)


def quota_destroy_all_by_project(context: "RequestContext", project_id: str) -> None:
    """Forget all limits, usages and reservations of a project."""
    tables = (
        models.Quota,
        models.ProjectUserQuota,
        models.QuotaUsage,
        models.Reservation,
    )
    with main_context_manager.writer.using(context) as conn:
        for model in tables:
            mine = rows.table_of(model).c.project_id == project_id
            rows.soft_delete(conn, model, mine)
