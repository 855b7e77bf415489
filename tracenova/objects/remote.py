"""Methods that run where the database is: here, or over in the conductor.

nova-compute has no database. When a service that was named in
:func:`set_indirection` calls a remotable method, the call travels to the conductor
and runs there. Everywhere else the method runs in place, and that one database
operation is recorded as one span.

Nova: nova/objects/base.py [remotable, remotable_classmethod, serialize_args], which
come from oslo.versionedobjects; one process here holds services with and without a
database, so the indirection is asked for at each call instead of once at start.
"""

import datetime
import functools
import threading
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from oslo_utils import timeutils
from oslo_versionedobjects import base as ovoo_base

from tracenova import exception, identity, profiler
from tracenova.trace import names

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")


class IndirectionAPI(Protocol):
    """Who runs remotable methods for a service without a database: ConductorAPI."""

    def object_class_action_versions(
        self,
        context: Any,
        objname: str,
        objmethod: str,
        object_versions: dict[str, str],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        """Run a class method over there; return what it returned."""

    def object_action(
        self,
        context: Any,
        objinst: Any,
        objmethod: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> tuple[dict[str, Any], Any]:
        """Run a method over there; return the changed fields and its result."""


_Named = tuple[str, str | None]  # binary, cloud; None: of every cloud
_factories: dict[_Named, Callable[[], IndirectionAPI]] = {}
_apis: dict[identity.ServiceIdentity, IndirectionAPI] = {}
_lock = threading.Lock()


def set_indirection(
    identity_name: str,
    factory: Callable[[], IndirectionAPI],
    cloud: str | None = None,
) -> None:
    """Let services of this name run their remotable methods through the factory's API.

    The factory is called once per running service, in that service's own identity, at
    the first remotable call; registering again starts over.

    Args:
        identity_name: binary name, ``nova-compute``.
        factory: makes the API.
        cloud: only services of this cloud; by default of every cloud.
    """
    with _lock:
        _factories[identity_name, cloud] = factory
        _forget(identity_name)


def clear_indirection(identity_name: str, cloud: str | None = None) -> None:
    """Let services of this name speak to the database themselves again."""
    with _lock:
        _factories.pop((identity_name, cloud), None)
        _forget(identity_name)


def _forget(identity_name: str) -> None:
    for service in [known for known in _apis if known.name == identity_name]:
        del _apis[service]


def _factory_for(
    service: identity.ServiceIdentity | None,
) -> Callable[[], IndirectionAPI] | None:
    if service is None:
        return None
    own = _factories.get((service.name, service.cloud))
    return own or _factories.get((service.name, None))


class Indirection:
    """``indirection_api``: the acting service's ConductorAPI, or None."""

    def __get__(self, obj: Any, objtype: Any = None) -> IndirectionAPI | None:
        """Answer for whoever runs this thread."""
        service = identity.current()
        factory = _factory_for(service)
        if service is None or factory is None:
            return None
        api = _apis.get(service)
        if api is None:
            api = _apis[service] = factory()
        return api


@functools.cache
def _version_manifest(objname: str) -> dict[str, str]:
    manifest: dict[str, str] = ovoo_base.obj_tree_get_versions(objname)
    return manifest


def remotable_classmethod(
    fn: Callable[Concatenate[S, Any, P], R],
) -> "classmethod[S, Concatenate[Any, P], R]":
    """Make a class method run where the database is.

    The caller gets an object of the version it understands.

    Nova: nova/objects/base.py remotable_classmethod
    """

    @functools.wraps(fn)
    def wrapper(cls: Any, context: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
        api = cls.indirection_api
        if api is not None:
            manifest = _version_manifest(cls.obj_name())
            return api.object_class_action_versions(
                context, cls.obj_name(), fn.__name__, manifest, args, kwargs
            )
        result = _recorded(cls, None, fn.__name__, fn, cls, context, *args, **kwargs)
        if isinstance(result, ovoo_base.VersionedObject):
            result._context = context
        return result

    wrapper.remotable = True  # type: ignore[attr-defined]  # as oslo marks them
    wrapper.original_fn = fn  # type: ignore[attr-defined]
    return classmethod(wrapper)  # type: ignore[arg-type]  # cls is any object class


def remotable(fn: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Make a method run where the database is.

    Over there it runs on a copy; the fields that it changed come back and are set here.

    Raises:
        OrphanedObjectError: the object belongs to no request.

    Nova: nova/objects/base.py remotable
    """

    @functools.wraps(fn)
    def wrapper(self: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
        if self._context is None:
            raise exception.OrphanedObjectError(
                method=fn.__name__, objtype=self.obj_name()
            )
        api = self.indirection_api
        if api is None:
            return _recorded(type(self), self, fn.__name__, fn, self, *args, **kwargs)
        updates, result = api.object_action(
            self._context, self, fn.__name__, args, kwargs
        )
        _apply(self, updates)
        return result

    wrapper.remotable = True  # type: ignore[attr-defined]  # as oslo marks them
    wrapper.original_fn = fn  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]  # self is any object


def _apply(obj: Any, updates: dict[str, Any]) -> None:
    for key, value in updates.items():
        if key not in obj.fields:
            continue
        if not isinstance(value, ovoo_base.VersionedObject):
            value = obj.fields[key].from_primitive(obj, key, value)  # noqa: PLW2901
        setattr(obj, key, value)
    obj.obj_reset_changes()
    obj._changed_fields = set(updates.get("obj_what_changed", ()))


# --- one span per database operation --------------------------------------------

_VERBS: Final = (
    ("get", "SELECT"),
    ("refresh", "SELECT"),
    ("count", "SELECT"),
    ("limit_check", "SELECT"),
    ("exists", "SELECT"),
    ("create", "INSERT"),
    ("action_start", "INSERT"),
    ("event_start", "INSERT"),
    ("add", "INSERT"),
    ("update_or_create", "UPSERT"),
    ("save", "UPDATE"),
    ("update", "UPDATE"),
    ("action_finish", "UPDATE"),
    ("event_finish", "UPDATE"),
    ("destroy", "DELETE"),
    ("delete", "DELETE"),
)
_inside_operation: ContextVar[bool] = ContextVar("tracenova_db_span", default=False)


def _verb(operation: str) -> str:
    matching = [pair for pair in _VERBS if operation.startswith(pair[0])]
    return max(matching, key=lambda pair: len(pair[0]))[1] if matching else operation


def _recorded(
    cls: Any, obj: Any, operation: str, fn: Callable[..., R], /, *args: Any, **kw: Any
) -> R:
    if not profiler.is_recording() or _inside_operation.get():
        return fn(*args, **kw)
    from tracenova.db.sqlalchemy import enginefacade  # nova-compute never needs it

    attributes: dict[str, profiler.Attribute | None] = {
        names.DB_SYSTEM: enginefacade.system_name(cls.obj_db_namespace),
        names.DB_OPERATION: _verb(operation),
        names.DB_COLLECTION: cls.obj_db_table or None,
        names.DB_NAMESPACE: cls.obj_db_namespace,
    }
    token = _inside_operation.set(True)
    try:
        with profiler.span(f"{cls.obj_name()}.{operation}", "client", attributes) as db:
            try:
                return fn(*args, **kw)
            finally:
                if obj is not None:
                    db.set(obj.obj_db_attributes())
    finally:
        _inside_operation.reset(token)


def serialize_args(fn: Any) -> Any:
    """Turn times, exceptions and tracebacks in the arguments into text before remoting.

    Nova: nova/objects/base.py serialize_args
    """
    inner = fn.__func__ if isinstance(fn, classmethod) else fn

    @functools.wraps(inner)
    def wrapper(obj: Any, *args: Any, **kwargs: Any) -> Any:
        texts = {key: _as_text(key, value) for key, value in kwargs.items()}
        return inner(obj, *(_as_text("", arg) for arg in args), **texts)

    return classmethod(wrapper) if isinstance(fn, classmethod) else wrapper


def _as_text(key: str, value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return timeutils.normalize_time(value).isoformat()
    if key == "exc_val" and value:
        return str(value)
    if isinstance(value, TracebackType):
        return "".join(traceback.format_tb(value))
    return value
