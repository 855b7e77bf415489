"""A hypervisor: what it has, what is used, how far it may be oversubscribed.

Nova: nova/objects/compute_node.py
Left out: inventories in the cell database (placement is a neighbour here), finding the
host of records older than Liberty.
"""

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from oslo_serialization import jsonutils
from oslo_utils import uuidutils, versionutils

from tracenova import exception, objects
from tracenova.conf import CONF
from tracenova.db import api as db
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields, pci_device_pool

if TYPE_CHECKING:
    from tracenova.context import RequestContext

_SPECIAL: Final = {"stats", "supported_hv_specs", "pci_device_pools"}
_DEFAULT_RATIO: Final = {
    "cpu_allocation_ratio": 16.0,
    "ram_allocation_ratio": 1.5,
    "disk_allocation_ratio": 1.0,
}
_SINCE: Final = (
    ((1, 16), "disk_allocation_ratio"),
    ((1, 15), "uuid"),
    ((1, 14), "ram_allocation_ratio"),
    ((1, 14), "cpu_allocation_ratio"),
    ((1, 7), "host"),
    ((1, 5), "numa_topology"),
    ((1, 4), "host_ip"),
    ((1, 3), "stats"),
)
_FROM_DRIVER: Final = (
    *("vcpus", "memory_mb", "local_gb", "cpu_info", "vcpus_used", "memory_mb_used"),
    *("local_gb_used", "numa_topology", "hypervisor_type", "hypervisor_version"),
    *("hypervisor_hostname", "disk_available_least", "host_ip"),
)


@functools.cache
def _columns() -> tuple[str, ...]:
    special = _SPECIAL | _DEFAULT_RATIO.keys()
    return tuple(name for name in ComputeNode.fields if name not in special)


@base.NovaObjectRegistry.register
class ComputeNode(base.NovaPersistentObject, base.NovaObject):
    """One hypervisor of one nova-compute.

    Nova: nova/objects/compute_node.py ComputeNode
    """

    VERSION = "1.16"
    obj_db_table = "compute_nodes"
    fields = {
        "id": fields.IntegerField(read_only=True),
        "uuid": fields.UUIDField(read_only=True),
        "service_id": fields.IntegerField(nullable=True),
        "host": fields.StringField(nullable=True),
        "vcpus": fields.IntegerField(),
        "memory_mb": fields.IntegerField(),
        "local_gb": fields.IntegerField(),
        "vcpus_used": fields.IntegerField(),
        "memory_mb_used": fields.IntegerField(),
        "local_gb_used": fields.IntegerField(),
        "hypervisor_type": fields.StringField(),
        "hypervisor_version": fields.IntegerField(),
        "hypervisor_hostname": fields.StringField(nullable=True),
        "free_ram_mb": fields.IntegerField(nullable=True),
        "free_disk_gb": fields.IntegerField(nullable=True),
        "current_workload": fields.IntegerField(nullable=True),
        "running_vms": fields.IntegerField(nullable=True),
        "cpu_info": fields.StringField(nullable=True),
        "disk_available_least": fields.IntegerField(nullable=True),
        "metrics": fields.StringField(nullable=True),
        "stats": fields.DictOfNullableStringsField(nullable=True),
        "host_ip": fields.IPAddressField(nullable=True),
        "numa_topology": fields.StringField(nullable=True),
        "supported_hv_specs": fields.ListOfObjectsField("HVSpec"),
        "pci_device_pools": fields.ObjectField("PciDevicePoolList", nullable=True),
        "cpu_allocation_ratio": fields.FloatField(),
        "ram_allocation_ratio": fields.FloatField(),
        "disk_allocation_ratio": fields.FloatField(),
    }

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Take out what a receiver of an older version does not know."""
        super().obj_make_compatible(primitive, target_version)
        target = versionutils.convert_version_to_tuple(target_version)
        for since, name in _SINCE:
            if target < since:
                primitive.pop(name, None)
        if target < (1, 13) and primitive.get("service_id") is None:
            primitive["service_id"] = -1

    @staticmethod
    def _from_db_object(
        context: "RequestContext", compute: "ComputeNode", db_compute: Row
    ) -> "ComputeNode":
        compute.obj_take(db_compute, _columns())
        for name, default in _DEFAULT_RATIO.items():
            ratio = db_compute[name] or getattr(CONF, name) or default
            setattr(compute, name, ratio)
        if db_compute["stats"]:
            compute.stats = jsonutils.loads(db_compute["stats"])
        if db_compute["supported_instances"]:
            listed = jsonutils.loads(db_compute["supported_instances"])
            compute.supported_hv_specs = [objects.HVSpec.from_list(x) for x in listed]
        pools = db_compute["pci_stats"]
        compute.pci_device_pools = (
            None if pools is None else pci_device_pool.from_pci_stats(pools)
        )
        compute._context = context
        compute.obj_reset_changes()
        return compute

    @base.remotable_classmethod
    def get_by_id(cls, context: "RequestContext", compute_id: int) -> "ComputeNode":
        """Read a compute node.

        Raises:
            ComputeHostNotFound: there is none.
        """
        row = db.compute_node_get(context, compute_id)
        return cls._from_db_object(context, cls(), row)

    @base.remotable_classmethod
    def get_by_host_and_nodename(
        cls, context: "RequestContext", host: str, nodename: str
    ) -> "ComputeNode":
        """Read the compute node that nova-compute on the host calls nodename.

        Raises:
            ComputeHostNotFound: there is none.
        """
        row = db.compute_node_get_by_host_and_nodename(context, host, nodename)
        return cls._from_db_object(context, cls(), row)

    @base.remotable_classmethod
    def get_first_node_by_host_for_old_compat(
        cls, context: "RequestContext", host: str, use_slave: bool = False
    ) -> "ComputeNode":
        """Read a host's first compute node.

        Raises:
            ComputeHostNotFound: it has none.
        """
        found = objects.ComputeNodeList.get_all_by_host(context, host, use_slave)
        node: ComputeNode = found[0]
        return node

    def _db_updates(self) -> dict[str, Any]:
        updates: dict[str, Any] = self.obj_get_changes()
        if updates.get("stats") is not None:
            updates["stats"] = jsonutils.dumps(updates["stats"])
        if updates.get("host_ip") is not None:
            updates["host_ip"] = str(updates["host_ip"])
        if (specs := updates.pop("supported_hv_specs", None)) is not None:
            listed = jsonutils.dumps([spec.to_list() for spec in specs])
            updates["supported_instances"] = listed
        if "pci_device_pools" in updates:
            pools = updates.pop("pci_device_pools")
            text = None if pools is None else jsonutils.dumps(pools.obj_to_primitive())
            updates["pci_stats"] = text
        return updates

    @base.remotable
    def create(self) -> None:
        """Write the compute node for the first time.

        Raises:
            ObjectActionError: it has a row already.
        """
        if self.obj_attr_is_set("id"):
            raise exception.ObjectActionError(action="create", reason="already created")
        if not self.obj_attr_is_set("uuid"):
            self.uuid = uuidutils.generate_uuid()
        row = db.compute_node_create(self._context, self._db_updates())
        self._from_db_object(self._context, self, row)

    @base.remotable
    def save(self, prune_stats: bool = False) -> None:
        """Write what changed; even nothing moves ``updated_at``."""
        del prune_stats
        updates = self._db_updates()
        updates.pop("id", None)
        row = db.compute_node_update(self._context, self.id, updates)
        self._from_db_object(self._context, self, row)

    @base.remotable
    def destroy(self) -> None:
        """Mark the compute node deleted."""
        db.compute_node_delete(self._context, self.id)

    def update_from_virt_driver(self, resources: Mapping[str, Any]) -> None:
        """Take what the driver found: totals, use, kind of hypervisor."""
        for name in _FROM_DRIVER:
            if name in resources:
                setattr(self, name, resources[name])
        if "supported_instances" in resources:
            supported = resources["supported_instances"]
            self.supported_hv_specs = [objects.HVSpec.from_list(s) for s in supported]


@base.NovaObjectRegistry.register
class ComputeNodeList(base.ObjectListBase, base.NovaObject):
    """Several compute nodes; the scheduler reads all of them for every request.

    Nova: nova/objects/compute_node.py ComputeNodeList
    """

    VERSION = "1.15"
    obj_db_table = "compute_nodes"
    fields = {"objects": fields.ListOfObjectsField("ComputeNode")}

    @base.remotable_classmethod
    def get_all(cls, context: "RequestContext") -> "ComputeNodeList":
        """Read all compute nodes."""
        rows = db.compute_node_get_all(context)
        return base.obj_make_list(context, cls(context), objects.ComputeNode, rows)

    @base.remotable_classmethod
    def get_by_hypervisor(
        cls, context: "RequestContext", hypervisor_match: str
    ) -> "ComputeNodeList":
        """Read those whose hypervisor's name contains the text."""
        rows = db.compute_node_search_by_hypervisor(context, hypervisor_match)
        return base.obj_make_list(context, cls(context), objects.ComputeNode, rows)

    @base.remotable_classmethod
    def get_all_by_host(
        cls, context: "RequestContext", host: str, use_slave: bool = False
    ) -> "ComputeNodeList":
        """Read those of a host.

        Raises:
            ComputeHostNotFound: it has none.
        """
        del use_slave
        rows = db.compute_node_get_all_by_host(context, host)
        return base.obj_make_list(context, cls(context), objects.ComputeNode, rows)
