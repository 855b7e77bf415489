"""The part of a quota that a request holds.

Nova: nova/objects/quotas.py
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tracenova import quota
from tracenova.db import api as db
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


def ids_from_instance(
    context: "RequestContext", instance: Any
) -> tuple[str | None, str | None]:
    """Return whose quota a server counts on: its project and its user.

    Nova: nova/objects/quotas.py ids_from_instance
    """
    project_id, user_id = context.project_id, context.user_id
    if context.is_admin and project_id != instance["project_id"]:
        project_id = instance["project_id"]
    if user_id != instance["user_id"]:
        user_id = instance["user_id"]
    return project_id, user_id


def ids_from_server_group(
    context: "RequestContext", server_group: Any
) -> tuple[str | None, str | None]:
    """Return whose quota a server group counts on: its project and its user.

    Nova: nova/objects/quotas.py ids_from_server_group
    """
    return ids_from_instance(context, server_group)


@base.NovaObjectRegistry.register
class Quotas(base.NovaObject):
    """Reservations to be committed or rolled back, once.

    Nova: nova/objects/quotas.py Quotas
    """

    VERSION = "1.2"
    obj_db_table = "quota_usages"
    reservations: Sequence[str] | None
    project_id: str | None
    user_id: str | None
    fields = {
        "reservations": fields.ListOfStringsField(nullable=True),
        "project_id": fields.StringField(nullable=True),
        "user_id": fields.StringField(nullable=True),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reservations = []
        self.project_id = None
        self.user_id = None
        self.obj_reset_changes()

    @classmethod
    def from_reservations(
        cls,
        context: "RequestContext",
        reservations: Sequence[str] | None,
        instance: Any = None,
    ) -> "Quotas":
        """Return the object for reservations that came in a message."""
        quotas = cls(context)
        quotas.reservations = reservations
        if instance is not None:
            quotas.project_id, quotas.user_id = ids_from_instance(context, instance)
        quotas.obj_reset_changes()
        return quotas

    @base.remotable
    def reserve(
        self,
        /,
        expire: Any = None,
        project_id: str | None = None,
        user_id: str | None = None,
        **deltas: int,
    ) -> None:
        """Hold the deltas.

        Raises:
            OverQuota: some resource would go over its limit.
        """
        self.reservations = quota.QUOTAS.reserve(
            self._context, expire, project_id, user_id, **deltas
        )
        self.project_id = project_id
        self.user_id = user_id
        self.obj_reset_changes()

    @base.remotable
    def commit(self) -> None:
        """Turn what is held into use."""
        if not self.reservations:
            return
        quota.QUOTAS.commit(
            self._context, self.reservations, self.project_id, self.user_id
        )
        self.reservations = None
        self.obj_reset_changes()

    @base.remotable
    def rollback(self) -> None:
        """Give back what is held."""
        if not self.reservations:
            return
        quota.QUOTAS.rollback(
            self._context, self.reservations, self.project_id, self.user_id
        )
        self.reservations = None
        self.obj_reset_changes()

    @base.remotable_classmethod
    def limit_check(
        cls,
        context: "RequestContext",
        /,
        project_id: str | None = None,
        user_id: str | None = None,
        **values: int,
    ) -> None:
        """Check numbers that are not counted anywhere (metadata items).

        Raises:
            OverQuota: one is above its limit.
        """
        quota.QUOTAS.limit_check(context, project_id, user_id, **values)

    @base.remotable_classmethod
    def count(
        cls, context: "RequestContext", resource: str, *args: Any, **kwargs: Any
    ) -> int:
        """Count what exists of a resource."""
        return quota.QUOTAS.count(context, resource, *args, **kwargs)

    @base.remotable_classmethod
    def create_limit(
        cls,
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
        db.quota_create(context, project_id, resource, limit, user_id=user_id)

    @base.remotable_classmethod
    def update_limit(
        cls,
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
        db.quota_update(context, project_id, resource, limit, user_id=user_id)


@base.NovaObjectRegistry.register
class QuotasNoOp(Quotas):
    """Holds nothing: where quotas are not checked.

    Nova: nova/objects/quotas.py QuotasNoOp
    """

    def reserve(self, *args: Any, **deltas: Any) -> None:
        """Hold nothing."""

    def commit(self, context: Any = None) -> None:
        """Commit nothing."""

    def rollback(self, context: Any = None) -> None:
        """Give back nothing."""
