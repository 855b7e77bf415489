"""Versioned objects: what the services say to each other and keep in the databases.

``objects.Instance`` imports the module of that class on first use, so that importing
this package costs nothing; :func:`register_all` loads every class, which a receiver of
messages needs (it does not know beforehand what will arrive).

Nova: nova/objects/__init__.py
Left out: the objects of nova-network, EC2, cells v1, agents and volume usage.
"""

import importlib
import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tracenova.objects.aggregate import Aggregate as Aggregate
    from tracenova.objects.aggregate import AggregateList as AggregateList
    from tracenova.objects.block_device import BlockDeviceMapping as BlockDeviceMapping
    from tracenova.objects.block_device import (
        BlockDeviceMappingList as BlockDeviceMappingList,
    )
    from tracenova.objects.build_request import BuildRequest as BuildRequest
    from tracenova.objects.build_request import BuildRequestList as BuildRequestList
    from tracenova.objects.cell_mapping import CellMapping as CellMapping
    from tracenova.objects.cell_mapping import CellMappingList as CellMappingList
    from tracenova.objects.compute_node import ComputeNode as ComputeNode
    from tracenova.objects.compute_node import ComputeNodeList as ComputeNodeList
    from tracenova.objects.external_event import (
        InstanceExternalEvent as InstanceExternalEvent,
    )
    from tracenova.objects.flavor import Flavor as Flavor
    from tracenova.objects.flavor_list import FlavorList as FlavorList
    from tracenova.objects.host_mapping import HostMapping as HostMapping
    from tracenova.objects.hv_spec import HVSpec as HVSpec
    from tracenova.objects.image_meta import ImageMeta as ImageMeta
    from tracenova.objects.image_meta import ImageMetaProps as ImageMetaProps
    from tracenova.objects.instance import Instance as Instance
    from tracenova.objects.instance_action import InstanceAction as InstanceAction
    from tracenova.objects.instance_action import (
        InstanceActionEvent as InstanceActionEvent,
    )
    from tracenova.objects.instance_action import (
        InstanceActionEventList as InstanceActionEventList,
    )
    from tracenova.objects.instance_action import (
        InstanceActionList as InstanceActionList,
    )
    from tracenova.objects.instance_fault import InstanceFault as InstanceFault
    from tracenova.objects.instance_fault import InstanceFaultList as InstanceFaultList
    from tracenova.objects.instance_group import InstanceGroup as InstanceGroup
    from tracenova.objects.instance_group import InstanceGroupList as InstanceGroupList
    from tracenova.objects.instance_info_cache import (
        InstanceInfoCache as InstanceInfoCache,
    )
    from tracenova.objects.instance_list import InstanceList as InstanceList
    from tracenova.objects.instance_mapping import InstanceMapping as InstanceMapping
    from tracenova.objects.instance_mapping import (
        InstanceMappingList as InstanceMappingList,
    )
    from tracenova.objects.instance_numa_topology import (
        InstanceNUMACell as InstanceNUMACell,
    )
    from tracenova.objects.instance_numa_topology import (
        InstanceNUMATopology as InstanceNUMATopology,
    )
    from tracenova.objects.instance_pci_requests import (
        InstancePCIRequest as InstancePCIRequest,
    )
    from tracenova.objects.instance_pci_requests import (
        InstancePCIRequests as InstancePCIRequests,
    )
    from tracenova.objects.keypair import KeyPair as KeyPair
    from tracenova.objects.keypair import KeyPairList as KeyPairList
    from tracenova.objects.migration import Migration as Migration
    from tracenova.objects.migration import MigrationList as MigrationList
    from tracenova.objects.migration_context import MigrationContext as MigrationContext
    from tracenova.objects.monitor_metric import MonitorMetric as MonitorMetric
    from tracenova.objects.monitor_metric import MonitorMetricList as MonitorMetricList
    from tracenova.objects.network_request import NetworkRequest as NetworkRequest
    from tracenova.objects.network_request import (
        NetworkRequestList as NetworkRequestList,
    )
    from tracenova.objects.numa import NUMACell as NUMACell
    from tracenova.objects.numa import NUMAPagesTopology as NUMAPagesTopology
    from tracenova.objects.numa import NUMATopology as NUMATopology
    from tracenova.objects.numa import NUMATopologyLimits as NUMATopologyLimits
    from tracenova.objects.pci_device import PciDevice as PciDevice
    from tracenova.objects.pci_device import PciDeviceList as PciDeviceList
    from tracenova.objects.pci_device_pool import PciDevicePool as PciDevicePool
    from tracenova.objects.pci_device_pool import PciDevicePoolList as PciDevicePoolList
    from tracenova.objects.quotas import Quotas as Quotas
    from tracenova.objects.quotas import QuotasNoOp as QuotasNoOp
    from tracenova.objects.request_spec import RequestSpec as RequestSpec
    from tracenova.objects.scheduler_limits import Destination as Destination
    from tracenova.objects.scheduler_limits import SchedulerLimits as SchedulerLimits
    from tracenova.objects.scheduler_limits import SchedulerRetries as SchedulerRetries
    from tracenova.objects.security_group import SecurityGroup as SecurityGroup
    from tracenova.objects.security_group import SecurityGroupList as SecurityGroupList
    from tracenova.objects.service import Service as Service
    from tracenova.objects.service import ServiceList as ServiceList
    from tracenova.objects.tag import Tag as Tag
    from tracenova.objects.tag import TagList as TagList
    from tracenova.objects.vcpu_model import VirtCPUFeature as VirtCPUFeature
    from tracenova.objects.vcpu_model import VirtCPUModel as VirtCPUModel
    from tracenova.objects.virt_cpu_topology import VirtCPUTopology as VirtCPUTopology
    from tracenova.objects.virt_device_metadata import DeviceMetadata as DeviceMetadata
    from tracenova.objects.virt_device_metadata import DiskMetadata as DiskMetadata
    from tracenova.objects.virt_device_metadata import (
        InstanceDeviceMetadata as InstanceDeviceMetadata,
    )
    from tracenova.objects.virt_device_metadata import (
        NetworkInterfaceMetadata as NetworkInterfaceMetadata,
    )
    from tracenova.objects.virt_device_metadata import PCIDeviceBus as PCIDeviceBus
    from tracenova.objects.virtual_interface import VirtualInterface as VirtualInterface
    from tracenova.objects.virtual_interface import (
        VirtualInterfaceList as VirtualInterfaceList,
    )

_CLASSES_BY_MODULE: Final[dict[str, tuple[str, ...]]] = {
    "aggregate": ("Aggregate", "AggregateList"),
    "block_device": ("BlockDeviceMapping", "BlockDeviceMappingList"),
    "build_request": ("BuildRequest", "BuildRequestList"),
    "cell_mapping": ("CellMapping", "CellMappingList"),
    "compute_node": ("ComputeNode", "ComputeNodeList"),
    "external_event": ("InstanceExternalEvent",),
    "flavor": ("Flavor",),
    "flavor_list": ("FlavorList",),
    "host_mapping": ("HostMapping",),
    "hv_spec": ("HVSpec",),
    "image_meta": ("ImageMeta", "ImageMetaProps"),
    "instance": ("Instance",),
    "instance_action": (
        "InstanceAction",
        "InstanceActionEvent",
        "InstanceActionEventList",
        "InstanceActionList",
    ),
    "instance_fault": ("InstanceFault", "InstanceFaultList"),
    "instance_group": ("InstanceGroup", "InstanceGroupList"),
    "instance_info_cache": ("InstanceInfoCache",),
    "instance_list": ("InstanceList",),
    "instance_mapping": ("InstanceMapping", "InstanceMappingList"),
    "instance_numa_topology": ("InstanceNUMACell", "InstanceNUMATopology"),
    "instance_pci_requests": ("InstancePCIRequest", "InstancePCIRequests"),
    "keypair": ("KeyPair", "KeyPairList"),
    "migration": ("Migration", "MigrationList"),
    "migration_context": ("MigrationContext",),
    "monitor_metric": ("MonitorMetric", "MonitorMetricList"),
    "network_request": ("NetworkRequest", "NetworkRequestList"),
    "numa": ("NUMACell", "NUMAPagesTopology", "NUMATopology", "NUMATopologyLimits"),
    "pci_device": ("PciDevice", "PciDeviceList"),
    "pci_device_pool": ("PciDevicePool", "PciDevicePoolList"),
    "quotas": ("Quotas", "QuotasNoOp"),
    "request_spec": ("RequestSpec",),
    "scheduler_limits": ("Destination", "SchedulerLimits", "SchedulerRetries"),
    "security_group": ("SecurityGroup", "SecurityGroupList"),
    "service": ("Service", "ServiceList"),
    "tag": ("Tag", "TagList"),
    "vcpu_model": ("VirtCPUFeature", "VirtCPUModel"),
    "virt_cpu_topology": ("VirtCPUTopology",),
    "virt_device_metadata": (
        "DeviceBus",
        "DeviceMetadata",
        "DiskMetadata",
        "InstanceDeviceMetadata",
        "NetworkInterfaceMetadata",
        "PCIDeviceBus",
    ),
    "virtual_interface": ("VirtualInterface", "VirtualInterfaceList"),
}
_MODULE_OF: Final = {
    name: module for module, names in _CLASSES_BY_MODULE.items() for name in names
}
_registering = threading.RLock()
_registered = False


def register_all() -> None:
    """Load every object class, so that any object that arrives can be read.

    Nova: nova/objects/__init__.py register_all
    """
    global _registered  # noqa: PLW0603 - classes are registered once per process
    if _registered:
        return
    with _registering:
        for module in _CLASSES_BY_MODULE:
            importlib.import_module(f"{__name__}.{module}")
        _registered = True


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"tracenova.objects has no class {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{module}"), name)
