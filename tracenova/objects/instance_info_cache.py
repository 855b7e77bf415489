"""What neutron last said about a server's ports, kept so as not to ask again.

Nova: nova/objects/instance_info_cache.py
"""

from typing import TYPE_CHECKING

from tracenova import exception
from tracenova.db import api as db
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class InstanceInfoCache(base.NovaPersistentObject, base.NovaObject):
    """A server's network information.

    Nova: nova/objects/instance_info_cache.py InstanceInfoCache
    """

    VERSION = "1.5"
    obj_db_table = "instance_info_caches"
    fields = {
        "instance_uuid": fields.UUIDField(),
        "network_info": fields.Field(fields.NetworkModel(), nullable=True),
    }

    @staticmethod
    def _from_db_object(
        context: "RequestContext", info_cache: "InstanceInfoCache", db_obj: Row
    ) -> "InstanceInfoCache":
        for name in info_cache.fields:
            setattr(info_cache, name, db_obj[name])
        info_cache.obj_reset_changes()
        info_cache._context = context
        return info_cache

    @classmethod
    def new(cls, context: "RequestContext", instance_uuid: str) -> "InstanceInfoCache":
        """Return an empty cache, to be written with :meth:`save`."""
        return cls(context, instance_uuid=instance_uuid, network_info=None)

    @base.remotable_classmethod
    def get_by_instance_uuid(
        cls, context: "RequestContext", instance_uuid: str
    ) -> "InstanceInfoCache":
        """Read a server's cache.

        Raises:
            InstanceInfoCacheNotFound: there is no such server.
        """
        row = db.instance_info_cache_get(context, instance_uuid)
        if not row:
            raise exception.InstanceInfoCacheNotFound(instance_uuid=instance_uuid)
        return cls._from_db_object(context, cls(context), row)

    @base.remotable
    def save(self, update_cells: bool = True) -> None:
        """Write the network information if it changed."""
        del update_cells
        if "network_info" in self.obj_what_changed():
            field = self.fields["network_info"]
            text = field.to_primitive(self, "network_info", self.network_info)
            row = db.instance_info_cache_update(
                self._context, self.instance_uuid, {"network_info": text}
            )
            self._from_db_object(self._context, self, row)
        self.obj_reset_changes()

    @base.remotable
    def delete(self) -> None:
        """Forget it."""
        db.instance_info_cache_delete(self._context, self.instance_uuid)

    @base.remotable
    def refresh(self) -> None:
        """Read it again."""
        current = type(self).get_by_instance_uuid(self._context, self.instance_uuid)
        current._context = None
        for name in self.fields:
            if self.obj_attr_is_set(name):
                setattr(self, name, getattr(current, name))
        self.obj_reset_changes()
