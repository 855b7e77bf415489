"""Resources that a server holds on two hosts while it moves.

Nova: nova/objects/migration_context.py
"""

from typing import TYPE_CHECKING, Any

from oslo_serialization import jsonutils
from oslo_utils import versionutils

from tracenova import exception
from tracenova.db import api as db
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class MigrationContext(base.NovaPersistentObject, base.NovaObject):
    """Memory nodes and PCI devices, before and after the move.

    Nova: nova/objects/migration_context.py MigrationContext
    """

    VERSION = "1.1"
    obj_db_table = "instance_extra"
    fields = {
        "instance_uuid": fields.UUIDField(),
        "migration_id": fields.IntegerField(),
        "new_numa_topology": fields.ObjectField("InstanceNUMATopology", nullable=True),
        "old_numa_topology": fields.ObjectField("InstanceNUMATopology", nullable=True),
        "new_pci_devices": fields.ObjectField("PciDeviceList", nullable=True),
        "old_pci_devices": fields.ObjectField("PciDeviceList", nullable=True),
        "new_pci_requests": fields.ObjectField("InstancePCIRequests", nullable=True),
        "old_pci_requests": fields.ObjectField("InstancePCIRequests", nullable=True),
    }

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.1 PCI devices were not kept."""
        if versionutils.convert_version_to_tuple(target_version) < (1, 1):
            for name in [name for name in primitive if "_pci_" in name]:
                del primitive[name]

    @classmethod
    def obj_from_db_obj(cls, db_obj: str) -> "MigrationContext":
        """Read it from the ``instance_extra`` row."""
        kept: MigrationContext = cls.obj_from_primitive(jsonutils.loads(db_obj))
        return kept

    @base.remotable_classmethod
    def get_by_instance_uuid(
        cls, context: "RequestContext", instance_uuid: str
    ) -> "MigrationContext | None":
        """Read a server's; None: it is not moving.

        Raises:
            MigrationContextNotFound: there is no such server.
        """
        extra = db.instance_extra_get_by_instance_uuid(
            context, instance_uuid, columns=["migration_context"]
        )
        if not extra:
            raise exception.MigrationContextNotFound(instance_uuid=instance_uuid)
        if extra["migration_context"] is None:
            return None
        return cls.obj_from_db_obj(extra["migration_context"])
