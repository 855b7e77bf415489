"""Limits and usage, kept in the cell database; or nowhere.

Nova: nova/quota.py [BaseResource and its kinds, DbQuotaDriver, NoopQuotaDriver]
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from oslo_utils import timeutils

from tracenova import exception
from tracenova.conf import CONF
from tracenova.db import api as db

if TYPE_CHECKING:
    from tracenova.context import RequestContext

Resources = Mapping[str, "BaseResource"]


class BaseResource:
    """Something that is limited.

    Attributes:
        name: ``instances``, ``cores``, ``metadata_items``.
        flag: the option with its default limit.

    Nova: nova/quota.py BaseResource
    """

    def __init__(self, name: str, flag: str | None = None) -> None:
        self.name = name
        self.flag = flag

    @property
    def default(self) -> int:
        """The limit when nobody has said otherwise; -1: none."""
        return int(getattr(CONF, self.flag)) if self.flag else -1


class AbsoluteResource(BaseResource):
    """A limit on a number that the request itself brings.

    Nova: nova/quota.py AbsoluteResource
    """


class ReservableResource(BaseResource):
    """A limit on what exists, of which parts are reserved and committed.

    Nova: nova/quota.py ReservableResource
    """

    def __init__(self, name: str, sync: str, flag: str | None = None) -> None:
        super().__init__(name, flag)
        self.sync = sync


class CountableResource(AbsoluteResource):
    """A limit on what can only be counted.

    Nova: nova/quota.py CountableResource
    """

    def __init__(
        self, name: str, count: Callable[..., int], flag: str | None = None
    ) -> None:
        super().__init__(name, flag)
        self.count = count


class DbQuotaDriver:
    """Keeps limits and usage in the cell database.

    Nova: nova/quota.py DbQuotaDriver
    """

    def get_defaults(
        self, context: "RequestContext", resources: Resources
    ) -> dict[str, int]:
        """Return the limits of a project for which nothing was set."""
        set_for_all = db.quota_class_get_default(context)
        return {n: set_for_all.get(n, r.default) for n, r in resources.items()}

    def get_project_quotas(
        self,
        context: "RequestContext",
        resources: Resources,
        project_id: str | None,
        quota_class: str | None = None,
        defaults: bool = True,
        usages: bool = True,
        remains: bool = False,
        project_quotas: Mapping[str, int] | None = None,
    ) -> dict[str, dict[str, int]]:
        """Return a project's limits, with in_use and reserved if wanted."""
        del remains
        limits = project_quotas
        if limits is None:
            limits = db.quota_get_all_by_project(context, project_id)
        used = db.quota_usage_get_all_by_project(context, project_id) if usages else {}
        return self._process_quotas(
            context, resources, project_id, limits, quota_class, defaults, used
        )

    def get_user_quotas(
        self,
        context: "RequestContext",
        resources: Resources,
        project_id: str | None,
        user_id: str | None,
        quota_class: str | None = None,
        defaults: bool = True,
        usages: bool = True,
        project_quotas: Mapping[str, int] | None = None,
    ) -> dict[str, dict[str, int]]:
        """Return a user's limits: the user's own, else the project's."""
        of_project = project_quotas
        if of_project is None:
            of_project = db.quota_get_all_by_project(context, project_id)
        own = db.quota_get_all_by_project_and_user(context, project_id, user_id)
        used: Mapping[str, Any] = {}
        if usages:
            used = db.quota_usage_get_all_by_project_and_user(
                context, project_id, user_id
            )
        return self._process_quotas(
            *(context, resources, project_id, {**of_project, **own}),
            *(quota_class, defaults, used),
        )

    def _process_quotas(
        self,
        context: "RequestContext",
        resources: Resources,
        project_id: str | None,
        quotas: Mapping[str, int],
        quota_class: str | None,
        defaults: bool,
        usages: Mapping[str, Any],
    ) -> dict[str, dict[str, int]]:
        if project_id == context.project_id:
            quota_class = context.quota_class
        of_class = (
            db.quota_class_get_all_by_name(context, quota_class) if quota_class else {}
        )
        default = self.get_defaults(context, resources)
        told = {}
        for name in resources:
            if not defaults and name not in quotas:
                continue
            limit = quotas.get(name, of_class.get(name, default[name]))
            told[name] = {"limit": limit}
            if usages:
                used = usages.get(name, {})
                told[name]["in_use"] = used.get("in_use", 0)
                told[name]["reserved"] = used.get("reserved", 0)
        return told

    def _limits(
        self,
        context: "RequestContext",
        resources: Resources,
        wanted: Iterable[str],
        project_id: str | None,
        user_id: str | None,
        *,
        reservable: bool,
    ) -> tuple[dict[str, int], dict[str, int]]:
        """Return the project's and the user's limits on these resources."""
        fitting = {
            name: resource
            for name, resource in resources.items()
            if name in set(wanted)
            and isinstance(resource, ReservableResource) is reservable
        }
        if unknown := set(wanted) - fitting.keys():
            raise exception.QuotaResourceUnknown(unknown=sorted(unknown))
        for_all, of_project, own = db.quota_get_defaults_project_and_user(
            context, project_id, user_id
        )
        limits = {n: for_all.get(n, r.default) for n, r in fitting.items()}
        if project_id == context.project_id and context.quota_class:
            limits |= db.quota_class_get_all_by_name(context, context.quota_class)
        limits |= of_project
        of_user = limits | own
        return {n: limits[n] for n in fitting}, {n: of_user[n] for n in fitting}

    def limit_check(
        self,
        context: "RequestContext",
        resources: Resources,
        values: Mapping[str, int],
        project_id: str | None = None,
        user_id: str | None = None,
    ) -> None:
        """Check numbers against their limits.

        Raises:
            QuotaResourceUnknown: no such limit, or one that must be reserved.
            InvalidQuotaValue: a number below 0.
            OverQuota: a number above its limit; ``headroom`` has the limits.
        """
        if unders := sorted(name for name, value in values.items() if value < 0):
            raise exception.InvalidQuotaValue(unders=unders)
        project_id, user_id = _owner(context, project_id, user_id)
        of_project, of_user = self._limits(
            context, resources, values, project_id, user_id, reservable=False
        )
        overs = sorted(
            name
            for name, value in values.items()
            if 0 <= of_project[name] < value or 0 <= of_user[name] < value
        )
        if overs:
            headroom = {name: min(of_project[name], of_user[name]) for name in overs}
            raise exception.OverQuota(
                overs=overs, quotas=of_project, usages={}, headroom=headroom
            )

    def reserve(
        self,
        context: "RequestContext",
        resources: Resources,
        deltas: Mapping[str, int],
        expire: int | datetime.timedelta | datetime.datetime | None = None,
        project_id: str | None = None,
        user_id: str | None = None,
    ) -> list[str]:
        """Hold the deltas; return the reservations' uuids.

        Raises:
            QuotaResourceUnknown: no such limit, or one that cannot be reserved.
            InvalidReservationExpiration: ``expire`` is no time.
            OverQuota: some resource would go over its limit.
        """
        until = _expiry(expire)
        project_id, user_id = _owner(context, project_id, user_id)
        of_project, of_user = self._limits(
            context, resources, deltas, project_id, user_id, reservable=True
        )
        return db.quota_reserve(
            *(context, resources, of_project, of_user, deltas, until),
            *(CONF.until_refresh, CONF.max_age),
            project_id=project_id,
            user_id=user_id,
        )

    def commit(
        self,
        context: "RequestContext",
        reservations: Iterable[str],
        project_id: str | None = None,
        user_id: str | None = None,
    ) -> None:
        """Turn what is held into use."""
        db.reservation_commit(context, reservations, project_id, user_id)

    def rollback(
        self,
        context: "RequestContext",
        reservations: Iterable[str],
        project_id: str | None = None,
        user_id: str | None = None,
    ) -> None:
        """Give back what is held."""
        db.reservation_rollback(context, reservations, project_id, user_id)

    def usage_refresh(
        self,
        context: "RequestContext",
        resources: Resources,
        project_id: str | None = None,
        user_id: str | None = None,
        resource_names: Iterable[str] | None = None,
    ) -> None:
        """Count usage anew from what exists."""
        names = resource_names or [
            n for n, r in resources.items() if isinstance(r, ReservableResource)
        ]
        project_id, user_id = _owner(context, project_id, user_id)
        db.quota_usage_refresh(
            *(context, resources, names, CONF.until_refresh, CONF.max_age),
            project_id=project_id,
            user_id=user_id,
        )

    def expire(self, context: "RequestContext") -> None:
        """Give back what was held for too long."""
        db.reservation_expire(context)


def _owner(
    context: "RequestContext", project_id: str | None, user_id: str | None
) -> tuple[str | None, str | None]:
    return (
        context.project_id if project_id is None else project_id,
        context.user_id if user_id is None else user_id,
    )


def _expiry(
    expire: int | datetime.timedelta | datetime.datetime | None,
) -> datetime.datetime:
    if expire is None:
        expire = int(CONF.reservation_expire)
    if isinstance(expire, int):
        expire = datetime.timedelta(seconds=expire)
    if isinstance(expire, datetime.timedelta):
        now: datetime.datetime = timeutils.utcnow()
        return now + expire
    if not isinstance(expire, datetime.datetime):
        raise exception.InvalidReservationExpiration(expire=expire)
    return expire


class NoopQuotaDriver(DbQuotaDriver):
    """Everything is allowed and nothing is counted.

    Nova: nova/quota.py NoopQuotaDriver
    """

    def get_defaults(
        self, context: "RequestContext", resources: Resources
    ) -> dict[str, int]:
        """Return no limits."""
        del context
        return dict.fromkeys(resources, -1)

    def limit_check(self, *args: Any, **kwargs: Any) -> None:
        """Allow."""

    def reserve(self, *args: Any, **kwargs: Any) -> list[str]:
        """Hold nothing."""
        return []

    def commit(self, *args: Any, **kwargs: Any) -> None:
        """Commit nothing."""

    def rollback(self, *args: Any, **kwargs: Any) -> None:
        """Give back nothing."""
