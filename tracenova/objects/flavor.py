"""Sizes of servers.

Nova: nova/objects/flavor.py
Left out: flavors in the main database (before Newton) and their migration.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Select, bindparam, or_, select

from tracenova import exception
from tracenova.db.exception import DBDuplicateEntry
from tracenova.db.sqlalchemy import api_models, rows
from tracenova.db.sqlalchemy.enginefacade import api_context_manager
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext

OPTIONAL_FIELDS: Final = ("extra_specs", "projects")
_C = rows.table_of(api_models.Flavors).c
_PROJECTS = rows.table_of(api_models.FlavorProjects).c


def may_use(context: "RequestContext") -> list[Any]:
    """Return the conditions for the flavors that the project may use."""
    return [] if context.is_admin else [_is_usable_by(context.project_id)]


def _is_usable_by(project_id: Any) -> Any:
    mine = select(_PROJECTS.flavor_id).where(_PROJECTS.project_id == project_id)
    return or_(_C.is_public.is_(True), _C.id.in_(mine))


@functools.cache
def _select_one(key: str, *, of_all: bool) -> Select[Any]:
    """Return the first flavor whose column has a value, of all or of a project's."""
    wanted = [_C[key] == bindparam(key)]
    if not of_all:
        wanted.append(_is_usable_by(bindparam("the_project")))
    table = rows.table_of(api_models.Flavors)
    return select(table).where(*wanted).order_by(_C.id).limit(1)


def with_specs(conn: Connection, found: Sequence[Row]) -> list[Row]:
    """Return the flavors' rows with their extra specs."""
    if not found:
        return []
    specs = rows.table_of(api_models.FlavorExtraSpecs).c
    by_flavor: dict[int, dict[str, Any]] = {row["id"]: {} for row in found}
    model = api_models.FlavorExtraSpecs
    if len(by_flavor) == 1:
        of_all = rows.find(conn, model, flavor_id=found[0]["id"])
    else:
        of_all = rows.where(conn, model, specs.flavor_id.in_(list(by_flavor)))
    for spec in of_all:
        by_flavor[spec["flavor_id"]][spec["key"]] = spec["value"]
    return [{**row, "extra_specs": by_flavor[row["id"]]} for row in found]


@base.NovaObjectRegistry.register
class Flavor(base.NovaPersistentObject, base.NovaObject, base.NovaObjectDictCompat):
    """One size: memory in MB, disks in GB, swap in MB.

    Nova: nova/objects/flavor.py Flavor
    """

    VERSION = "1.1"
    obj_db_namespace = "api-db"
    obj_db_table = "flavors"
    fields = {
        "id": fields.IntegerField(),
        "name": fields.StringField(nullable=True),
        "memory_mb": fields.IntegerField(),
        "vcpus": fields.IntegerField(),
        "root_gb": fields.IntegerField(),
        "ephemeral_gb": fields.IntegerField(),
        "flavorid": fields.StringField(),
        "swap": fields.IntegerField(),
        "rxtx_factor": fields.FloatField(nullable=True, default=1.0),
        "vcpu_weight": fields.IntegerField(nullable=True),
        "disabled": fields.BooleanField(),
        "is_public": fields.BooleanField(),
        "extra_specs": fields.DictOfStringsField(),
        "projects": fields.ListOfStringsField(),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._orig_extra_specs: dict[str, str] = {}
        self._orig_projects: list[str] = []

    @staticmethod
    def _from_db_object(
        context: "RequestContext",
        flavor: "Flavor",
        db_flavor: Row,
        expected_attrs: Sequence[str] | None = None,
    ) -> "Flavor":
        flavor._context = context
        for name, field in flavor.fields.items():
            if name in OPTIONAL_FIELDS or name not in db_flavor:
                continue
            value = db_flavor[name]
            if value is None and isinstance(field, fields.IntegerField):
                value = 0
            flavor[name] = value
        flavor.deleted_at, flavor.deleted = None, False
        for name in expected_attrs or ():
            flavor[name] = db_flavor[name]
        flavor.obj_reset_changes()
        return flavor

    def obj_load_attr(self, attrname: str) -> None:
        """Read the projects on first use.

        Raises:
            ObjectActionError: the attribute cannot be read later.
        """
        if attrname != "projects":
            raise exception.ObjectActionError(
                action="obj_load_attr", reason=f"unable to load {attrname}"
            )
        self._load_projects()

    @base.remotable
    def _load_projects(self) -> None:
        with api_context_manager.reader.using(self._context) as conn:
            found = rows.find(conn, api_models.FlavorProjects, flavor_id=self.id)
        self.projects = [row["project_id"] for row in found]
        self.obj_reset_changes(["projects"])

    def _remember(self, names: Iterable[str]) -> None:
        for name in names:
            kind = dict if name == "extra_specs" else list
            kept = kind(self[name]) if self.obj_attr_is_set(name) else kind()
            setattr(self, f"_orig_{name}", kept)

    def obj_reset_changes(
        self, fields: Iterable[str] | None = None, recursive: bool = False
    ) -> None:
        """Forget that fields were changed, inside specs and projects too."""
        super().obj_reset_changes(fields=fields, recursive=recursive)
        self._remember(n for n in OPTIONAL_FIELDS if fields is None or n in fields)

    def obj_what_changed(self) -> set[str]:
        """Return the changed fields, counting changes inside specs and projects."""
        changes: set[str] = super().obj_what_changed()
        for name in OPTIONAL_FIELDS:
            if name in self and self[name] != getattr(self, f"_orig_{name}"):
                changes.add(name)
        return changes

    @classmethod
    def _obj_from_primitive(
        cls, context: Any, objver: str, primitive: Mapping[str, Any]
    ) -> Any:
        self = super()._obj_from_primitive(context, objver, primitive)
        # What the message says was changed stays changed; the rest is as stored.
        self._remember(n for n in OPTIONAL_FIELDS if n not in self._changed_fields)
        return self

    @classmethod
    def _read(cls, context: "RequestContext", key: str, value: Any) -> "Flavor | None":
        statement = _select_one(key, of_all=bool(context.is_admin))
        by = {key: value}
        if not context.is_admin:
            by["the_project"] = context.project_id
        with api_context_manager.reader.using(context) as conn:
            found = conn.execute(statement, by).first()
            if found is None:
                return None
            (row,) = with_specs(conn, [rows.as_row(api_models.Flavors, found)])
        return cls._from_db_object(
            context, cls(context), row, expected_attrs=["extra_specs"]
        )

    @base.remotable_classmethod
    def get_by_id(cls, context: "RequestContext", id: int) -> "Flavor":
        """Read a flavor by the number of its row.

        Raises:
            FlavorNotFound: there is none that the project may use.
        """
        flavor = cls._read(context, "id", id)
        if flavor is None:
            raise exception.FlavorNotFound(flavor_id=id)
        return flavor

    @base.remotable_classmethod
    def get_by_name(cls, context: "RequestContext", name: str) -> "Flavor":
        """Read a flavor by its name.

        Raises:
            FlavorNotFoundByName: there is none that the project may use.
        """
        flavor = cls._read(context, "name", name)
        if flavor is None:
            raise exception.FlavorNotFoundByName(flavor_name=name)
        return flavor

    @base.remotable_classmethod
    def get_by_flavor_id(
        cls, context: "RequestContext", flavor_id: str, read_deleted: str | None = None
    ) -> "Flavor":
        """Read a flavor by the id that users give.

        Raises:
            FlavorNotFound: there is none that the project may use.
        """
        del read_deleted
        flavor = cls._read(context, "flavorid", flavor_id)
        if flavor is None:
            raise exception.FlavorNotFound(flavor_id=flavor_id)
        return flavor

    @base.remotable
    def add_access(self, project_id: str) -> None:
        """Let a project use the flavor.

        Raises:
            FlavorAccessExists: it may already.
        """
        self._no_project_changes("add_access")
        self.save_projects(to_add=[project_id])
        self._load_projects()

    @base.remotable
    def remove_access(self, project_id: str) -> None:
        """Let a project no longer use the flavor.

        Raises:
            FlavorAccessNotFound: it may not now.
        """
        self._no_project_changes("remove_access")
        self.save_projects(to_delete=[project_id])
        self._load_projects()

    def _no_project_changes(self, action: str) -> None:
        if "projects" in self.obj_what_changed():
            reason = "projects modified"
            raise exception.ObjectActionError(action=action, reason=reason)

    @base.remotable
    def create(self) -> None:
        """Write the flavor for the first time.

        Raises:
            ObjectActionError: it has a row already.
            FlavorIdExists: its flavorid is taken.
            FlavorExists: its name is taken.
        """
        if self.obj_attr_is_set("id"):
            raise exception.ObjectActionError(action="create", reason="already created")
        updates = self.obj_get_changes()
        optional = {n: updates.pop(n) for n in OPTIONAL_FIELDS if n in updates}
        for name in ("deleted", "deleted_at"):
            updates.pop(name, None)
        row = {**_create_in_db(self._context, updates, optional), **optional}
        self._from_db_object(self._context, self, row, expected_attrs=list(optional))

    @base.remotable
    def save_projects(
        self,
        to_add: Iterable[str] | None = None,
        to_delete: Iterable[str] | None = None,
    ) -> None:
        """Let these projects use the flavor, and those no longer."""
        with api_context_manager.writer.using(self._context) as conn:
            for project_id in to_add or ():
                _add_project(conn, self.id, project_id)
            for project_id in to_delete or ():
                by = {"flavor_id": self.id, "project_id": project_id}
                if not rows.delete_by(conn, api_models.FlavorProjects, **by):
                    raise exception.FlavorAccessNotFound(**by)
        self.obj_reset_changes(["projects"])

    @base.remotable
    def save_extra_specs(
        self,
        to_add: Mapping[str, str] | None = None,
        to_delete: Iterable[str] | None = None,
    ) -> None:
        """Write these extra specs, and remove those."""
        with api_context_manager.writer.using(self._context) as conn:
            for key, value in (to_add or {}).items():
                by = {"flavor_id": self.id, "key": key}
                value_only = {"value": value}
                if not rows.update_by(
                    conn, api_models.FlavorExtraSpecs, value_only, **by
                ):
                    rows.insert_row(
                        conn, api_models.FlavorExtraSpecs, {**by, **value_only}
                    )
            for key in to_delete or ():
                by = {"flavor_id": self.id, "key": key}
                if not rows.delete_by(conn, api_models.FlavorExtraSpecs, **by):
                    raise exception.FlavorExtraSpecsNotFound(
                        extra_specs_key=key, flavor_id=self.id
                    )
        self.obj_reset_changes(["extra_specs"])

    def save(self) -> None:
        """Write changed extra specs and projects; the size itself never changes.

        Raises:
            ObjectActionError: another field was changed.
        """
        updates = self.obj_get_changes()
        specs, projects = (
            updates.pop("extra_specs", None),
            updates.pop("projects", None),
        )
        if updates:
            reason = "read-only fields were changed"
            raise exception.ObjectActionError(action="save", reason=reason)
        if specs is not None:
            gone = self._orig_extra_specs.keys() - specs.keys()
            self.save_extra_specs(specs, list(gone))
        if projects is not None:
            before, wanted = set(self._orig_projects), set(projects)
            self.save_projects(list(wanted - before), list(before - wanted))

    @base.remotable
    def destroy(self) -> None:
        """Remove the flavor.

        Raises:
            FlavorNotFound: there is none.
        """
        by = {"id": self.id} if "id" in self else {"flavorid": self.flavorid}
        with api_context_manager.writer.using(self._context) as conn:
            row = rows.first(conn, api_models.Flavors, **by)
            if row is None:
                raise exception.FlavorNotFound(flavor_id=next(iter(by.values())))
            for model in (api_models.FlavorExtraSpecs, api_models.FlavorProjects):
                rows.delete_by(conn, model, flavor_id=row["id"])
            rows.delete_by(conn, api_models.Flavors, id=row["id"])


def _add_project(conn: Connection, flavor_id: int, project_id: str) -> None:
    by = {"flavor_id": flavor_id, "project_id": project_id}
    if rows.first(conn, api_models.FlavorProjects, **by):
        raise exception.FlavorAccessExists(**by)
    rows.insert_row(conn, api_models.FlavorProjects, by)


def _create_in_db(
    context: "RequestContext", values: Mapping[str, Any], optional: Mapping[str, Any]
) -> Row:
    try:
        with api_context_manager.writer.using(context) as conn:
            row = rows.insert_row(conn, api_models.Flavors, values)
            for project_id in optional.get("projects", ()):
                _add_project(conn, row["id"], project_id)
            specs = optional.get("extra_specs", {}).items()
            pairs = [{"flavor_id": row["id"], "key": k, "value": v} for k, v in specs]
            rows.insert_rows(conn, api_models.FlavorExtraSpecs, pairs)
            return row
    except DBDuplicateEntry as error:
        if "flavorid" in error.columns or "flavorid" in str(error):
            taken = values.get("flavorid")
            raise exception.FlavorIdExists(flavor_id=taken) from error
        raise exception.FlavorExists(name=values.get("name")) from error
