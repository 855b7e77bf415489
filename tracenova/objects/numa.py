"""A host's memory nodes, and how much of each is taken.

Nova: nova/objects/numa.py
Left out: nothing of the fields; fitting guests to nodes is virt/hardware.py's.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oslo_serialization import jsonutils
from oslo_utils import versionutils

from tracenova import exception
from tracenova.objects import base, fields
from tracenova.objects.cpu_spec import parse_cpu_spec

if TYPE_CHECKING:
    from tracenova.context import RequestContext


def all_things_equal(obj_a: Any, obj_b: Any) -> bool:
    """Say whether the same fields are set, to the same values.

    Nova: nova/objects/numa.py all_things_equal
    """
    for name in obj_a.fields:
        is_set = obj_a.obj_attr_is_set(name)
        if is_set != obj_b.obj_attr_is_set(name):
            return False
        if is_set and getattr(obj_a, name) != getattr(obj_b, name):
            return False
    return True


@base.NovaObjectRegistry.register
class NUMACell(base.NovaObject):
    """One memory node of the host, in MB, with its CPUs.

    Nova: nova/objects/numa.py NUMACell
    """

    VERSION = "1.2"
    fields = {
        "id": fields.IntegerField(read_only=True),
        "cpuset": fields.SetOfIntegersField(),
        "memory": fields.IntegerField(),
        "cpu_usage": fields.IntegerField(default=0),
        "memory_usage": fields.IntegerField(default=0),
        "pinned_cpus": fields.SetOfIntegersField(),
        "siblings": fields.ListOfSetsOfIntegersField(),
        "mempages": fields.ListOfObjectsField("NUMAPagesTopology"),
    }

    def __eq__(self, other: object) -> bool:
        return all_things_equal(self, other)

    __hash__ = None  # type: ignore[assignment]  # cells change

    @property
    def free_cpus(self) -> set[int]:
        """CPUs that no guest has for itself."""
        return set(self.cpuset - self.pinned_cpus)

    @property
    def free_siblings(self) -> list[set[int]]:
        """Of each group of hyperthreads, the free ones."""
        return [group & self.free_cpus for group in self.siblings]

    @property
    def avail_cpus(self) -> int:
        """How many CPUs are free."""
        return len(self.free_cpus)

    @property
    def avail_memory(self) -> int:
        """How many MB are free."""
        return int(self.memory - self.memory_usage)

    def pin_cpus(self, cpus: set[int]) -> None:
        """Give CPUs to one guest alone.

        Raises:
            CPUPinningUnknown: some are not of this cell.
            CPUPinningInvalid: some are taken.
        """
        if cpus - self.cpuset:
            raise exception.CPUPinningUnknown(
                requested=list(cpus), cpuset=list(self.pinned_cpus)
            )
        if self.pinned_cpus & cpus:
            raise exception.CPUPinningInvalid(
                requested=list(cpus), free=list(self.cpuset - self.pinned_cpus)
            )
        self.pinned_cpus |= cpus

    def unpin_cpus(self, cpus: set[int]) -> None:
        """Take CPUs back from a guest.

        Raises:
            CPUUnpinningUnknown: some are not of this cell.
            CPUUnpinningInvalid: some were not taken.
        """
        if cpus - self.cpuset:
            raise exception.CPUUnpinningUnknown(
                requested=list(cpus), cpuset=list(self.pinned_cpus)
            )
        if (self.pinned_cpus & cpus) != cpus:
            raise exception.CPUUnpinningInvalid(
                requested=list(cpus), pinned=list(self.pinned_cpus)
            )
        self.pinned_cpus -= cpus

    def pin_cpus_with_siblings(self, cpus: set[int]) -> None:
        """Give whole cores: the CPUs and the hyperthreads beside them."""
        self.pin_cpus(self._with_siblings(cpus))

    def unpin_cpus_with_siblings(self, cpus: set[int]) -> None:
        """Take whole cores back."""
        self.unpin_cpus(self._with_siblings(cpus))

    def _with_siblings(self, cpus: set[int]) -> set[int]:
        return {cpu for group in self.siblings if cpus & group for cpu in group}

    def can_fit_hugepages(self, pagesize: int, memory: int) -> bool:
        """Say whether the memory (KiB) fits in free pages of this size (KiB).

        Raises:
            MemoryPageSizeNotSupported: the cell has no such pages.
        """
        for pages in self.mempages:
            if pages.size_kb == pagesize:
                return bool(memory <= pages.free_kb and memory % pages.size_kb == 0)
        raise exception.MemoryPageSizeNotSupported(pagesize=pagesize)


@base.NovaObjectRegistry.register
class NUMAPagesTopology(base.NovaObject):
    """Memory pages of one size in a cell.

    Nova: nova/objects/numa.py NUMAPagesTopology
    """

    VERSION = "1.1"
    fields = {
        "size_kb": fields.IntegerField(),
        "total": fields.IntegerField(),
        "used": fields.IntegerField(default=0),
        "reserved": fields.IntegerField(default=0),
    }

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.1 no pages could be reserved."""
        super().obj_make_compatible(primitive, target_version)
        if versionutils.convert_version_to_tuple(target_version) < (1, 1):
            primitive.pop("reserved", None)

    def __eq__(self, other: object) -> bool:
        return all_things_equal(self, other)

    __hash__ = None  # type: ignore[assignment]  # pages change

    @property
    def free(self) -> int:
        """How many pages are free."""
        if not self.obj_attr_is_set("reserved"):
            self.reserved = 0
        return int(self.total - self.used - self.reserved)

    @property
    def free_kb(self) -> int:
        """How many KiB are free."""
        return int(self.free * self.size_kb)


@base.NovaObjectRegistry.register
class NUMATopology(base.NovaObject):
    """All memory nodes of a host.

    Nova: nova/objects/numa.py NUMATopology
    """

    VERSION = "1.2"
    fields = {"cells": fields.ListOfObjectsField("NUMACell")}

    def __len__(self) -> int:
        return len(self.cells)

    def _to_json(self) -> str:
        return str(jsonutils.dumps(self.obj_to_primitive()))

    @classmethod
    def obj_from_primitive(
        cls, primitive: Mapping[str, Any], context: "RequestContext | None" = None
    ) -> "NUMATopology":
        """Read it, also from the plain dict of before objects."""
        if "nova_object.name" in primitive:
            topology: NUMATopology = super().obj_from_primitive(
                primitive, context=context
            )
            return topology
        return cls(cells=[_legacy_cell(cell) for cell in primitive.get("cells", [])])

    @classmethod
    def obj_from_db_obj(cls, db_obj: str) -> "NUMATopology":
        """Read it from a compute node's column."""
        return cls.obj_from_primitive(jsonutils.loads(db_obj))


def _legacy_cell(cell: Mapping[str, Any]) -> NUMACell:
    memory = cell.get("mem", {})
    return NUMACell(
        id=cell.get("id"),
        cpuset=parse_cpu_spec(cell.get("cpus", "")),
        memory=memory.get("total", 0),
        cpu_usage=cell.get("cpu_usage", 0),
        memory_usage=memory.get("used", 0),
        mempages=[],
        pinned_cpus=set(),
        siblings=[],
    )


@base.NovaObjectRegistry.register
class NUMATopologyLimits(base.NovaObject):
    """How far a host's memory nodes may be oversubscribed.

    Nova: nova/objects/numa.py NUMATopologyLimits
    """

    VERSION = "1.0"
    fields = {
        "cpu_allocation_ratio": fields.FloatField(),
        "ram_allocation_ratio": fields.FloatField(),
    }

    @classmethod
    def obj_from_db_obj(cls, db_obj: Mapping[str, Any]) -> "NUMATopologyLimits":
        """Read the limits from their primitive."""
        limits: NUMATopologyLimits = cls.obj_from_primitive(db_obj)
        return limits
