"""Servers that are to stay together on one host, or apart on different ones.

Nova: nova/objects/instance_group.py
Left out: groups in the main database (before Newton), notifications about groups.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from oslo_utils import uuidutils, versionutils
from sqlalchemy import Connection

from tracenova import exception, objects
from tracenova.db.exception import DBDuplicateEntry
from tracenova.db.sqlalchemy import api_models, rows
from tracenova.db.sqlalchemy.enginefacade import api_context_manager
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext

LAZY_LOAD_FIELDS = ("hosts",)


def _complete(conn: Connection, group: Row) -> Row:
    by = {"group_id": group["id"]}
    policies = rows.find(conn, api_models.InstanceGroupPolicy, **by)
    members = rows.find(conn, api_models.InstanceGroupMember, **by)
    return {
        "deleted": False,
        "deleted_at": None,
        **group,
        "policies": [row["policy"] for row in policies],
        "members": [row["instance_uuid"] for row in members],
    }


def _get(context: "RequestContext", missing: object, **by: Any) -> Row:
    with api_context_manager.reader.using(context) as conn:
        if not context.is_admin:
            by["project_id"] = context.project_id
        row = rows.first(conn, api_models.InstanceGroup, **by)
        if row is None:
            raise exception.InstanceGroupNotFound(group_uuid=missing)
        return _complete(conn, row)


def _add(
    conn: Connection, group_id: int, kind: str, items: Iterable[str] | None
) -> list[str]:
    model: rows.Model = api_models.InstanceGroupMember
    column = "instance_uuid"
    if kind == "policies":
        model, column = api_models.InstanceGroupPolicy, "policy"
    present = [row[column] for row in rows.find(conn, model, group_id=group_id)]
    added = [item for item in items or () if item not in present]
    new = [{"group_id": group_id, column: item} for item in added]
    rows.insert_rows(conn, model, new)
    return present + added


@base.NovaObjectRegistry.register
class InstanceGroup(
    base.NovaPersistentObject, base.NovaObject, base.NovaObjectDictCompat
):
    """One group; ``hosts`` are those that its members run on.

    Nova: nova/objects/instance_group.py InstanceGroup
    """

    VERSION = "1.10"
    obj_db_namespace = "api-db"
    obj_db_table = "instance_groups"
    fields = {
        "id": fields.IntegerField(),
        "user_id": fields.StringField(nullable=True),
        "project_id": fields.StringField(nullable=True),
        "uuid": fields.UUIDField(),
        "name": fields.StringField(nullable=True),
        "policies": fields.ListOfStringsField(nullable=True),
        "members": fields.ListOfStringsField(nullable=True),
        "hosts": fields.ListOfStringsField(nullable=True),
    }

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.7 groups had metadata, which nobody used."""
        if versionutils.convert_version_to_tuple(target_version) < (1, 7):
            primitive["metadetails"] = {}

    @staticmethod
    def _from_db_object(
        context: "RequestContext", instance_group: "InstanceGroup", db_inst: Row
    ) -> "InstanceGroup":
        for name in instance_group.fields:
            if name not in LAZY_LOAD_FIELDS:
                instance_group[name] = db_inst[name]
        instance_group._context = context
        instance_group.obj_reset_changes()
        return instance_group

    def obj_load_attr(self, attrname: str) -> None:
        """Find the hosts on first use.

        Raises:
            ObjectActionError: the attribute cannot be read later.
        """
        if attrname != "hosts":
            raise exception.ObjectActionError(
                action="obj_load_attr", reason=f"unable to load {attrname}"
            )
        self.hosts = self.get_hosts()
        self.obj_reset_changes(["hosts"])

    @base.remotable_classmethod
    def get_by_uuid(cls, context: "RequestContext", uuid: str) -> "InstanceGroup":
        """Read a group.

        Raises:
            InstanceGroupNotFound: there is none, or it is not the project's.
        """
        return cls._from_db_object(context, cls(), _get(context, uuid, uuid=uuid))

    @base.remotable_classmethod
    def get_by_name(cls, context: "RequestContext", name: str) -> "InstanceGroup":
        """Read a group by its name.

        Raises:
            InstanceGroupNotFound: there is none, or it is not the project's.
        """
        return cls._from_db_object(context, cls(), _get(context, name, name=name))

    @base.remotable_classmethod
    def get_by_instance_uuid(
        cls, context: "RequestContext", instance_uuid: str
    ) -> "InstanceGroup":
        """Read the group of a server.

        Raises:
            InstanceGroupNotFound: it is in none, which is normal.
        """
        with api_context_manager.reader.using(context) as conn:
            by = {"instance_uuid": instance_uuid}
            member = rows.first(conn, api_models.InstanceGroupMember, **by)
            if member is None:
                raise exception.InstanceGroupNotFound(group_uuid="")
            row = _get(context, member["group_id"], id=member["group_id"])
        return cls._from_db_object(context, cls(), row)

    @classmethod
    def get_by_hint(cls, context: "RequestContext", hint: str) -> "InstanceGroup":
        """Read the group that a scheduler hint names, by uuid or name.

        Raises:
            InstanceGroupNotFound: there is none, or it is not the project's.
        """
        by_uuid = uuidutils.is_uuid_like(hint)
        return (cls.get_by_uuid if by_uuid else cls.get_by_name)(context, hint)

    @base.remotable
    def create(self) -> None:
        """Write the group for the first time.

        Raises:
            ObjectActionError: it has a row already.
            InstanceGroupIdExists: its uuid is taken.
        """
        if self.obj_attr_is_set("id"):
            raise exception.ObjectActionError(action="create", reason="already created")
        if not self.obj_attr_is_set("uuid"):
            self.uuid = uuidutils.generate_uuid()
        row = _create_in_db(self._context, self.obj_get_changes())
        self._from_db_object(self._context, self, row)

    @base.remotable
    def save(self) -> None:
        """Write what changed; policies and members are only added.

        Raises:
            InstanceGroupSaveException: hosts, which follow from the members.
            InstanceGroupNotFound: it is gone.
        """
        updates = self.obj_get_changes()
        if "hosts" in updates:
            raise exception.InstanceGroupSaveException(field="hosts")
        if not updates:
            return
        lists = {n: updates.pop(n, None) for n in ("policies", "members")}
        with api_context_manager.writer.using(self._context) as conn:
            row = rows.first(conn, api_models.InstanceGroup, uuid=self.uuid)
            if row is None:
                raise exception.InstanceGroupNotFound(group_uuid=self.uuid)
            row = rows.update_row(conn, api_models.InstanceGroup, row, updates)
            for kind, items in lists.items():
                _add(conn, row["id"], kind, items)
            row = _complete(conn, row)
        self._from_db_object(self._context, self, row)

    @base.remotable
    def refresh(self) -> None:
        """Read again all that is set."""
        current = type(self).get_by_uuid(self._context, self.uuid)
        for name in self.fields:
            if self.obj_attr_is_set(name) and self[name] != current[name]:
                self[name] = current[name]
        self.obj_reset_changes()

    @base.remotable
    def destroy(self) -> None:
        """Remove the group; its members stay.

        Raises:
            InstanceGroupNotFound: it is gone already.
        """
        with api_context_manager.writer.using(self._context) as conn:
            row = rows.first(conn, api_models.InstanceGroup, uuid=self.uuid)
            if row is None:
                raise exception.InstanceGroupNotFound(group_uuid=self.uuid)
            for model in (
                api_models.InstanceGroupPolicy,
                api_models.InstanceGroupMember,
            ):
                rows.delete_by(conn, model, group_id=row["id"])
            rows.delete_by(conn, api_models.InstanceGroup, id=row["id"])
        self.obj_reset_changes()

    @base.remotable_classmethod
    def add_members(
        cls, context: "RequestContext", group_uuid: str, instance_uuids: Iterable[str]
    ) -> list[str]:
        """Put servers in a group; return all its members.

        Raises:
            InstanceGroupNotFound: there is none.
        """
        with api_context_manager.writer.using(context) as conn:
            row = rows.first(conn, api_models.InstanceGroup, uuid=group_uuid)
            if row is None:
                raise exception.InstanceGroupNotFound(group_uuid=group_uuid)
            return _add(conn, row["id"], "members", instance_uuids)

    @base.remotable
    def get_hosts(self, exclude: Iterable[str] | None = None) -> list[str]:
        """Return the hosts that members run on, leaving out some members."""
        wanted = set(self.members) - set(exclude or ())
        filters = {"uuid": wanted, "deleted": False}
        found = objects.InstanceList.get_by_filters(self._context, filters=filters)
        return sorted({instance.host for instance in found if instance.host})

    @base.remotable
    def count_members_by_user(self, user_id: str) -> int:
        """Return how many of its members belong to a user."""
        filters = {"uuid": self.members, "user_id": user_id, "deleted": False}
        return len(objects.InstanceList.get_by_filters(self._context, filters=filters))


def _create_in_db(context: "RequestContext", values: Mapping[str, Any]) -> Row:
    own = ("uuid", "name", "user_id", "project_id")
    group = {name: values[name] for name in own if name in values}
    try:
        with api_context_manager.writer.using(context) as conn:
            row = rows.insert_row(conn, api_models.InstanceGroup, group)
            for kind in ("policies", "members"):
                _add(conn, row["id"], kind, values.get(kind))
            return _complete(conn, row)
    except DBDuplicateEntry as error:
        raise exception.InstanceGroupIdExists(group_uuid=values["uuid"]) from error


@base.NovaObjectRegistry.register
class InstanceGroupList(base.ObjectListBase, base.NovaObject):
    """Several groups.

    Nova: nova/objects/instance_group.py InstanceGroupList
    """

    VERSION = "1.7"
    obj_db_namespace = "api-db"
    obj_db_table = "instance_groups"
    fields = {"objects": fields.ListOfObjectsField("InstanceGroup")}

    @base.remotable_classmethod
    def get_by_project_id(
        cls, context: "RequestContext", project_id: str
    ) -> "InstanceGroupList":
        """Read a project's groups."""
        return _list(context, cls(context), project_id=project_id)

    @base.remotable_classmethod
    def get_all(cls, context: "RequestContext") -> "InstanceGroupList":
        """Read the project's groups; an administrator reads all."""
        by = {} if context.is_admin else {"project_id": context.project_id}
        return _list(context, cls(context), **by)


def _list(context: "RequestContext", listed: Any, **by: Any) -> Any:
    with api_context_manager.reader.using(context) as conn:
        found = rows.find(conn, api_models.InstanceGroup, **by)
        groups = [_complete(conn, row) for row in found]
    return base.obj_make_list(context, listed, objects.InstanceGroup, groups)
