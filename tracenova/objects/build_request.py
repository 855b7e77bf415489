"""A server that no host has yet; the API shows it from here.

Nova: nova/objects/build_request.py
Left out: cleaning up rows from before Newton.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from oslo_serialization import jsonutils
from oslo_utils import versionutils
from oslo_versionedobjects import exception as ovoo_exc

from tracenova import exception, objects
from tracenova.db import api as db
from tracenova.db.sqlalchemy import api_models, rows
from tracenova.db.sqlalchemy.api_instance_lists import EXACT
from tracenova.db.sqlalchemy.enginefacade import api_context_manager
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class BuildRequest(base.NovaObject):
    """One server being built, with its disks. Gone as soon as a host is chosen.

    Nova: nova/objects/build_request.py BuildRequest
    """

    VERSION = "1.2"
    obj_db_namespace = "api-db"
    obj_db_table = "build_requests"
    fields = {
        "id": fields.IntegerField(),
        "instance_uuid": fields.UUIDField(),
        "project_id": fields.StringField(),
        "instance": fields.ObjectField("Instance"),
        "block_device_mappings": fields.ObjectField("BlockDeviceMappingList"),
        "created_at": fields.DateTimeField(nullable=True),
        "updated_at": fields.DateTimeField(nullable=True),
    }

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.1 disks were not kept."""
        super().obj_make_compatible(primitive, target_version)
        if versionutils.convert_version_to_tuple(target_version) < (1, 1):
            primitive.pop("block_device_mappings", None)

    def _load_instance(self, db_instance: str | None) -> None:
        if db_instance is None:
            raise exception.BuildRequestNotFound(uuid=self.instance_uuid)
        try:
            primitive = jsonutils.loads(db_instance)
            instance = objects.Instance.obj_from_primitive(primitive)
        except ovoo_exc.IncompatibleObjectVersion as error:
            raise exception.BuildRequestNotFound(uuid=self.instance_uuid) from error
        # What the API shows, and what a server without a row does not have.
        instance.deleted = False
        instance.disable_terminate = False
        for name in (
            *("terminated_at", "host", "node", "launched_at", "launched_on"),
            "cell_name",
        ):
            setattr(instance, name, None)
        if not instance.obj_attr_is_set("locked_by"):
            instance.locked_by = None
        instance.created_at = self.created_at
        instance.updated_at = self.updated_at
        instance.tags = objects.TagList(objects=[])
        self.instance = instance

    def _load_block_device_mappings(self, db_bdms: str | None) -> None:
        if db_bdms is None:
            self.block_device_mappings = objects.BlockDeviceMappingList(objects=[])
            return
        primitive = jsonutils.loads(db_bdms)
        self.block_device_mappings = objects.BlockDeviceMappingList.obj_from_primitive(
            primitive
        )

    @staticmethod
    def _from_db_object(
        context: "RequestContext", req: "BuildRequest", db_req: Row
    ) -> "BuildRequest":
        for name in ("instance_uuid", "id", "project_id", "created_at", "updated_at"):
            setattr(req, name, db_req[name])
        req._load_block_device_mappings(db_req["block_device_mappings"])
        req._load_instance(db_req["instance"])
        req.obj_reset_changes(recursive=True)
        req._context = context
        return req

    @base.remotable_classmethod
    def get_by_instance_uuid(
        cls, context: "RequestContext", instance_uuid: str
    ) -> "BuildRequest":
        """Read the request for a server.

        Raises:
            BuildRequestNotFound: a host was chosen, or the user deleted it.
        """
        with api_context_manager.reader.using(context) as conn:
            by = {"instance_uuid": instance_uuid}
            row = rows.first(conn, api_models.BuildRequest, **by)
        if row is None:
            raise exception.BuildRequestNotFound(uuid=instance_uuid)
        return cls._from_db_object(context, cls(), row)

    def _get_update_primitives(self) -> dict[str, Any]:
        updates: dict[str, Any] = self.obj_get_changes()
        for name in ("instance", "block_device_mappings"):
            if name in updates:
                primitive = updates[name].obj_to_primitive()
                updates[name] = jsonutils.dumps(primitive)
        return updates

    @base.remotable
    def create(self) -> None:
        """Write the request for the first time.

        Raises:
            ObjectActionError: it has a row already, or no server.
        """
        if self.obj_attr_is_set("id"):
            raise exception.ObjectActionError(action="create", reason="already created")
        if not self.obj_attr_is_set("instance_uuid"):
            reason = "instance_uuid must be set"
            raise exception.ObjectActionError(action="create", reason=reason)
        updates = self._get_update_primitives()
        with api_context_manager.writer.using(self._context) as conn:
            row = rows.insert_row(conn, api_models.BuildRequest, updates)
        self._from_db_object(self._context, self, row)

    @base.remotable
    def save(self) -> None:
        """Write what changed.

        Raises:
            BuildRequestNotFound: it is gone.
        """
        updates = self._get_update_primitives()
        with api_context_manager.writer.using(self._context) as conn:
            row = rows.first(conn, api_models.BuildRequest, id=self.id)
            if row is None:
                raise exception.BuildRequestNotFound(uuid=self.instance_uuid)
            row = rows.update_row(conn, api_models.BuildRequest, row, updates)
        self._from_db_object(self._context, self, row)

    @base.remotable
    def destroy(self) -> None:
        """Remove the request: a host is chosen, or the user deletes the server.

        Raises:
            BuildRequestNotFound: it is gone already.
        """
        by = {"instance_uuid": self.instance_uuid}
        with api_context_manager.writer.using(self._context) as conn:
            if not rows.delete_by(conn, api_models.BuildRequest, **by):
                raise exception.BuildRequestNotFound(uuid=self.instance_uuid)


@base.NovaObjectRegistry.register
class BuildRequestList(base.ObjectListBase, base.NovaObject):
    """Several servers being built.

    Nova: nova/objects/build_request.py BuildRequestList
    """

    VERSION = "1.0"
    obj_db_namespace = "api-db"
    obj_db_table = "build_requests"
    fields = {"objects": fields.ListOfObjectsField("BuildRequest")}

    @base.remotable_classmethod
    def get_all(cls, context: "RequestContext") -> "BuildRequestList":
        """Read the project's requests; an administrator reads all."""
        by = {} if context.is_admin else {"project_id": context.project_id}
        with api_context_manager.reader.using(context) as conn:
            found = rows.find(conn, api_models.BuildRequest, **by)
        return base.obj_make_list(context, cls(context), objects.BuildRequest, found)

    @base.remotable_classmethod
    def get_by_filters(
        cls,
        context: "RequestContext",
        filters: Mapping[str, Any],
        limit: int | None = None,
        marker: str | None = None,
        sort_keys: Sequence[str] | None = None,
        sort_dirs: Sequence[str] | None = None,
    ) -> "BuildRequestList":
        """Read the requests whose servers pass all filters.

        The servers are kept as text, so they are filtered and sorted here; there are
        never many.

        Raises:
            MarkerNotFound: the page's marker is no server being built.
        """
        if limit == 0 or filters.get("deleted") or filters.get("cleaned"):
            return cls(context, objects=[])
        keys, dirs = db.process_sort_params(sort_keys, sort_dirs, default_dir="desc")
        found = [r for r in cls.get_all(context) if _passes(r.instance, filters)]
        for key, direction in reversed(list(zip(keys, dirs, strict=True))):
            found.sort(key=_sort_key(key), reverse=direction == "desc")
        start = _after(found, marker)
        end = None if limit is None else start + limit
        return cls(context, objects=found[start:end])


def _after(found: Sequence[BuildRequest], marker: str | None) -> int:
    if marker is None:
        return 0
    uuids = [request.instance.uuid for request in found]
    if marker not in uuids:
        raise exception.MarkerNotFound(marker=marker)
    return uuids.index(marker) + 1


def _sort_key(name: str) -> Any:
    def key(request: BuildRequest) -> tuple[bool, Any]:
        value = request.id if name == "id" else getattr(request.instance, name)
        return (value is not None, value if value is not None else 0)

    return key


def _passes(instance: Any, filters: Mapping[str, Any]) -> bool:
    return all(_passes_one(instance, name, value) for name, value in filters.items())


def _passes_one(instance: Any, name: str, value: Any) -> bool:
    if name in {"tags", "tags-any", "not-tags", "not-tags-any"}:
        # a server that is being built has none yet; Newton lists it all the same
        return name.startswith("not-")
    if name in {"metadata", "system_metadata"}:
        wanted = value if isinstance(value, list) else [value]
        return all(pairs.items() <= instance.metadata.items() for pairs in wanted)
    if name in {"changes-since", "deleted", "cleaned", "soft_deleted"}:
        return True
    known = name in instance.fields and instance.obj_attr_is_set(name)
    if name in EXACT:
        actual = instance[name] if known else None
        several = isinstance(value, list | tuple | set | frozenset)
        return actual in value if several else bool(actual == value)
    if not known or instance[name] is None or isinstance(value, bool):
        return True
    return re.search(str(value), str(instance[name])) is not None
