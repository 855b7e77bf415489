"""How much of the cloud a project may use, and how much of that it has reserved.

Nova: nova/quota.py [QuotaEngine, QUOTAS]
Left out: resources of nova-network. The
drivers are in :mod:`tracenova.quota_driver`.
"""

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from tracenova import exception
from tracenova.conf import CONF
from tracenova.db import api as db
from tracenova.quota_driver import (
    AbsoluteResource,
    BaseResource,
    CountableResource,
    DbQuotaDriver,
    NoopQuotaDriver,
    ReservableResource,
)

if TYPE_CHECKING:
    from tracenova.context import RequestContext

__all__ = [
    "QUOTAS",
    "AbsoluteResource",
    "BaseResource",
    "CountableResource",
    "DbQuotaDriver",
    "NoopQuotaDriver",
    "QuotaEngine",
    "ReservableResource",
]
LOG = logging.getLogger(__name__)
_DRIVERS: Final = {"DbQuotaDriver": DbQuotaDriver, "NoopQuotaDriver": NoopQuotaDriver}


class QuotaEngine:
    """The resources that are limited, and the driver that counts them.

    Nova: nova/quota.py QuotaEngine
    """

    def __init__(self, quota_driver_class: DbQuotaDriver | None = None) -> None:
        self._resources: dict[str, BaseResource] = {}
        self._given = quota_driver_class
        self._drivers: dict[str, DbQuotaDriver] = {}

    @property
    def _driver(self) -> DbQuotaDriver:
        if self._given is not None:
            return self._given
        name = str(CONF.quota_driver).rpartition(".")[2]
        if name not in _DRIVERS:
            raise exception.Invalid(
                f"quota_driver {CONF.quota_driver}: known are {', '.join(_DRIVERS)}"
            )
        return self._drivers.setdefault(name, _DRIVERS[name]())

    def __contains__(self, resource: str) -> bool:
        return resource in self._resources

    @property
    def resources(self) -> list[str]:
        """The names of all limited resources, sorted."""
        return sorted(self._resources)

    def register_resources(self, resources: Iterable[BaseResource]) -> None:
        """Limit these resources too."""
        self._resources.update({resource.name: resource for resource in resources})

    def get_defaults(self, context: "RequestContext") -> dict[str, int]:
        """Return the limits of a project for which nothing was set."""
        return self._driver.get_defaults(context, self._resources)

    def get_project_quotas(
        self, context: "RequestContext", project_id: str | None, **kwargs: Any
    ) -> dict[str, dict[str, int]]:
        """Return a project's limits, in_use and reserved, by resource."""
        return self._driver.get_project_quotas(
            context, self._resources, project_id, **kwargs
        )

    def get_user_quotas(
        self,
        context: "RequestContext",
        project_id: str | None,
        user_id: str | None,
        **kwargs: Any,
    ) -> dict[str, dict[str, int]]:
        """Return a user's limits, in_use and reserved, by resource."""
        return self._driver.get_user_quotas(
            context, self._resources, project_id, user_id, **kwargs
        )

    def get_settable_quotas(
        self, context: "RequestContext", project_id: str, user_id: str | None = None
    ) -> dict[str, dict[str, int]]:
        """Return for each resource the ``minimum`` and ``maximum`` of a new limit.

        A project's limit is at least what is in use; a user's is also at most the
        project's. Simplified: limits of other users of the project do not count.
        """
        if user_id is None:
            used = self.get_project_quotas(context, project_id)
            most = dict.fromkeys(used, -1)
        else:
            used = self.get_user_quotas(context, project_id, user_id)
            project = self.get_project_quotas(context, project_id, usages=False)
            most = {name: quota["limit"] for name, quota in project.items()}
        return {
            name: {
                "minimum": quota.get("in_use", 0) + quota.get("reserved", 0),
                "maximum": most[name],
            }
            for name, quota in used.items()
        }

    def destroy_all_by_project(
        self, context: "RequestContext", project_id: str
    ) -> None:
        """Forget all limits, usages and reservations of a project."""
        db.quota_destroy_all_by_project(context, project_id)

    def destroy_all_by_project_and_user(
        self, context: "RequestContext", project_id: str, user_id: str
    ) -> None:
        """Forget the limits of one user of a project."""
        db.quota_destroy_all_by_project_and_user(context, project_id, user_id)

    def count(
        self, context: "RequestContext", resource: str, *args: Any, **kwargs: Any
    ) -> int:
        """Count what exists of a resource.

        Raises:
            QuotaResourceUnknown: it cannot be counted.
        """
        known = self._resources.get(resource)
        if not isinstance(known, CountableResource):
            raise exception.QuotaResourceUnknown(unknown=[resource])
        return known.count(context, *args, **kwargs)

    def limit_check(
        self,
        context: "RequestContext",
        project_id: str | None = None,
        user_id: str | None = None,
        **values: int,
    ) -> None:
        """Check numbers against their limits, see the driver."""
        self._driver.limit_check(context, self._resources, values, project_id, user_id)

    def reserve(
        self,
        context: "RequestContext",
        expire: Any = None,
        project_id: str | None = None,
        user_id: str | None = None,
        **deltas: int,
    ) -> list[str]:
        """Hold the deltas, see the driver."""
        reservations = self._driver.reserve(
            context, self._resources, deltas, expire, project_id, user_id
        )
        LOG.debug("Created reservations %s", reservations)
        return reservations

    def commit(
        self,
        context: "RequestContext",
        reservations: Iterable[str],
        project_id: str | None = None,
        user_id: str | None = None,
    ) -> None:
        """Turn what is held into use; a failure is only logged (it will expire)."""
        try:
            self._driver.commit(context, reservations, project_id, user_id)
        except Exception:
            LOG.exception("Failed to commit reservations %s", reservations)

    def rollback(
        self,
        context: "RequestContext",
        reservations: Iterable[str],
        project_id: str | None = None,
        user_id: str | None = None,
    ) -> None:
        """Give back what is held; a failure is only logged (it will expire)."""
        try:
            self._driver.rollback(context, reservations, project_id, user_id)
        except Exception:
            LOG.exception("Failed to roll back reservations %s", reservations)

    def usage_refresh(self, context: "RequestContext", **kwargs: Any) -> None:
        """Count usage anew from what exists."""
        self._driver.usage_refresh(context, self._resources, **kwargs)

    def expire(self, context: "RequestContext") -> None:
        """Give back what was held for too long (a periodic task)."""
        self._driver.expire(context)


def _keypair_get_count_by_user(context: "RequestContext", user_id: str) -> int:
    from tracenova import objects

    return int(objects.KeyPairList.get_count_by_user(context, user_id))


def _server_group_count_members_by_user(
    context: "RequestContext", group: Any, user_id: str
) -> int:
    del context
    return int(group.count_members_by_user(user_id))


QUOTAS = QuotaEngine()
QUOTAS.register_resources(
    [
        *(
            ReservableResource(name, "_sync_instances", f"quota_{name}")
            for name in ("instances", "cores", "ram")
        ),
        *(
            AbsoluteResource(name, f"quota_{name}")
            for name in (
                *("metadata_items", "injected_files", "injected_file_content_bytes"),
                *("floating_ips", "fixed_ips", "security_groups"),
                "security_group_rules",
            )
        ),
        AbsoluteResource("injected_file_path_bytes", "quota_injected_file_path_length"),
        CountableResource("key_pairs", _keypair_get_count_by_user, "quota_key_pairs"),
        ReservableResource(
            "server_groups", "_sync_server_groups", "quota_server_groups"
        ),
        CountableResource(
            "server_group_members",
            _server_group_count_members_by_user,
            "quota_server_group_members",
        ),
    ]
)
