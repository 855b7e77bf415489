"""Running services: who is there, since when not heard of, and of which version.

Nova: nova/objects/service.py
Left out: the status notification; the history of versions.
"""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from oslo_utils import versionutils

from tracenova import exception, identity, objects
from tracenova.db import api as db
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)
SERVICE_VERSION: Final = 15
_SINCE: Final = (
    ((1, 16), "version"),
    ((1, 14), "forced_down"),
    ((1, 13), "last_seen_up"),
)


@base.NovaObjectRegistry.register
class Service(base.NovaPersistentObject, base.NovaObject, base.NovaObjectDictCompat):
    """One running service; ``version`` is always that of this code.

    Nova: nova/objects/service.py Service
    """

    VERSION = "1.20"
    obj_db_table = "services"
    fields = {
        "id": fields.IntegerField(read_only=True),
        "host": fields.StringField(nullable=True),
        "binary": fields.StringField(nullable=True),
        "topic": fields.StringField(nullable=True),
        "report_count": fields.IntegerField(),
        "disabled": fields.BooleanField(),
        "disabled_reason": fields.StringField(nullable=True),
        "availability_zone": fields.StringField(nullable=True),
        "compute_node": fields.ObjectField("ComputeNode"),
        "last_seen_up": fields.DateTimeField(nullable=True),
        "forced_down": fields.BooleanField(),
        "version": fields.IntegerField(),
    }
    _MIN_VERSION_CACHE: ClassVar[dict[tuple[str, str], int]] = {}
    _SERVICE_VERSION_CACHING: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "version" in kwargs:
            reason = "Version field is immutable"
            raise exception.ObjectActionError(action="init", reason=reason)
        super().__init__(*args, **kwargs)
        self.version = SERVICE_VERSION

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Take out what a receiver of an older version does not know."""
        super().obj_make_compatible(primitive, target_version)
        target = versionutils.convert_version_to_tuple(target_version)
        for since, name in _SINCE:
            if target < since:
                primitive.pop(name, None)

    @staticmethod
    def _from_db_object(
        context: "RequestContext", service: "Service", db_service: Row
    ) -> "Service":
        for name in service.fields:
            if name == "version":  # the row's, not this code's
                setattr(service, base.get_attrname(name), db_service[name])
            elif name in db_service:
                setattr(service, name, db_service[name])
        service._context = context
        service.obj_reset_changes()
        return service

    def obj_load_attr(self, attrname: str) -> None:
        """Read the compute node on first use.

        Raises:
            OrphanedObjectError: the object belongs to no request.
            ObjectActionError: the attribute cannot be read later.
            ServiceNotFound: the service is no nova-compute.
        """
        if not self._context:
            raise exception.OrphanedObjectError(
                method="obj_load_attr", objtype=self.obj_name()
            )
        if attrname != "compute_node":
            raise exception.ObjectActionError(
                action="obj_load_attr",
                reason=f"attribute {attrname} not lazy-loadable",
            )
        if self.binary != "nova-compute":
            raise exception.ServiceNotFound(service_id=self.id)
        nodes = objects.ComputeNodeList.get_all_by_host(self._context, self.host)
        self.compute_node = nodes[0]

    @base.remotable_classmethod
    def get_by_id(cls, context: "RequestContext", service_id: int) -> "Service":
        """Read a service.

        Raises:
            ServiceNotFound: there is none.
        """
        return cls._from_db_object(context, cls(), db.service_get(context, service_id))

    @base.remotable_classmethod
    def get_by_host_and_topic(
        cls, context: "RequestContext", host: str, topic: str
    ) -> "Service | None":
        """Read the enabled service that listens there, or None."""
        row = db.service_get_by_host_and_topic(context, host, topic)
        return cls._from_db_object(context, cls(), row) if row else None

    @base.remotable_classmethod
    def get_by_host_and_binary(
        cls, context: "RequestContext", host: str, binary: str
    ) -> "Service | None":
        """Read the service of this kind on a host, or None."""
        try:
            row = db.service_get_by_host_and_binary(context, host, binary)
        except exception.HostBinaryNotFound:
            return None
        return cls._from_db_object(context, cls(), row)

    @base.remotable_classmethod
    def get_by_compute_host(
        cls, context: "RequestContext", host: str, use_slave: bool = False
    ) -> "Service":
        """Read the nova-compute of a host.

        Raises:
            ComputeHostNotFound: it has none.
        """
        del use_slave
        row = db.service_get_by_compute_host(context, host)
        return cls._from_db_object(context, cls(), row)

    def _check_minimum_version(self) -> None:
        if not (self.obj_attr_is_set("version") and self.obj_attr_is_set("binary")):
            return
        minimum = self.get_minimum_version(self._context, self.binary)
        if minimum > self.version:
            raise exception.ServiceTooOld(thisver=self.version, minver=minimum)

    @base.remotable
    def create(self) -> None:
        """Write the service for the first time.

        Raises:
            ObjectActionError: it has a row already.
            ServiceTooOld: all others of its kind are newer.
            ServiceBinaryExists: the host has one of its kind.
        """
        if self.obj_attr_is_set("id"):
            raise exception.ObjectActionError(action="create", reason="already created")
        self._check_minimum_version()
        row = db.service_create(self._context, self.obj_get_changes())
        self._from_db_object(self._context, self, row)

    @base.remotable
    def save(self) -> None:
        """Write what changed.

        Raises:
            ServiceTooOld: all others of its kind are newer.
        """
        updates = self.obj_get_changes()
        updates.pop("id", None)
        updates.pop("availability_zone", None)
        self._check_minimum_version()
        row = db.service_update(self._context, self.id, updates)
        self._from_db_object(self._context, self, row)

    @base.remotable
    def destroy(self) -> None:
        """Mark the service deleted, and its compute nodes."""
        db.service_destroy(self._context, self.id)

    @classmethod
    def enable_min_version_cache(cls) -> None:
        """Remember minimum versions from now on, as nova-api does."""
        cls.clear_min_version_cache()
        Service._SERVICE_VERSION_CACHING = True

    @classmethod
    def clear_min_version_cache(cls) -> None:
        """Forget minimum versions (a service got SIGHUP, a lab ended)."""
        Service._MIN_VERSION_CACHE.clear()

    @base.remotable_classmethod
    def get_minimum_version_multi(
        cls, context: "RequestContext", binaries: Sequence[str], use_slave: bool = False
    ) -> int:
        """Return the oldest version that runs of these kinds of service; none: 0.

        Raises:
            ObjectActionError: a name that is no kind of service.
        """
        del use_slave
        if not all(binary.startswith("nova-") for binary in binaries):
            LOG.warning("No kinds of service: %s", ",".join(binaries))
            reason = "Invalid binary prefix"
            raise exception.ObjectActionError(
                action="get_minimum_version", reason=reason
            )
        keys = {binary: (_cloud(), binary) for binary in binaries}
        cache = Service._MIN_VERSION_CACHE
        if not cls._SERVICE_VERSION_CACHING or not cache.keys() >= set(keys.values()):
            found = db.service_get_minimum_version(context, binaries)
            versions = {binary: version or 0 for binary, version in found.items()}
            cache.update({keys[binary]: v for binary, v in versions.items()})
        else:
            versions = {binary: cache[key] for binary, key in keys.items()}
        return int(min(versions.values(), default=0))

    @base.remotable_classmethod
    def get_minimum_version(
        cls, context: "RequestContext", binary: str, use_slave: bool = False
    ) -> int:
        """Return the oldest version that runs of this kind of service; none: 0."""
        oldest: int = cls.get_minimum_version_multi(context, [binary], use_slave)
        return oldest


def _cloud() -> str:
    acting = identity.current()
    return acting.cloud if acting is not None else ""


@base.NovaObjectRegistry.register
class ServiceList(base.ObjectListBase, base.NovaObject):
    """Several services.

    Nova: nova/objects/service.py ServiceList
    """

    VERSION = "1.19"
    obj_db_table = "services"
    fields = {"objects": fields.ListOfObjectsField("Service")}

    @base.remotable_classmethod
    def get_by_topic(cls, context: "RequestContext", topic: str) -> "ServiceList":
        """Read the enabled services that listen on a topic."""
        rows = db.service_get_all_by_topic(context, topic)
        return base.obj_make_list(context, cls(context), objects.Service, rows)

    @base.remotable_classmethod
    def get_by_binary(
        cls, context: "RequestContext", binary: str, include_disabled: bool = False
    ) -> "ServiceList":
        """Read the services of one kind, the enabled ones unless told otherwise."""
        rows = db.service_get_all_by_binary(context, binary, include_disabled)
        return base.obj_make_list(context, cls(context), objects.Service, rows)

    @base.remotable_classmethod
    def get_by_host(cls, context: "RequestContext", host: str) -> "ServiceList":
        """Read the services of a host."""
        rows = db.service_get_all_by_host(context, host)
        return base.obj_make_list(context, cls(context), objects.Service, rows)

    @base.remotable_classmethod
    def get_all(
        cls,
        context: "RequestContext",
        disabled: bool | None = None,
        set_zones: bool = False,
    ) -> "ServiceList":
        """Read all services, with their availability zones if wanted."""
        rows: Any = db.service_get_all(context, disabled=disabled)
        if set_zones:
            from tracenova import availability_zones

            rows = availability_zones.set_availability_zones(context, rows)
        return base.obj_make_list(context, cls(context), objects.Service, rows)
