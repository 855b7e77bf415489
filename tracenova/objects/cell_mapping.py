"""Cells: each with a database and a message bus of its own.

Nova: nova/objects/cell_mapping.py
"""

from typing import TYPE_CHECKING

from tracenova import exception
from tracenova.db.sqlalchemy import api_models, rows
from tracenova.db.sqlalchemy.enginefacade import api_context_manager
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class CellMapping(base.NovaTimestampObject, base.NovaObject):
    """One cell.

    Nova: nova/objects/cell_mapping.py CellMapping
    """

    VERSION = "1.0"
    obj_db_namespace = "api-db"
    obj_db_table = "cell_mappings"
    CELL0_UUID = "00000000-0000-0000-0000-000000000000"
    fields = {
        "id": fields.IntegerField(read_only=True),
        "uuid": fields.UUIDField(),
        "name": fields.StringField(nullable=True),
        "transport_url": fields.StringField(),
        "database_connection": fields.StringField(),
    }

    @staticmethod
    def _from_db_object(
        context: "RequestContext", cell_mapping: "CellMapping", db_cell_mapping: Row
    ) -> "CellMapping":
        for name in cell_mapping.fields:
            setattr(cell_mapping, name, db_cell_mapping[name])
        cell_mapping.obj_reset_changes()
        cell_mapping._context = context
        return cell_mapping

    @base.remotable_classmethod
    def get_by_uuid(cls, context: "RequestContext", uuid: str) -> "CellMapping":
        """Read a cell.

        Raises:
            CellMappingNotFound: there is none.
        """
        with api_context_manager.reader.using(context) as conn:
            row = rows.first(conn, api_models.CellMapping, uuid=uuid)
        if row is None:
            raise exception.CellMappingNotFound(uuid=uuid)
        return cls._from_db_object(context, cls(), row)

    @base.remotable
    def create(self) -> None:
        """Write the cell for the first time."""
        with api_context_manager.writer.using(self._context) as conn:
            changes = self.obj_get_changes()
            row = rows.insert_row(conn, api_models.CellMapping, changes)
        self._from_db_object(self._context, self, row)

    @base.remotable
    def save(self) -> None:
        """Write what changed.

        Raises:
            CellMappingNotFound: there is none.
        """
        with api_context_manager.writer.using(self._context) as conn:
            row = rows.first(conn, api_models.CellMapping, uuid=self.uuid)
            if row is None:
                raise exception.CellMappingNotFound(uuid=self.uuid)
            changes = self.obj_get_changes()
            row = rows.update_row(conn, api_models.CellMapping, row, changes)
        self._from_db_object(self._context, self, row)

    @base.remotable
    def destroy(self) -> None:
        """Remove the cell.

        Raises:
            CellMappingNotFound: there is none.
        """
        with api_context_manager.writer.using(self._context) as conn:
            if not rows.delete_by(conn, api_models.CellMapping, uuid=self.uuid):
                raise exception.CellMappingNotFound(uuid=self.uuid)


@base.NovaObjectRegistry.register
class CellMappingList(base.ObjectListBase, base.NovaObject):
    """All cells.

    Nova: nova/objects/cell_mapping.py CellMappingList
    """

    VERSION = "1.0"
    obj_db_namespace = "api-db"
    obj_db_table = "cell_mappings"
    fields = {"objects": fields.ListOfObjectsField("CellMapping")}

    @base.remotable_classmethod
    def get_all(cls, context: "RequestContext") -> "CellMappingList":
        """Read all cells."""
        with api_context_manager.reader.using(context) as conn:
            found = rows.find(conn, api_models.CellMapping)
        return base.obj_make_list(context, cls(), CellMapping, found)
