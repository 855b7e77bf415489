"""Reserve a part of a quota, then commit it or give it back.

One transaction reads the usages, compares and writes, with the usage rows locked: two
requests cannot both take the last place.

Nova: nova/db/sqlalchemy/api.py [quota_reserve, reservation_*, QUOTA_SYNC_FUNCTIONS]
"""

import functools
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from oslo_utils import timeutils
from sqlalchemy import Connection, bindparam, func, select, update

from tracenova import exception
from tracenova.db.exception import DBDeadlock, DBDuplicateEntry
from tracenova.db.sqlalchemy import models, rows
from tracenova.db.sqlalchemy.enginefacade import main_context_manager
from tracenova.db.sqlalchemy.rows import Row

if TYPE_CHECKING:
    from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)
_USAGES = rows.table_of(models.QuotaUsage).c
_INSTANCES = rows.table_of(models.Instance).c
_RESERVATIONS = rows.table_of(models.Reservation).c
_LOCK_USAGES: Final = (
    select(rows.table_of(models.QuotaUsage))
    .where(_USAGES.project_id == bindparam("project_id"), _USAGES.deleted == 0)
    .order_by(_USAGES.id)
    .with_for_update()
)
_MOVE_USAGE: Final = (
    update(rows.table_of(models.QuotaUsage))
    .where(_USAGES.id == bindparam("row_id"))
    .values(
        reserved=_USAGES.reserved - bindparam("released"),
        in_use=_USAGES.in_use + bindparam("used"),
        updated_at=bindparam("moment"),
    )
)
_SYNCED: Final = ("instances", "cores", "ram")
_MAX_RETRIES: Final = 5
P = ParamSpec("P")
R = TypeVar("R")


def _retried(transaction: Callable[P, R]) -> Callable[P, R]:
    """Try a transaction again that another one has got in the way of, five times.

    A project's first usages are not there to be locked: of two who write them one finds
    a duplicate, or the database undoes one of them.

    Nova: oslo_db.api.wrap_db_retry
    """

    @functools.wraps(transaction)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(_MAX_RETRIES):
            try:
                return transaction(*args, **kwargs)
            except (DBDuplicateEntry, DBDeadlock) as error:
                LOG.debug("%s is tried again: %s", transaction.__name__, error)
        return transaction(*args, **kwargs)

    return wrapper


@_retried
def quota_reserve(
    context: "RequestContext",
    resources: Mapping[str, Any],
    project_quotas: Mapping[str, int],
    user_quotas: Mapping[str, int],
    deltas: Mapping[str, int],
    expire: datetime,
    until_refresh: int,
    max_age: int,
    project_id: str | None = None,
    user_id: str | None = None,
) -> list[str]:
    """Hold the deltas until they are committed, rolled back or expire.

    A negative delta is always allowed, and counts only once it is committed.

    Returns:
        The reservations' uuids.

    Raises:
        OverQuota: some resource would go over the project's or the user's limit;
            carries ``overs``, ``quotas``, ``usages`` (of the project, or of the user
            when their limits differ).
    """
    owner = _owner(context, project_id, user_id)
    with main_context_manager.writer.using(context) as conn:
        kept = _locked(conn, owner["project_id"])
        usages = _usages(conn, owner, kept, deltas, until_refresh, max_age)
        of_project = _project_usages(kept, owner, usages)
        overs = _overs(deltas, project_quotas, user_quotas, of_project, usages)
        if not overs:
            return _write(conn, owner, usages, deltas, expire)
    counted = of_project if dict(project_quotas) == dict(user_quotas) else usages
    told = {
        res: {"in_use": usage["in_use"], "reserved": usage["reserved"]}
        for res, usage in counted.items()
    }
    LOG.debug("Over quota: %s; limits %s, usages %s", overs, user_quotas, told)
    raise exception.OverQuota(overs=overs, quotas=dict(user_quotas), usages=told)


def _owner(
    context: "RequestContext", project_id: str | None, user_id: str | None
) -> dict[str, str | None]:
    return {
        "project_id": context.project_id if project_id is None else project_id,
        "user_id": context.user_id if user_id is None else user_id,
    }


def _locked(conn: Connection, project_id: str | None) -> list[Row]:
    mine = {"project_id": project_id}
    return [dict(row) for row in conn.execute(_LOCK_USAGES, mine).mappings()]


def _usages(
    conn: Connection,
    owner: Mapping[str, Any],
    kept: Iterable[Row],
    wanted: Iterable[str],
    until_refresh: int,
    max_age: int,
    *,
    force: bool = False,
) -> dict[str, Row]:
    mine = [row for row in kept if row["user_id"] == owner["user_id"]]
    usages = {row["resource"]: row for row in mine}
    stale = {
        res
        for res in wanted
        if res not in usages or force or _must_refresh(usages[res], max_age)
    }
    if not stale:
        return usages
    counted = _counted(conn, owner, stale)
    for res in stale | counted.keys():
        in_use = counted.get(res, usages.get(res, {}).get("in_use", 0))
        values = {"in_use": in_use, "until_refresh": until_refresh or None}
        if res in usages:
            usages[res] = rows.update_row(conn, models.QuotaUsage, usages[res], values)
        else:
            new = {**owner, **values, "resource": res, "reserved": 0}
            usages[res] = rows.insert_row(conn, models.QuotaUsage, new)
    return usages


def _must_refresh(usage: Row, max_age: int) -> bool:
    if usage["in_use"] < 0:
        return True
    if usage["until_refresh"] is not None and usage["until_refresh"] <= 1:
        return True
    last = usage["updated_at"] or usage["created_at"]
    return bool(max_age) and timeutils.utcnow() - last >= timedelta(seconds=max_age)


def _counted(
    conn: Connection, owner: Mapping[str, Any], stale: Iterable[str]
) -> dict[str, int]:
    """Count what exists of the stale resources.

    Server groups: Newton counts them in the cell database, although all new ones are
    in the API database; so a count finds none, and what was committed is what counts.
    """
    counted = _sync_instances(conn, owner) if set(_SYNCED) & set(stale) else {}
    return counted | ({"server_groups": 0} if "server_groups" in stale else {})


def _sync_instances(conn: Connection, owner: Mapping[str, Any]) -> dict[str, int]:
    statement = select(
        func.count(_INSTANCES.id),
        func.coalesce(func.sum(_INSTANCES.vcpus), 0),
        func.coalesce(func.sum(_INSTANCES.memory_mb), 0),
    ).where(
        _INSTANCES.project_id == owner["project_id"],
        _INSTANCES.user_id == owner["user_id"],
        _INSTANCES.deleted == 0,
    )
    return dict(zip(_SYNCED, map(int, conn.execute(statement).one()), strict=True))


def _project_usages(
    kept: Iterable[Row], owner: Mapping[str, Any], usages: Mapping[str, Row]
) -> dict[str, Row]:
    summed: dict[str, Row] = {}
    others = [row for row in kept if row["user_id"] != owner["user_id"]]
    for row in (*usages.values(), *others):
        total = summed.setdefault(row["resource"], {"in_use": 0, "reserved": 0})
        total["in_use"] += row["in_use"]
        total["reserved"] += row["reserved"]
    return summed


def _overs(
    deltas: Mapping[str, int],
    project_quotas: Mapping[str, int],
    user_quotas: Mapping[str, int],
    of_project: Mapping[str, Row],
    of_user: Mapping[str, Row],
) -> list[str]:
    def over(limit: int, usage: Row, delta: int) -> bool:
        return 0 <= limit < usage["in_use"] + usage["reserved"] + delta

    return sorted(
        res
        for res, delta in deltas.items()
        if delta >= 0
        and (
            over(project_quotas[res], of_project[res], delta)
            or over(user_quotas[res], of_user[res], delta)
        )
    )


def _write(
    conn: Connection,
    owner: Mapping[str, Any],
    usages: Mapping[str, Row],
    deltas: Mapping[str, int],
    expire: datetime,
) -> list[str]:
    unders = [
        res for res, d in deltas.items() if d < 0 and d + usages[res]["in_use"] < 0
    ]
    if unders:
        LOG.warning("Change will make usage less than 0 for: %s", unders)
    reservations = [
        {
            **owner,
            "uuid": str(uuid.uuid4()),
            "usage_id": usages[res]["id"],
            "resource": res,
            "delta": delta,
            "expire": expire,
        }
        for res, delta in deltas.items()
    ]
    rows.insert_rows(conn, models.Reservation, reservations)
    noted = [_noted(usages[res], max(delta, 0)) for res, delta in deltas.items()]
    rows.update_rows(conn, models.QuotaUsage, [values for values in noted if values])
    return [str(reservation["uuid"]) for reservation in reservations]


def _noted(usage: Row, reserved: int) -> Row | None:
    """Return what changes of the usage, and its id; None: nothing does."""
    left = usage["until_refresh"]
    if not reserved and left is None:
        return None
    return {
        "row_id": usage["id"],
        "reserved": usage["reserved"] + reserved,
        "until_refresh": None if left is None else left - 1,
    }


@_retried
def quota_usage_refresh(
    context: "RequestContext",
    resources: Mapping[str, Any],
    keys: Iterable[str],
    until_refresh: int,
    max_age: int,
    project_id: str | None = None,
    user_id: str | None = None,
) -> None:
    """Count usage anew from the servers that exist."""
    del resources
    owner = _owner(context, project_id, user_id)
    with main_context_manager.writer.using(context) as conn:
        kept = _locked(conn, owner["project_id"])
        _usages(conn, owner, kept, keys, until_refresh, max_age, force=True)


@_retried
def reservation_commit(
    context: "RequestContext",
    reservations: Iterable[str],
    project_id: str | None = None,
    user_id: str | None = None,
) -> None:
    """Turn what was reserved into use."""
    del project_id, user_id  # a reservation knows its usage row
    with main_context_manager.writer.using(context) as conn:
        _end(conn, _RESERVATIONS.uuid.in_(list(reservations)), commit=True)


@_retried
def reservation_rollback(
    context: "RequestContext",
    reservations: Iterable[str],
    project_id: str | None = None,
    user_id: str | None = None,
) -> None:
    """Give back what was reserved."""
    del project_id, user_id
    with main_context_manager.writer.using(context) as conn:
        _end(conn, _RESERVATIONS.uuid.in_(list(reservations)), commit=False)


def reservation_expire(context: "RequestContext") -> None:
    """Give back what was reserved so long ago that nobody will commit it."""
    with main_context_manager.writer.using(context) as conn:
        _end(conn, _RESERVATIONS.expire < timeutils.utcnow(), commit=False)


def _end(conn: Connection, which: Any, *, commit: bool) -> None:
    found = rows.where(conn, models.Reservation, which, _RESERVATIONS.deleted == 0)
    if not found:
        return
    ended = [row["id"] for row in found]
    rows.soft_delete(conn, models.Reservation, _RESERVATIONS.id.in_(ended))
    moves = [
        {
            "row_id": row["usage_id"],
            "released": max(row["delta"], 0),
            "used": row["delta"] if commit else 0,
            "moment": rows.now(),
        }
        for row in found
    ]
    conn.execute(_MOVE_USAGE, moves)
