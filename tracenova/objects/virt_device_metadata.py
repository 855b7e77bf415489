"""What the guest is told about its tagged devices.

Nova: nova/objects/virt_device_metadata.py
Left out: the buses other than PCI.
"""

from typing import TYPE_CHECKING

from oslo_serialization import jsonutils

from tracenova.db import api as db
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class DeviceBus(base.NovaObject):
    """The bus that a device hangs on.

    Nova: nova/objects/virt_device_metadata.py DeviceBus
    """

    VERSION = "1.0"


@base.NovaObjectRegistry.register
class PCIDeviceBus(DeviceBus):
    """A PCI bus.

    Nova: nova/objects/virt_device_metadata.py PCIDeviceBus
    """

    VERSION = "1.0"
    fields = {"address": fields.PCIAddressField()}


@base.NovaObjectRegistry.register
class DeviceMetadata(base.NovaObject):
    """One tagged device.

    Nova: nova/objects/virt_device_metadata.py DeviceMetadata
    """

    VERSION = "1.0"
    fields = {
        "bus": fields.ObjectField("DeviceBus", subclasses=True),
        "tags": fields.ListOfStringsField(),
    }


@base.NovaObjectRegistry.register
class NetworkInterfaceMetadata(DeviceMetadata):
    """A tagged network interface.

    Nova: nova/objects/virt_device_metadata.py NetworkInterfaceMetadata
    """

    VERSION = "1.0"
    fields = {"mac": fields.MACAddressField()}


@base.NovaObjectRegistry.register
class DiskMetadata(DeviceMetadata):
    """A tagged disk.

    Nova: nova/objects/virt_device_metadata.py DiskMetadata
    """

    VERSION = "1.0"
    fields = {
        "serial": fields.StringField(nullable=True),
        "path": fields.StringField(nullable=True),
    }


@base.NovaObjectRegistry.register
class InstanceDeviceMetadata(base.NovaObject):
    """All tagged devices of a server.

    Nova: nova/objects/virt_device_metadata.py InstanceDeviceMetadata
    """

    VERSION = "1.0"
    obj_db_table = "instance_extra"
    fields = {
        "devices": fields.ListOfObjectsField("DeviceMetadata", subclasses=True),
    }

    @classmethod
    def obj_from_db(
        cls, context: "RequestContext", db_dev_meta: str
    ) -> "InstanceDeviceMetadata":
        """Read it from the ``instance_extra`` row."""
        primitive = jsonutils.loads(db_dev_meta)
        metadata: InstanceDeviceMetadata = cls.obj_from_primitive(primitive)
        metadata._context = context
        return metadata

    @base.remotable_classmethod
    def get_by_instance_uuid(
        cls, context: "RequestContext", instance_uuid: str
    ) -> "InstanceDeviceMetadata | None":
        """Read what a server's guest is told; None: nothing."""
        extra = db.instance_extra_get_by_instance_uuid(
            context, instance_uuid, columns=["device_metadata"]
        )
        if not extra or extra["device_metadata"] is None:
            return None
        return cls.obj_from_db(context, extra["device_metadata"])

    def _to_json(self) -> str:
        return str(jsonutils.dumps(self.obj_to_primitive()))
