"""PCI devices that hosts lend to guests.

Nova: nova/objects/pci_device.py
Left out: claiming, allocating, freeing; this lab's hosts have no such devices.
"""

from typing import TYPE_CHECKING

from oslo_serialization import jsonutils

from tracenova import objects
from tracenova.db import api as db
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class PciDevice(base.NovaPersistentObject, base.NovaObject, base.NovaObjectDictCompat):
    """One device of one host.

    Nova: nova/objects/pci_device.py PciDevice
    """

    VERSION = "1.5"
    obj_db_table = "pci_devices"
    fields = {
        "id": fields.IntegerField(),
        "compute_node_id": fields.IntegerField(nullable=True),
        "address": fields.StringField(),
        "vendor_id": fields.StringField(),
        "product_id": fields.StringField(),
        "dev_type": fields.PciDeviceTypeField(),
        "status": fields.PciDeviceStatusField(),
        "dev_id": fields.StringField(nullable=True),
        "label": fields.StringField(nullable=True),
        "instance_uuid": fields.StringField(nullable=True),
        "request_id": fields.StringField(nullable=True),
        "extra_info": fields.DictOfStringsField(),
        "numa_node": fields.IntegerField(nullable=True),
        "parent_addr": fields.StringField(nullable=True),
    }

    @staticmethod
    def _from_db_object(
        context: "RequestContext", pci_device: "PciDevice", db_dev: Row
    ) -> "PciDevice":
        for name in pci_device.fields:
            if name == "extra_info":
                pci_device.extra_info = jsonutils.loads(db_dev["extra_info"] or "{}")
            else:
                setattr(pci_device, name, db_dev[name])
        pci_device._context = context
        pci_device.obj_reset_changes()
        return pci_device


@base.NovaObjectRegistry.register
class PciDeviceList(base.ObjectListBase, base.NovaObject):
    """Devices of a host or of a server.

    Nova: nova/objects/pci_device.py PciDeviceList
    """

    VERSION = "1.3"
    obj_db_table = "pci_devices"
    fields = {"objects": fields.ListOfObjectsField("PciDevice")}

    @base.remotable_classmethod
    def get_by_compute_node(
        cls, context: "RequestContext", node_id: int
    ) -> "PciDeviceList":
        """Read the devices of a host."""
        rows = db.pci_device_get_all_by_node(context, node_id)
        return base.obj_make_list(context, cls(context), objects.PciDevice, rows)

    @base.remotable_classmethod
    def get_by_instance_uuid(
        cls, context: "RequestContext", uuid: str
    ) -> "PciDeviceList":
        """Read the devices that a server holds."""
        rows = db.pci_device_get_all_by_instance_uuid(context, uuid)
        return base.obj_make_list(context, cls(context), objects.PciDevice, rows)
