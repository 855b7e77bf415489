"""The memory nodes that a guest is to see.

Nova: nova/objects/instance_numa_topology.py
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oslo_serialization import jsonutils
from oslo_utils import versionutils

from tracenova import exception
from tracenova.db import api as db
from tracenova.objects import base, fields
from tracenova.objects.cpu_spec import parse_cpu_spec
from tracenova.objects.fields import DictProxyField

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class InstanceNUMACell(base.NovaObject, base.NovaObjectDictCompat):
    """One memory node of the guest, in MB, and where its CPUs are pinned.

    Nova: nova/objects/instance_numa_topology.py InstanceNUMACell
    """

    VERSION = "1.3"
    fields = {
        "id": fields.IntegerField(),
        "cpuset": fields.SetOfIntegersField(),
        "memory": fields.IntegerField(),
        "pagesize": fields.IntegerField(nullable=True),
        "cpu_topology": fields.ObjectField("VirtCPUTopology", nullable=True),
        "cpu_pinning_raw": fields.DictOfIntegersField(nullable=True),
        "cpu_policy": fields.CPUAllocationPolicyField(nullable=True),
        "cpu_thread_policy": fields.CPUThreadAllocationPolicyField(nullable=True),
    }
    cpu_pinning = DictProxyField("cpu_pinning_raw")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        unset = [
            name
            for name in ("pagesize", "cpu_topology", "cpu_policy", "cpu_thread_policy")
            if name not in kwargs
        ]
        for name in unset:
            setattr(self, name, None)
        if "cpu_pinning" not in kwargs and "cpu_pinning_raw" not in kwargs:
            self.cpu_pinning = None
            unset.append("cpu_pinning_raw")
        if unset:
            self.obj_reset_changes(unset)

    def __len__(self) -> int:
        return len(self.cpuset)

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.3 there were no CPU policies."""
        super().obj_make_compatible(primitive, target_version)
        if versionutils.convert_version_to_tuple(target_version) < (1, 3):
            primitive.pop("cpu_policy", None)
            primitive.pop("cpu_thread_policy", None)

    @property
    def siblings(self) -> list[set[int]]:
        """The guest's CPUs in groups of hyperthreads."""
        threads = self.cpu_topology.threads if self.cpu_topology else 0
        if threads < 2:
            return []
        cpus = iter(sorted(self.cpuset))
        return [set(group) for group in zip(*[cpus] * threads, strict=False)]

    @property
    def cpu_pinning_requested(self) -> bool:
        """Whether each guest CPU wants a host CPU of its own."""
        return bool(self.cpu_policy == fields.CPUAllocationPolicy.DEDICATED)

    def pin(self, vcpu: int, pcpu: int) -> None:
        """Note that the guest's CPU runs on this CPU of the host."""
        if vcpu in self.cpuset:
            self.cpu_pinning = {**(self.cpu_pinning or {}), vcpu: pcpu}

    def pin_vcpus(self, *cpu_pairs: tuple[int, int]) -> None:
        """Note several (guest CPU, host CPU) pairs."""
        for vcpu, pcpu in cpu_pairs:
            self.pin(vcpu, pcpu)

    def clear_host_pinning(self) -> "InstanceNUMACell":
        """Forget which host CPUs were given (the claim is aborted)."""
        self.id = -1
        self.cpu_pinning = {}
        return self


@base.NovaObjectRegistry.register
class InstanceNUMATopology(base.NovaObject, base.NovaObjectDictCompat):
    """All memory nodes of a guest.

    Nova: nova/objects/instance_numa_topology.py InstanceNUMATopology
    """

    VERSION = "1.2"
    obj_db_table = "instance_extra"
    fields = {
        "id": fields.IntegerField(),
        "instance_uuid": fields.UUIDField(),
        "cells": fields.ListOfObjectsField("InstanceNUMACell"),
    }

    def __len__(self) -> int:
        return len(self.cells)

    @classmethod
    def obj_from_primitive(
        cls, primitive: Mapping[str, Any], context: "RequestContext | None" = None
    ) -> "InstanceNUMATopology":
        """Read it, also from the plain dict of before objects."""
        if "nova_object.name" in primitive:
            topology: InstanceNUMATopology = super().obj_from_primitive(primitive)
            return topology
        cells = [
            InstanceNUMACell(
                id=cell.get("id"),
                cpuset=parse_cpu_spec(cell.get("cpus", "")),
                memory=cell.get("mem", {}).get("total", 0),
                pagesize=cell.get("pagesize"),
            )
            for cell in primitive.get("cells", [])
        ]
        return cls(cells=cells, id=0)

    @classmethod
    def obj_from_db_obj(cls, instance_uuid: str, db_obj: str) -> "InstanceNUMATopology":
        """Read it from the ``instance_extra`` row."""
        topology = cls.obj_from_primitive(jsonutils.loads(db_obj))
        if "nova_object.name" not in db_obj:
            topology.instance_uuid = instance_uuid
            topology.obj_reset_changes()
        return topology

    @base.remotable
    def create(self) -> None:
        """Write it beside the server."""
        values = {"numa_topology": self._to_json()}
        db.instance_extra_update_by_uuid(self._context, self.instance_uuid, values)
        self.obj_reset_changes()

    @base.remotable_classmethod
    def get_by_instance_uuid(
        cls, context: "RequestContext", instance_uuid: str
    ) -> "InstanceNUMATopology | None":
        """Read a server's memory nodes; None: it has no wish.

        Raises:
            NumaTopologyNotFound: there is no such server.
        """
        extra = db.instance_extra_get_by_instance_uuid(
            context, instance_uuid, columns=["numa_topology"]
        )
        if not extra:
            raise exception.NumaTopologyNotFound(instance_uuid=instance_uuid)
        if extra["numa_topology"] is None:
            return None
        return cls.obj_from_db_obj(instance_uuid, extra["numa_topology"])

    def _to_json(self) -> str:
        return str(jsonutils.dumps(self.obj_to_primitive()))

    @property
    def cpu_pinning_requested(self) -> bool:
        """Whether every cell wants CPUs of its own."""
        return all(cell.cpu_pinning_requested for cell in self.cells)

    def clear_host_pinning(self) -> "InstanceNUMATopology":
        """Forget which host CPUs were given (the claim is aborted)."""
        for cell in self.cells:
            cell.clear_host_pinning()
        return self
