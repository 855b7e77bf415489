"""Which cell a compute host is in.

Nova: nova/objects/host_mapping.py
"""

from typing import TYPE_CHECKING, Any

from tracenova import exception
from tracenova.db.sqlalchemy import api_models, rows
from tracenova.db.sqlalchemy.enginefacade import api_context_manager
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields, mapping_rows

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class HostMapping(base.NovaTimestampObject, base.NovaObject):
    """One host's cell.

    Nova: nova/objects/host_mapping.py HostMapping
    """

    VERSION = "1.0"
    obj_db_namespace = "api-db"
    obj_db_table = "host_mappings"
    fields = {
        "id": fields.IntegerField(read_only=True),
        "host": fields.StringField(),
        "cell_mapping": fields.ObjectField("CellMapping"),
    }

    @staticmethod
    def _from_db_object(
        context: "RequestContext", host_mapping: Any, db_host_mapping: Row
    ) -> "HostMapping":
        filled: HostMapping = mapping_rows.fill(context, host_mapping, db_host_mapping)
        return filled

    @base.remotable_classmethod
    def get_by_host(cls, context: "RequestContext", host: str) -> "HostMapping":
        """Read which cell a host is in.

        Raises:
            HostMappingNotFound: nobody has put it in a cell.
        """
        with api_context_manager.reader.using(context) as conn:
            found = mapping_rows.with_cell(conn, api_models.HostMapping, host=host)
        if not found:
            raise exception.HostMappingNotFound(name=host)
        return cls._from_db_object(context, cls(), found[0])

    @base.remotable
    def create(self) -> None:
        """Write the mapping for the first time."""
        values = mapping_rows.as_columns(self.obj_get_changes())
        with api_context_manager.writer.using(self._context) as conn:
            rows.insert_row(conn, api_models.HostMapping, values)
            found = mapping_rows.with_cell(conn, api_models.HostMapping, host=self.host)
        self._from_db_object(self._context, self, found[0])

    @base.remotable
    def save(self) -> None:
        """Write what changed.

        Raises:
            HostMappingNotFound: there is none.
        """
        changes = mapping_rows.as_columns(self.obj_get_changes())
        with api_context_manager.writer.using(self._context) as conn:
            if not rows.update_by(conn, api_models.HostMapping, changes, id=self.id):
                raise exception.HostMappingNotFound(name=self.host)
            found = mapping_rows.with_cell(conn, api_models.HostMapping, id=self.id)
        self._from_db_object(self._context, self, found[0])

    @base.remotable
    def destroy(self) -> None:
        """Remove the mapping.

        Raises:
            HostMappingNotFound: there is none.
        """
        with api_context_manager.writer.using(self._context) as conn:
            if not rows.delete_by(conn, api_models.HostMapping, host=self.host):
                raise exception.HostMappingNotFound(name=self.host)
