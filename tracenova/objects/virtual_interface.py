"""The network interfaces of a server, as Nova remembers them (for their tags).

Nova: nova/objects/virtual_interface.py
"""

from typing import TYPE_CHECKING, Any

from oslo_utils import versionutils

from tracenova import exception, objects
from tracenova.db import api as db
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class VirtualInterface(base.NovaPersistentObject, base.NovaObject):
    """One interface; its uuid is the port's id. Stored as ``mac/port``.

    Nova: nova/objects/virtual_interface.py VirtualInterface
    """

    VERSION = "1.3"
    obj_db_table = "virtual_interfaces"
    fields = {
        "id": fields.IntegerField(),
        "address": fields.StringField(nullable=True),
        "network_id": fields.IntegerField(),
        "instance_uuid": fields.UUIDField(),
        "uuid": fields.UUIDField(),
        "tag": fields.StringField(nullable=True),
    }

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.1 interfaces had no tag."""
        if versionutils.convert_version_to_tuple(target_version) < (1, 1):
            primitive.pop("tag", None)

    @staticmethod
    def _from_db_object(
        context: "RequestContext", vif: "VirtualInterface", db_vif: Row
    ) -> "VirtualInterface":
        for name in vif.fields:
            if db_vif[name] or name != "network_id":
                setattr(vif, name, db_vif[name])
        if vif.address:
            vif.address = vif.address.partition("/")[0]
        vif._context = context
        vif.obj_reset_changes()
        return vif

    @base.remotable_classmethod
    def get_by_id(
        cls, context: "RequestContext", vif_id: int
    ) -> "VirtualInterface | None":
        """Read an interface by id, or None."""
        row = db.virtual_interface_get(context, vif_id)
        return cls._from_db_object(context, cls(), row) if row else None

    @base.remotable_classmethod
    def get_by_uuid(
        cls, context: "RequestContext", vif_uuid: str
    ) -> "VirtualInterface | None":
        """Read the interface of a port, or None."""
        row = db.virtual_interface_get_by_uuid(context, vif_uuid)
        return cls._from_db_object(context, cls(), row) if row else None

    @base.remotable_classmethod
    def get_by_address(
        cls, context: "RequestContext", address: str
    ) -> "VirtualInterface | None":
        """Read the interface with this address, or None."""
        row = db.virtual_interface_get_by_address(context, address)
        return cls._from_db_object(context, cls(), row) if row else None

    @base.remotable
    def create(self) -> None:
        """Write the interface.

        Raises:
            ObjectActionError: it has a row already.
            VirtualInterfaceCreateException: the address is taken.
        """
        if self.obj_attr_is_set("id"):
            raise exception.ObjectActionError(action="create", reason="already created")
        row = db.virtual_interface_create(self._context, self.obj_get_changes())
        self._from_db_object(self._context, self, row)

    @base.remotable
    def save(self) -> None:
        """Write what changed.

        Raises:
            ObjectActionError: the address, which never changes.
        """
        updates = self.obj_get_changes()
        if "address" in updates:
            reason = "address is not mutable"
            raise exception.ObjectActionError(action="save", reason=reason)
        row = db.virtual_interface_update(self._context, self.address, updates)
        if row is not None:
            self._from_db_object(self._context, self, row)

    @base.remotable_classmethod
    def delete_by_instance_uuid(
        cls, context: "RequestContext", instance_uuid: str
    ) -> None:
        """Mark all interfaces of a server deleted."""
        db.virtual_interface_delete_by_instance(context, instance_uuid)

    @base.remotable
    def destroy(self) -> None:
        """Mark the interface deleted."""
        db.virtual_interface_delete(self._context, self.id)


@base.NovaObjectRegistry.register
class VirtualInterfaceList(base.ObjectListBase, base.NovaObject):
    """The interfaces of a server.

    Nova: nova/objects/virtual_interface.py VirtualInterfaceList
    """

    VERSION = "1.0"
    obj_db_table = "virtual_interfaces"
    fields = {"objects": fields.ListOfObjectsField("VirtualInterface")}

    @base.remotable_classmethod
    def get_all(cls, context: "RequestContext") -> "VirtualInterfaceList":
        """Read all interfaces."""
        rows = db.virtual_interface_get_all(context)
        return base.obj_make_list(context, cls(context), objects.VirtualInterface, rows)

    @base.remotable_classmethod
    def get_by_instance_uuid(
        cls, context: "RequestContext", instance_uuid: str, use_slave: bool = False
    ) -> "VirtualInterfaceList":
        """Read the interfaces of a server."""
        del use_slave
        rows = db.virtual_interface_get_by_instance(context, instance_uuid)
        return base.obj_make_list(context, cls(context), objects.VirtualInterface, rows)
