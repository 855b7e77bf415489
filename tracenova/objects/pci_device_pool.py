"""How many PCI devices of each kind a host has free.

Nova: nova/objects/pci_device_pool.py
"""

from collections.abc import Mapping
from typing import Any

from oslo_serialization import jsonutils
from oslo_utils import versionutils

from tracenova.objects import base, fields


@base.NovaObjectRegistry.register
class PciDevicePool(base.NovaObject):
    """Devices alike: same product, same memory node, same tags.

    Nova: nova/objects/pci_device_pool.py PciDevicePool
    """

    VERSION = "1.1"
    fields = {
        "product_id": fields.StringField(),
        "vendor_id": fields.StringField(),
        "numa_node": fields.IntegerField(nullable=True),
        "tags": fields.DictOfNullableStringsField(),
        "count": fields.IntegerField(),
    }

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.1 the memory node was not told."""
        if versionutils.convert_version_to_tuple(target_version) < (1, 1):
            primitive.pop("numa_node", None)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> "PciDevicePool":
        """Read a pool; every key that is no field is a tag."""
        known = ("vendor_id", "product_id", "count")
        return cls(
            **{name: value[name] for name in known},
            numa_node=value.get("numa_node"),
            tags={k: v for k, v in value.items() if k not in (*known, "numa_node")},
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the pool as a plain dict, tags beside fields."""
        pool: dict[str, Any] = base.obj_to_primitive(self)
        return pool | pool.pop("tags", {})


@base.NovaObjectRegistry.register
class PciDevicePoolList(base.ObjectListBase, base.NovaObject):
    """All pools of a host.

    Nova: nova/objects/pci_device_pool.py PciDevicePoolList
    """

    VERSION = "1.1"
    fields = {"objects": fields.ListOfObjectsField("PciDevicePool")}


def from_pci_stats(pci_stats: str | Any) -> PciDevicePoolList:
    """Read the pools from a compute node's ``pci_stats`` column.

    Nova: nova/objects/pci_device_pool.py from_pci_stats
    """
    found = jsonutils.loads(pci_stats) if isinstance(pci_stats, str) else pci_stats
    if isinstance(found, dict) and "nova_object.namespace" in found:
        pools: PciDevicePoolList = PciDevicePoolList.obj_from_primitive(found)
        return pools
    listed = found if isinstance(found, list) else [found] if found else []
    return PciDevicePoolList(objects=[PciDevicePool.from_dict(each) for each in listed])
