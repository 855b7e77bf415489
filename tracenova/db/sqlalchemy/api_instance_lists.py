"""Lists of servers: by host, and by what a user may filter for.

Nova: nova/db/sqlalchemy/api.py [instance_get_all*, process_sort_params]
Filters by tags stand in tag_filters.py. Left out: filters by several metadata items at
once, in the database.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, and_, or_

from tracenova import exception
from tracenova.db.sqlalchemy import instance_parts, models, rows, tag_filters
from tracenova.db.sqlalchemy.enginefacade import main_context_manager
from tracenova.db.sqlalchemy.rows import Row

if TYPE_CHECKING:
    from tracenova.context import RequestContext

_C = rows.table_of(models.Instance).c
DEFAULT_JOINED: Final = ("metadata", "system_metadata", "info_cache")
EXACT: Final = frozenset(
    {
        *("project_id", "user_id", "image_ref", "vm_state", "instance_type_id"),
        *("uuid", "metadata", "host", "task_state", "system_metadata"),
    }
)
_REQUEST_KEYS: Final = frozenset(
    {"changes-since", "deleted", "cleaned", "soft_deleted"}
)


def _read(
    context: "RequestContext",
    conditions: Sequence[ColumnElement[bool]],
    columns_to_join: Iterable[str] | None,
    order_by: Sequence[ColumnElement[Any]] = (),
    limit: int | None = None,
) -> list[Row]:
    joined = DEFAULT_JOINED if columns_to_join is None else columns_to_join
    with main_context_manager.reader.using(context) as conn:
        found = rows.where(
            conn, models.Instance, *conditions, order_by=order_by, limit=limit
        )
        if found:
            instance_parts.attach(conn, found, joined)
        return found


def instance_get_all(
    context: "RequestContext", columns_to_join: Iterable[str] | None = None
) -> list[Row]:
    """Return all servers of the project; an administrator sees all."""
    return _read(context, _visible(context), columns_to_join)


def _visible(context: "RequestContext") -> list[ColumnElement[bool]]:
    conditions = rows.shown(models.Instance, context.read_deleted)
    if not context.is_admin and context.project_id is not None:
        conditions.append(_C.project_id == context.project_id)
    return conditions


def instance_get_all_by_host(
    context: "RequestContext", host: str, columns_to_join: Iterable[str] | None = None
) -> list[Row]:
    """Return the servers of a host."""
    joined = DEFAULT_JOINED if columns_to_join is None else columns_to_join
    with main_context_manager.reader.using(context) as conn:
        found = rows.find(conn, models.Instance, deleted=0, host=host)
        if found:
            instance_parts.attach(conn, found, joined)
        return found


def instance_get_all_by_host_and_node(
    context: "RequestContext",
    host: str,
    node: str,
    columns_to_join: Iterable[str] | None = None,
) -> list[Row]:
    """Return the servers of one node of a host."""
    mine = [_C.deleted == 0, _C.host == host, _C.node == node]
    return _read(context, mine, columns_to_join)


def instance_get_all_by_host_and_not_type(
    context: "RequestContext", host: str, type_id: int | None = None
) -> list[Row]:
    """Return the servers of a host whose flavor is another."""
    other = [_C.deleted == 0, _C.host == host, _C.instance_type_id != type_id]
    return _read(context, other, None)


def instance_get_all_by_filters(
    context: "RequestContext",
    filters: Mapping[str, Any],
    sort_key: str = "created_at",
    sort_dir: str = "desc",
    limit: int | None = None,
    marker: str | None = None,
    columns_to_join: Iterable[str] | None = None,
) -> list[Row]:
    """Return the servers that pass all filters, sorted by one column."""
    return instance_get_all_by_filters_sort(
        context,
        filters,
        limit=limit,
        marker=marker,
        columns_to_join=columns_to_join,
        sort_keys=[sort_key],
        sort_dirs=[sort_dir],
    )


def instance_get_all_by_filters_sort(
    context: "RequestContext",
    filters: Mapping[str, Any],
    limit: int | None = None,
    marker: str | None = None,
    columns_to_join: Iterable[str] | None = None,
    sort_keys: Sequence[str] | None = None,
    sort_dirs: Sequence[str] | None = None,
) -> list[Row]:
    """Return the servers that pass all filters.

    Exact columns compare; a list of values means "one of these", and an empty list
    matches nothing; any other filter is a regular expression on the column. ``tags`` and
    its like are lists of words that the server has, or has not. ``deleted``
    and ``soft_deleted`` choose what is shown, ``changes-since`` a moment.

    Raises:
        MarkerNotFound: the page's marker is no server.
        InvalidInput: there is no such column to sort by.
    """
    if limit == 0 or any(_matches_nothing(value) for value in filters.values()):
        return []
    conditions = [
        *_visible_by(context, filters),
        *_exact(filters),
        *tag_filters.conditions(filters),
    ]
    keys, dirs = process_sort_params(sort_keys, sort_dirs, default_dir="desc")
    if unknown := [key for key in keys if key not in _C]:
        raise exception.InvalidInput(
            reason=f"Sort key supplied is not valid: {unknown[0]}"
        )
    order = [
        _C[k].asc() if d == "asc" else _C[k].desc()
        for k, d in zip(keys, dirs, strict=True)
    ]
    if marker is not None:
        conditions.append(_after(context, marker, keys, dirs))
    patterns = _patterns(filters)
    found = _read(context, conditions, (), order, None if patterns else limit)
    found = [row for row in found if _matches(row, patterns)][:limit]
    joined = DEFAULT_JOINED if columns_to_join is None else columns_to_join
    if found and joined:
        with main_context_manager.reader.using(context) as conn:
            instance_parts.attach(conn, found, joined)
    return found


def instance_get_active_by_window(
    context: "RequestContext",
    begin: datetime,
    end: datetime,
    project_id: str | None = None,
    columns_to_join: Iterable[str] | None = None,
) -> list[Row]:
    """Return the servers that were launched before the end and not gone at the begin.

    Deleted ones too: they have to be paid for.
    """
    conditions = [
        or_(_C.terminated_at.is_(None), _C.terminated_at > begin),
        _C.launched_at < end,
    ]
    if project_id is not None:
        conditions.append(_C.project_id == project_id)
    return _read(context, conditions, columns_to_join)


def _matches_nothing(value: Any) -> bool:
    return isinstance(value, list | tuple | set | frozenset) and not value


def _visible_by(
    context: "RequestContext", filters: Mapping[str, Any]
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if not context.is_admin and context.project_id is not None:
        conditions.append(_C.project_id == context.project_id)
    if since := filters.get("changes-since"):
        conditions.append(_C.updated_at >= since)
    elif "deleted" not in filters:
        conditions += rows.shown(models.Instance, context.read_deleted)
    if filters.get("deleted"):
        soft = filters.get("soft_deleted", True)
        gone = or_(_C.deleted == _C.id, _C.vm_state == "soft-delete")
        conditions.append(gone if soft else _C.deleted == _C.id)
    elif "deleted" in filters:
        conditions.append(_C.deleted == 0)
        if not filters.get("soft_deleted"):
            conditions.append(or_(_C.vm_state != "soft-delete", _C.vm_state.is_(None)))
    if "cleaned" in filters:
        conditions.append(_C.cleaned == int(bool(filters["cleaned"])))
    return conditions


def _exact(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for key in EXACT & filters.keys() & set(_C.keys()):
        value = filters[key]
        if isinstance(value, list | tuple | set | frozenset):
            conditions.append(_C[key].in_(list(value)))
        else:
            conditions.append(_C[key] == value)
    return conditions


def _patterns(filters: Mapping[str, Any]) -> dict[str, re.Pattern[str]]:
    names = filters.keys() & set(_C.keys()) - EXACT - _REQUEST_KEYS
    return {
        name: re.compile(str(filters[name]))
        for name in names
        if not isinstance(filters[name], bool | list)
    }


def _matches(row: Row, patterns: Mapping[str, re.Pattern[str]]) -> bool:
    return all(
        row[name] is not None and pattern.search(str(row[name]))
        for name, pattern in patterns.items()
    )


def _after(
    context: "RequestContext", marker: str, keys: Sequence[str], dirs: Sequence[str]
) -> ColumnElement[bool]:
    with main_context_manager.reader.using(context) as conn:
        row = rows.first(conn, models.Instance, uuid=marker)
    if row is None:
        raise exception.MarkerNotFound(marker=marker)
    tests = []
    for position, (key, direction) in enumerate(zip(keys, dirs, strict=True)):
        same = [_C[earlier] == row[earlier] for earlier in keys[:position]]
        beyond = _C[key] > row[key] if direction == "asc" else _C[key] < row[key]
        tests.append(and_(*same, beyond))
    return or_(*tests)


def process_sort_params(
    sort_keys: Sequence[str] | None,
    sort_dirs: Sequence[str] | None,
    default_keys: Sequence[str] = ("created_at", "id"),
    default_dir: str = "asc",
) -> tuple[list[str], list[str]]:
    """Complete a sort order, so that it is total: the default keys come last.

    Raises:
        InvalidInput: an unknown direction, or more directions than keys.

    Nova: nova/db/sqlalchemy/api.py process_sort_params
    """
    keys = list(sort_keys or [])
    dirs = [direction.lower() for direction in sort_dirs or []]
    if bad := [direction for direction in dirs if direction not in {"asc", "desc"}]:
        raise exception.InvalidInput(
            reason=f"Unknown sort direction, must be 'desc' or 'asc': {bad[0]}"
        )
    if len(dirs) > len(keys):
        raise exception.InvalidInput(reason="Sort direction size exceeds sort key size")
    fill = dirs[0] if dirs else default_dir
    dirs += [fill] * (len(keys) - len(dirs))
    for key in default_keys:
        if key not in keys:
            keys.append(key)
            dirs.append(fill)
    return keys, dirs
