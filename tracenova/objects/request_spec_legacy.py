"""A request to the scheduler as the dicts of older releases, there and back.

Nova: nova/objects/request_spec.py [RequestSpec._from_*, from_primitives,
to_legacy_request_spec_dict, to_legacy_filter_properties_dict]
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Self

from tracenova import objects
from tracenova.objects import base
from tracenova.objects.scheduler_limits import SchedulerLimits, SchedulerRetries

if TYPE_CHECKING:
    from tracenova.context import RequestContext

_PLAIN_PROPERTIES: Final = ("ignore_hosts", "force_hosts", "force_nodes")
_FLAVOR_FIELDS: Final = ("root_gb", "ephemeral_gb", "memory_mb", "vcpus")


class LegacyRequestSpec(base.NovaObject):
    """Reads and writes ``request_spec`` and ``filter_properties``.

    Nova: nova/objects/request_spec.py RequestSpec
    """

    image: Any
    scheduler_hints: Any

    @classmethod
    def from_primitives(
        cls,
        context: "RequestContext",
        request_spec: Mapping[str, Any],
        filter_properties: Mapping[str, Any],
    ) -> Self:
        """Return the request that two dicts of before Mitaka describe.

        Nova: nova/objects/request_spec.py RequestSpec.from_primitives
        """
        spec = cls(context, num_instances=request_spec.get("num_instances", 1))
        spec._image_meta_from_image(request_spec.get("image"))
        spec._from_instance(request_spec.get("instance_properties"))
        spec._from_flavor(request_spec.get("instance_type"))
        spec._from_filter_properties(filter_properties)
        spec._populate_group_info(filter_properties)
        spec.obj_set_defaults()
        return spec

    def _from_filter_properties(self, filter_properties: Mapping[str, Any]) -> None:
        for name in (*_PLAIN_PROPERTIES, "requested_destination"):
            setattr(self, name, filter_properties.get(name))
        retry = filter_properties.get("retry")
        self.retry = SchedulerRetries.from_dict(self._context, retry) if retry else None
        self.limits = SchedulerLimits.from_dict(filter_properties.get("limits", {}))
        hints = filter_properties.get("scheduler_hints", {})
        self.scheduler_hints = None if hints is None else _listed(hints)

    def _image_meta_from_image(self, image: Any) -> None:
        if isinstance(image, Mapping):
            self.image = objects.ImageMeta.from_dict(image)
        else:
            self.image = image if isinstance(image, objects.ImageMeta) else None

    def _from_instance(self, instance: Any) -> None:
        if instance is None:
            return
        if isinstance(instance, objects.Instance):
            values = {name: getattr(instance, name) for name in _INSTANCE_FIELDS}
        else:
            values = {name: instance.get(name) for name in _INSTANCE_FIELDS}
        self.instance_uuid = values["uuid"]
        self.project_id = values["project_id"]
        self.availability_zone = values["availability_zone"]
        self._from_instance_pci_requests(values["pci_requests"])
        self._from_instance_numa_topology(values["numa_topology"])

    def _from_instance_pci_requests(self, pci_requests: Any) -> None:
        if isinstance(pci_requests, dict):
            kind = objects.InstancePCIRequests
            pci_requests = kind.from_request_spec_instance_props(pci_requests)
        self.pci_requests = pci_requests

    def _from_instance_numa_topology(self, numa_topology: Any) -> None:
        if isinstance(numa_topology, dict):
            cells = [_numa_cell(cell) for cell in numa_topology["cells"]]
            numa_topology = objects.InstanceNUMATopology(cells=cells)
        self.numa_topology = numa_topology

    def _from_flavor(self, flavor: Any) -> None:
        if isinstance(flavor, objects.Flavor):
            self.flavor = flavor
        elif isinstance(flavor, Mapping):
            self.flavor = objects.Flavor(**flavor)

    def _populate_group_info(self, filter_properties: Mapping[str, Any]) -> None:
        if filter_properties.get("instance_group"):
            self.instance_group = filter_properties["instance_group"]
        elif filter_properties.get("group_updated") is True:
            self.instance_group = objects.InstanceGroup(
                policies=list(filter_properties["group_policies"]),
                hosts=list(filter_properties["group_hosts"]),
                members=list(filter_properties["group_members"]),
            )
            self.instance_group.obj_reset_changes(["hosts"])
        else:
            self.instance_group = None

    # --- and back ---------------------------------------------------------------

    def _has(self, name: str) -> bool:
        return bool(self.obj_attr_is_set(name) and getattr(self, name))

    def to_legacy_request_spec_dict(self) -> dict[str, Any]:
        """Return the request as ``request_spec``, for a scheduler before 4.3.

        Nova: nova/objects/request_spec.py RequestSpec.to_legacy_request_spec_dict
        """
        count = self.num_instances if self.obj_attr_is_set("num_instances") else 1
        return {
            "num_instances": count,
            "image": base.obj_to_primitive(self.image) if self._has("image") else {},
            "instance_properties": self._to_legacy_instance(),
            "instance_type": self.flavor if self.obj_attr_is_set("flavor") else {},
        }

    def _to_legacy_instance(self) -> dict[str, Any]:
        instance = {
            name: getattr(self, name)
            for name in _INSTANCE_FIELDS
            if name != "uuid" and self.obj_attr_is_set(name)
        }
        if self.obj_attr_is_set("instance_uuid"):
            instance["uuid"] = self.instance_uuid
        if self.obj_attr_is_set("flavor"):
            instance |= {name: getattr(self.flavor, name) for name in _FLAVOR_FIELDS}
        return instance

    def to_legacy_filter_properties_dict(self) -> dict[str, Any]:
        """Return the request as ``filter_properties``; what is unset is left out.

        Nova: nova/objects/request_spec.py RequestSpec.to_legacy_filter_properties_dict
        """
        names = (*_PLAIN_PROPERTIES, "requested_destination")
        told: dict[str, Any] = {n: getattr(self, n) for n in names if self._has(n)}
        for name in ("retry", "limits"):
            if self._has(name):
                told[name] = getattr(self, name).to_dict()
        if self._has("instance_group"):
            group = self.instance_group
            told["group_updated"] = True
            told["group_hosts"] = set(group.hosts)
            told["group_policies"] = set(group.policies)
            told["group_members"] = set(group.members)
        if self._has("scheduler_hints"):
            hints = self.scheduler_hints
            told["scheduler_hints"] = {h: self.get_scheduler_hint(h) for h in hints}
        return told


_INSTANCE_FIELDS: Final = (
    *("numa_topology", "pci_requests", "uuid", "project_id", "availability_zone"),
)


def _listed(hints: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {
        hint: value if isinstance(value, list) else [value]
        for hint, value in hints.items()
    }


def _numa_cell(cell: Mapping[str, Any]) -> Any:
    """Return the memory node; JSON knows no sets.

    Nova: nova/virt/hardware.py [in instance_topology_from_instance]
    """
    return objects.InstanceNUMACell(
        id=cell["id"],
        cpuset=set(cell["cpuset"]),
        memory=cell["memory"],
        pagesize=cell.get("pagesize"),
        cpu_pinning_raw=cell.get("cpu_pinning_raw"),
        cpu_policy=cell.get("cpu_policy"),
        cpu_thread_policy=cell.get("cpu_thread_policy"),
    )
