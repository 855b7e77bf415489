"""Who asks, and for whom: the paper that travels with every request and message.

Built from the token at the API's door, carried in every RPC message, shown to every
policy check. A service that needs more rights than the user has asks for an
``elevated()`` copy.

Nova: nova/context.py. Left out: cells other than the one, keystoneauth plug-ins.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

from oslo_context import context
from oslo_utils import timeutils

from tracenova import exception

_TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%f"
_WANTED_ENDPOINTS = ("volume", "volumev2", "key-manager", "placement")
_READ_DELETED = ("no", "yes", "only")


class RequestContext(context.RequestContext):
    """Security context and request information of one user's action.

    Attributes:
        read_deleted: whether database reads show deleted rows: no, yes or only.
        remote_address: where the user called from.
        timestamp: when the request came in, UTC.
        quota_class: name of a class of quotas, if the user has one.
        service_catalog: the few endpoints of the token's catalog that Nova uses.
        instance_lock_checked: an API method has looked at ``instance.locked``.
        db_connection: the database of the cell aimed at, see :func:`target_cell`.

    Nova: nova/context.py RequestContext
    """

    def __init__(
        self,
        user_id: str | None = None,
        project_id: str | None = None,
        is_admin: bool | None = None,
        read_deleted: str = "no",
        remote_address: str | None = None,
        timestamp: datetime | str | None = None,
        quota_class: str | None = None,
        service_catalog: Sequence[Mapping[str, Any]] | None = None,
        instance_lock_checked: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            user_id=user_id, project_id=project_id, is_admin=bool(is_admin), **kwargs
        )
        self.read_deleted = read_deleted
        self.remote_address = remote_address
        self.timestamp = _as_datetime(timestamp)
        self.quota_class = quota_class
        self.service_catalog = [
            dict(service)
            for service in service_catalog or ()
            if service.get("type") in _WANTED_ENDPOINTS
        ]
        self.instance_lock_checked = instance_lock_checked
        self.db_connection: Any = None
        if is_admin is None:
            self.is_admin = self.check_is_admin()

    @property
    def read_deleted(self) -> str:
        """Whether database reads show deleted rows: ``no``, ``yes`` or ``only``."""
        return self._read_deleted

    @read_deleted.setter
    def read_deleted(self, value: str) -> None:
        if value not in _READ_DELETED:
            raise ValueError(
                f"read_deleted can only be one of 'no', 'yes' or 'only', not {value!r}"
            )
        self._read_deleted = value

    def check_is_admin(self) -> bool:
        """Ask the policy whether the roles make this user an administrator."""
        from tracenova import policy

        return bool(policy.check_is_admin(self))

    def to_dict(self) -> dict[str, Any]:
        """Return the context as it travels in a message, the token included."""
        values: dict[str, Any] = super().to_dict()
        values.update(
            user=self.user_id,
            tenant=self.project_id,
            user_id=self.user_id,
            project_id=self.project_id,
            is_admin=self.is_admin,
            read_deleted=self.read_deleted,
            remote_address=self.remote_address,
            timestamp=self.timestamp.strftime(_TIME_FORMAT),
            request_id=self.request_id,
            quota_class=self.quota_class,
            user_name=self.user_name,
            project_name=self.project_name,
            service_catalog=self.service_catalog,
            instance_lock_checked=self.instance_lock_checked,
            is_admin_project=self.is_admin_project,
        )
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], **kwargs: Any) -> Self:
        """Return the context that :meth:`to_dict` wrote; unknown keys are ignored."""
        kwargs.setdefault("user_id", values.get("user_id") or values.get("user"))
        kwargs.setdefault(
            "project_id", values.get("project_id") or values.get("tenant")
        )
        kwargs.setdefault("read_deleted", values.get("read_deleted", "no"))
        kwargs.setdefault("is_admin", values.get("is_admin"))
        kwargs.setdefault(
            "instance_lock_checked", values.get("instance_lock_checked", False)
        )
        for key in ("remote_address", "timestamp", "quota_class", "service_catalog"):
            kwargs.setdefault(key, values.get(key))
        return super().from_dict(dict(values), **kwargs)

    def elevated(self, read_deleted: str | None = None) -> Self:
        """Return a copy of this context with the rights of an administrator."""
        elevated = copy.copy(self)
        elevated.roles = list(self.roles)
        elevated.is_admin = True
        if "admin" not in elevated.roles:
            elevated.roles.append("admin")
        if read_deleted is not None:
            elevated.read_deleted = read_deleted
        return elevated

    def can(
        self, rule: str, target: Mapping[str, Any] | None = None, fatal: bool = True
    ) -> bool:
        """Say whether policy lets this user apply the rule to the target.

        Args:
            rule: for example ``os_compute_api:servers:create``.
            target: what the rule is about; by default the user's own project.
            fatal: raise instead of returning False.

        Raises:
            PolicyNotAuthorized: the rule says no and ``fatal`` is set.
        """
        from tracenova import policy

        if target is None:
            target = {"project_id": self.project_id, "user_id": self.user_id}
        try:
            return bool(policy.authorize(self, rule, target))
        except exception.Forbidden:
            if fatal:
                raise
            return False

    def __repr__(self) -> str:
        """Name the request; never the token."""
        who = f"user={self.user_id} project={self.project_id} admin={self.is_admin}"
        return f"<Context {self.request_id} {who}>"

    __str__ = __repr__


def get_admin_context(read_deleted: str = "no") -> RequestContext:
    """Return the context of the service itself, for work that no user asked for.

    Nova: nova/context.py get_admin_context
    """
    return RequestContext(
        user_id=None,
        project_id=None,
        is_admin=True,
        read_deleted=read_deleted,
        overwrite=False,
    )


def is_user_context(context: RequestContext | None) -> bool:
    """Say whether an ordinary user stands behind the request.

    Nova: nova/context.py is_user_context
    """
    if context is None or context.is_admin:
        return False
    return bool(context.user_id and context.project_id)


def require_admin_context(ctxt: RequestContext) -> None:
    """Refuse anybody who is not an administrator.

    Raises:
        AdminRequired: the context has no administrator's rights.

    Nova: nova/context.py require_admin_context
    """
    if not ctxt.is_admin:
        raise exception.AdminRequired


def authorize_project_context(context: RequestContext, project_id: str) -> None:
    """Refuse a user who reaches into another project.

    Raises:
        Forbidden: an ordinary user, and not a member of the project.

    Nova: nova/context.py authorize_project_context
    """
    if is_user_context(context) and context.project_id != project_id:
        raise exception.Forbidden


@contextmanager
def target_cell(context: RequestContext, cell_mapping: Any) -> Iterator[RequestContext]:
    """Aim the block's database access at the given cell.

    There is one cell here, so only the note on the context changes.

    Nova: nova/context.py target_cell
    """
    original = context.db_connection
    context.db_connection = cell_mapping.database_connection
    try:
        yield context
    finally:
        context.db_connection = original


def _as_datetime(timestamp: datetime | str | None) -> datetime:
    if isinstance(timestamp, datetime):
        return timestamp
    if timestamp:
        return datetime.fromisoformat(timestamp).replace(tzinfo=None)
    return timeutils.utcnow()
