"""Hosts that have something in common: an availability zone, a kind of disk.

Nova: nova/objects/aggregate.py
Left out: aggregates in the main database (before Newton), notifications.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from oslo_utils import uuidutils
from sqlalchemy import Connection, select

from tracenova import exception, objects
from tracenova.db.exception import DBDuplicateEntry
from tracenova.db.sqlalchemy import api_models, rows
from tracenova.db.sqlalchemy.enginefacade import api_context_manager
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext

_C = rows.table_of(api_models.Aggregate).c
_HOSTS = rows.table_of(api_models.AggregateHost).c
_METADATA = rows.table_of(api_models.AggregateMetadata).c


def _complete(conn: Connection, aggregates: list[Row]) -> list[Row]:
    hosts: dict[int, list[str]] = {row["id"]: [] for row in aggregates}
    metadata: dict[int, dict[str, str]] = {row["id"]: {} for row in aggregates}
    if aggregates:
        ids = list(hosts)
        mine = _HOSTS.aggregate_id.in_(ids)
        for row in rows.where(conn, api_models.AggregateHost, mine):
            hosts[row["aggregate_id"]].append(row["host"])
        mine = _METADATA.aggregate_id.in_(ids)
        for row in rows.where(conn, api_models.AggregateMetadata, mine):
            metadata[row["aggregate_id"]][row["key"]] = row["value"]
    return [
        {
            "deleted": False,
            "deleted_at": None,
            **row,
            "hosts": hosts[row["id"]],
            "metadata": metadata[row["id"]],
        }
        for row in aggregates
    ]


def _first(conn: Connection, **by: Any) -> Row:
    row = rows.first(conn, api_models.Aggregate, **by)
    if row is None:
        raise exception.AggregateNotFound(aggregate_id=next(iter(by.values())))
    return row


def _write_metadata(
    conn: Connection, aggregate_id: int, metadata: Mapping[str, str | None]
) -> None:
    for key, value in metadata.items():
        by = {"aggregate_id": aggregate_id, "key": key}
        model = api_models.AggregateMetadata
        if value is None:
            rows.delete_by(conn, model, **by)
        elif not rows.update_by(conn, model, {"value": value}, **by):
            rows.insert_row(conn, model, {**by, "value": value})


@base.NovaObjectRegistry.register
class Aggregate(base.NovaPersistentObject, base.NovaObject):
    """One set of hosts.

    Nova: nova/objects/aggregate.py Aggregate
    """

    VERSION = "1.3"
    hosts: list[str]
    metadata: dict[str, str]
    obj_db_namespace = "api-db"
    obj_db_table = "aggregates"
    fields = {
        "id": fields.IntegerField(),
        "uuid": fields.UUIDField(nullable=False),
        "name": fields.StringField(),
        "hosts": fields.ListOfStringsField(nullable=True),
        "metadata": fields.DictOfStringsField(nullable=True),
    }
    obj_extra_fields = ["availability_zone"]

    @staticmethod
    def _from_db_object(
        context: "RequestContext", aggregate: "Aggregate", db_aggregate: Row
    ) -> "Aggregate":
        for name in aggregate.fields:
            setattr(aggregate, name, db_aggregate[name])
        aggregate._context = context
        aggregate.obj_reset_changes()
        return aggregate

    def _assert_no_hosts(self, action: str) -> None:
        if "hosts" in self.obj_what_changed():
            reason = "hosts updated inline"
            raise exception.ObjectActionError(action=action, reason=reason)

    @property
    def availability_zone(self) -> str | None:
        """The zone of its hosts, or None: it is no zone."""
        zone: str | None = self.metadata.get("availability_zone")
        return zone

    @base.remotable_classmethod
    def get_by_id(cls, context: "RequestContext", aggregate_id: int) -> "Aggregate":
        """Read an aggregate.

        Raises:
            AggregateNotFound: there is none.
        """
        with api_context_manager.reader.using(context) as conn:
            row = _complete(conn, [_first(conn, id=aggregate_id)])[0]
        return cls._from_db_object(context, cls(), row)

    @base.remotable_classmethod
    def get_by_uuid(cls, context: "RequestContext", aggregate_uuid: str) -> "Aggregate":
        """Read an aggregate by uuid.

        Raises:
            AggregateNotFound: there is none.
        """
        with api_context_manager.reader.using(context) as conn:
            row = _complete(conn, [_first(conn, uuid=aggregate_uuid)])[0]
        return cls._from_db_object(context, cls(), row)

    @base.remotable
    def create(self) -> None:
        """Write the aggregate for the first time.

        Raises:
            ObjectActionError: it has a row already, or hosts.
            AggregateNameExists: its name is taken.
        """
        if self.obj_attr_is_set("id"):
            raise exception.ObjectActionError(action="create", reason="already created")
        self._assert_no_hosts("create")
        if not self.obj_attr_is_set("uuid"):
            self.uuid = uuidutils.generate_uuid()
        metadata = self.metadata if self.obj_attr_is_set("metadata") else {}
        values = {"name": self.name, "uuid": self.uuid}
        try:
            with api_context_manager.writer.using(self._context) as conn:
                row = rows.insert_row(conn, api_models.Aggregate, values)
                _write_metadata(conn, row["id"], metadata or {})
                row = _complete(conn, [row])[0]
        except DBDuplicateEntry as error:
            raise exception.AggregateNameExists(aggregate_name=self.name) from error
        self._from_db_object(self._context, self, row)

    @base.remotable
    def save(self) -> None:
        """Write what changed; metadata becomes exactly what is set.

        Raises:
            ObjectActionError: hosts, which have methods of their own.
            AggregateNameExists: the new name is taken.
        """
        self._assert_no_hosts("save")
        updates = self.obj_get_changes()
        updates.pop("id", None)
        metadata = updates.pop("metadata", None)
        try:
            with api_context_manager.writer.using(self._context) as conn:
                row = _first(conn, id=self.id)
                row = rows.update_row(conn, api_models.Aggregate, row, updates)
                if metadata is not None:
                    by = {"aggregate_id": self.id}
                    rows.delete_by(conn, api_models.AggregateMetadata, **by)
                    _write_metadata(conn, self.id, metadata)
                row = _complete(conn, [row])[0]
        except DBDuplicateEntry as error:
            raise exception.AggregateNameExists(aggregate_name=self.name) from error
        self._from_db_object(self._context, self, row)

    @base.remotable
    def update_metadata(self, updates: Mapping[str, str | None]) -> None:
        """Write metadata items; a value None removes its item."""
        with api_context_manager.writer.using(self._context) as conn:
            _first(conn, id=self.id)
            _write_metadata(conn, self.id, updates)
        merged = {**self.metadata, **updates}
        self.metadata = {k: v for k, v in merged.items() if v is not None}
        self.obj_reset_changes(fields=["metadata"])

    @base.remotable
    def destroy(self) -> None:
        """Remove the aggregate; its hosts stay.

        Raises:
            AggregateNotFound: it is gone already.
        """
        with api_context_manager.writer.using(self._context) as conn:
            _first(conn, id=self.id)
            for model in (api_models.AggregateHost, api_models.AggregateMetadata):
                rows.delete_by(conn, model, aggregate_id=self.id)
            rows.delete_by(conn, api_models.Aggregate, id=self.id)

    @base.remotable
    def add_host(self, host: str) -> None:
        """Put a host in the aggregate.

        Raises:
            AggregateHostExists: it is in it already.
        """
        values = {"aggregate_id": self.id, "host": host}
        try:
            with api_context_manager.writer.using(self._context) as conn:
                _first(conn, id=self.id)
                rows.insert_row(conn, api_models.AggregateHost, values)
        except DBDuplicateEntry as error:
            raise exception.AggregateHostExists(**values) from error
        self.hosts = [*(self.hosts or ()), host]
        self.obj_reset_changes(fields=["hosts"])

    @base.remotable
    def delete_host(self, host: str) -> None:
        """Take a host out of the aggregate.

        Raises:
            AggregateHostNotFound: it is not in it.
        """
        by = {"aggregate_id": self.id, "host": host}
        with api_context_manager.writer.using(self._context) as conn:
            if not rows.delete_by(conn, api_models.AggregateHost, **by):
                raise exception.AggregateHostNotFound(**by)
        self.hosts = [each for each in self.hosts if each != host]
        self.obj_reset_changes(fields=["hosts"])


@base.NovaObjectRegistry.register
class AggregateList(base.ObjectListBase, base.NovaObject):
    """Several aggregates.

    Nova: nova/objects/aggregate.py AggregateList
    """

    VERSION = "1.2"
    obj_db_namespace = "api-db"
    obj_db_table = "aggregates"
    fields = {"objects": fields.ListOfObjectsField("Aggregate")}

    @base.remotable_classmethod
    def get_all(cls, context: "RequestContext") -> "AggregateList":
        """Read all aggregates."""
        return _list(context, cls(context))

    @base.remotable_classmethod
    def get_by_host(
        cls, context: "RequestContext", host: str, key: str | None = None
    ) -> "AggregateList":
        """Read the aggregates of a host, or those that have this metadata item."""
        mine = select(_HOSTS.aggregate_id).where(_HOSTS.host == host)
        tests = [_C.id.in_(mine)]
        if key:
            tests.append(_has_key(key))
        return _list(context, cls(context), *tests)

    @base.remotable_classmethod
    def get_by_metadata_key(
        cls, context: "RequestContext", key: str, hosts: Iterable[str] | None = None
    ) -> "AggregateList":
        """Read the aggregates with this metadata item, of these hosts if given."""
        tests = [_has_key(key)]
        if hosts is not None:
            mine = select(_HOSTS.aggregate_id).where(_HOSTS.host.in_(list(hosts)))
            tests.append(_C.id.in_(mine))
        return _list(context, cls(context), *tests)


def _has_key(key: str) -> Any:
    return _C.id.in_(select(_METADATA.aggregate_id).where(_METADATA.key == key))


def _list(context: "RequestContext", listed: Any, *tests: Any) -> Any:
    with api_context_manager.reader.using(context) as conn:
        found = _complete(conn, rows.where(conn, api_models.Aggregate, *tests))
    return base.obj_make_list(context, listed, objects.Aggregate, found)
