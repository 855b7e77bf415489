"""Moves of servers between hosts.

Nova: nova/objects/migration.py
Left out: unconfirmed resizes; this lab builds servers and does not move them.
"""

from typing import TYPE_CHECKING, Any

from tracenova import exception, objects
from tracenova.db import api as db
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class Migration(base.NovaPersistentObject, base.NovaObject, base.NovaObjectDictCompat):
    """One move of one server.

    Nova: nova/objects/migration.py Migration
    """

    VERSION = "1.4"
    obj_db_table = "migrations"
    fields = {
        "id": fields.IntegerField(),
        "source_compute": fields.StringField(nullable=True),
        "dest_compute": fields.StringField(nullable=True),
        "source_node": fields.StringField(nullable=True),
        "dest_node": fields.StringField(nullable=True),
        "dest_host": fields.StringField(nullable=True),
        "old_instance_type_id": fields.IntegerField(nullable=True),
        "new_instance_type_id": fields.IntegerField(nullable=True),
        "instance_uuid": fields.StringField(nullable=True),
        "status": fields.StringField(nullable=True),
        "migration_type": fields.EnumField(
            ["migration", "resize", "live-migration", "evacuation"], nullable=False
        ),
        "hidden": fields.BooleanField(nullable=False, default=False),
        "memory_total": fields.IntegerField(nullable=True),
        "memory_processed": fields.IntegerField(nullable=True),
        "memory_remaining": fields.IntegerField(nullable=True),
        "disk_total": fields.IntegerField(nullable=True),
        "disk_processed": fields.IntegerField(nullable=True),
        "disk_remaining": fields.IntegerField(nullable=True),
    }

    @staticmethod
    def _from_db_object(
        context: "RequestContext", migration: "Migration", db_migration: Row
    ) -> "Migration":
        for name in migration.fields:
            migration[name] = db_migration[name]
        migration._context = context
        migration.obj_reset_changes()
        return migration

    @base.remotable
    def create(self) -> None:
        """Write the move for the first time.

        Raises:
            ObjectActionError: it has a row already, or no type.
        """
        if self.obj_attr_is_set("id"):
            raise exception.ObjectActionError(action="create", reason="already created")
        updates = self.obj_get_changes()
        if "migration_type" not in updates:
            reason = "cannot create a Migration object without a migration_type set"
            raise exception.ObjectActionError(action="create", reason=reason)
        db_migration = db.migration_create(self._context, updates)
        self._from_db_object(self._context, self, db_migration)

    @base.remotable
    def save(self) -> None:
        """Write what changed."""
        updates = self.obj_get_changes()
        updates.pop("id", None)
        db_migration = db.migration_update(self._context, self.id, updates)
        self._from_db_object(self._context, self, db_migration)


@base.NovaObjectRegistry.register
class MigrationList(base.ObjectListBase, base.NovaObject):
    """Several moves.

    Nova: nova/objects/migration.py MigrationList
    """

    VERSION = "1.3"
    obj_db_table = "migrations"
    fields = {"objects": fields.ListOfObjectsField("Migration")}

    @base.remotable_classmethod
    def get_in_progress_by_host_and_node(
        cls, context: "RequestContext", host: str, node: str
    ) -> "MigrationList":
        """Read the moves that have begun and not ended, to or from a host."""
        rows = db.migration_get_in_progress_by_host_and_node(context, host, node)
        return base.obj_make_list(context, cls(context), objects.Migration, rows)

    @base.remotable_classmethod
    def get_in_progress_by_instance(
        cls,
        context: "RequestContext",
        instance_uuid: str,
        migration_type: str | None = None,
    ) -> "MigrationList":
        """Read the moves of a server that have begun and not ended."""
        rows = db.migration_get_in_progress_by_instance(
            context, instance_uuid, migration_type
        )
        return base.obj_make_list(context, cls(context), objects.Migration, rows)

    @base.remotable_classmethod
    def get_by_filters(
        cls, context: "RequestContext", filters: dict[str, Any]
    ) -> "MigrationList":
        """Read the moves whose columns have these values."""
        rows = db.migration_get_all_by_filters(context, filters)
        return base.obj_make_list(context, cls(context), objects.Migration, rows)
