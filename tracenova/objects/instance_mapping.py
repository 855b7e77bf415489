"""Which cell a server is in.

Nova: nova/objects/instance_mapping.py
"""

from typing import TYPE_CHECKING, Any

from tracenova import exception, objects
from tracenova.db.sqlalchemy import api_models, rows
from tracenova.db.sqlalchemy.enginefacade import api_context_manager
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields, mapping_rows

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class InstanceMapping(base.NovaTimestampObject, base.NovaObject):
    """One server's cell; None: no host was chosen yet.

    Nova: nova/objects/instance_mapping.py InstanceMapping
    """

    VERSION = "1.0"
    cell_mapping: Any
    obj_db_namespace = "api-db"
    obj_db_table = "instance_mappings"
    fields = {
        "id": fields.IntegerField(read_only=True),
        "instance_uuid": fields.UUIDField(),
        "cell_mapping": fields.ObjectField("CellMapping", nullable=True),
        "project_id": fields.StringField(),
    }

    @staticmethod
    def _from_db_object(
        context: "RequestContext", instance_mapping: Any, db_instance_mapping: Row
    ) -> "InstanceMapping":
        filled: InstanceMapping = mapping_rows.fill(
            context, instance_mapping, db_instance_mapping
        )
        return filled

    @base.remotable_classmethod
    def get_by_instance_uuid(
        cls, context: "RequestContext", instance_uuid: str
    ) -> "InstanceMapping":
        """Read which cell a server is in.

        Raises:
            InstanceMappingNotFound: there is no such server.
        """
        with api_context_manager.reader.using(context) as conn:
            found = mapping_rows.with_cell(
                conn, api_models.InstanceMapping, instance_uuid=instance_uuid
            )
        if not found:
            raise exception.InstanceMappingNotFound(uuid=instance_uuid)
        return cls._from_db_object(context, cls(), found[0])

    @base.remotable
    def create(self) -> None:
        """Write the mapping for the first time."""
        changes = self.obj_get_changes()
        values = mapping_rows.as_columns(changes)
        with api_context_manager.writer.using(self._context) as conn:
            row = rows.insert_row(conn, api_models.InstanceMapping, values)
        self._written(row)

    def _written(self, row: Row) -> None:
        cell = self.cell_mapping if self.obj_attr_is_set("cell_mapping") else None
        self._from_db_object(self._context, self, row)
        self.cell_mapping = cell
        self.obj_reset_changes()

    @base.remotable
    def save(self) -> None:
        """Write what changed.

        Raises:
            InstanceMappingNotFound: there is no such server.
        """
        changes = mapping_rows.as_columns(self.obj_get_changes())
        by = {"instance_uuid": self.instance_uuid}
        with api_context_manager.writer.using(self._context) as conn:
            row = rows.first(conn, api_models.InstanceMapping, **by)
            if row is None:
                raise exception.InstanceMappingNotFound(uuid=self.instance_uuid)
            row = rows.update_row(conn, api_models.InstanceMapping, row, changes)
        self._written(row)

    @base.remotable
    def destroy(self) -> None:
        """Remove the mapping.

        Raises:
            InstanceMappingNotFound: there is no such server.
        """
        by = {"instance_uuid": self.instance_uuid}
        with api_context_manager.writer.using(self._context) as conn:
            if not rows.delete_by(conn, api_models.InstanceMapping, **by):
                raise exception.InstanceMappingNotFound(uuid=self.instance_uuid)


@base.NovaObjectRegistry.register
class InstanceMappingList(base.ObjectListBase, base.NovaObject):
    """The cells of a project's servers.

    Nova: nova/objects/instance_mapping.py InstanceMappingList
    """

    VERSION = "1.0"
    obj_db_namespace = "api-db"
    obj_db_table = "instance_mappings"
    fields = {"objects": fields.ListOfObjectsField("InstanceMapping")}

    @base.remotable_classmethod
    def get_by_project_id(
        cls, context: "RequestContext", project_id: str
    ) -> "InstanceMappingList":
        """Read the mappings of a project's servers."""
        with api_context_manager.reader.using(context) as conn:
            found = mapping_rows.with_cell(
                conn, api_models.InstanceMapping, project_id=project_id
            )
        return base.obj_make_list(context, cls(), objects.InstanceMapping, found)
