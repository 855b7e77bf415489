"""One host as the scheduler sees it: what it has, and what was promised already.

Nova: nova/scheduler/host_manager.py [HostState]
"""

import datetime
import functools
import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from oslo_utils import timeutils

from tracenova import objects, utils
from tracenova.pci import stats
from tracenova.virt import hardware

LOG = logging.getLogger(__name__)
_Consume = Callable[["HostState", Any], None]


def set_update_time_on_success(function: _Consume) -> _Consume:
    """Make a host state younger than its database row once it has been consumed from.

    A failure is only a warning: the claim on the compute will tell.

    Nova: nova/scheduler/host_manager.py set_update_time_on_success
    """

    @functools.wraps(function)
    def consume(self: "HostState", spec_obj: Any) -> None:
        try:
            function(self, spec_obj)
        except Exception as error:  # noqa: BLE001 - Nova ignores whatever happens here
            LOG.warning(
                "Selected host: %(host)s failed to consume from instance. "
                "Error: %(error)s",
                {"host": self.host, "error": error},
            )
        else:
            self.updated = timeutils.utcnow(with_timezone=True)

    return consume


class HostState:
    """What filters and weighers may look at, and what a choice takes away.

    It outlives the request: the next one finds the same object, brought up to date
    from the database unless a choice made it younger. ``limits`` is written by the
    filters, never emptied, and travels to the compute, which claims against it.

    Nova: nova/scheduler/host_manager.py HostState
    """

    def __init__(self, host: str, node: str) -> None:
        self.host = host
        self.nodename = node
        self.label = f"{host}/{node}"  # ours: how a trace names it
        self._lock_name = self.label

        self.total_usable_ram_mb = 0
        self.total_usable_disk_gb = 0
        self.disk_mb_used = 0
        self.free_ram_mb = 0
        self.free_disk_mb = 0
        self.vcpus_total = 0
        self.vcpus_used = 0
        self.pci_stats: Any = None
        self.numa_topology: Any = None

        self.num_instances = 0
        self.num_io_ops = 0

        self.host_ip: Any = None
        self.hypervisor_type: str | None = None
        self.hypervisor_version: int | None = None
        self.hypervisor_hostname: str | None = None
        self.cpu_info: str | None = None
        self.supported_instances: list[list[str]] | None = None

        self.limits: dict[str, Any] = {}
        self.metrics: Any = None
        self.aggregates: list[Any] = []
        self.instances: dict[str, Any] = {}

        self.ram_allocation_ratio: Any = None  # float
        self.cpu_allocation_ratio: Any = None  # float
        self.disk_allocation_ratio: Any = None  # float

        self.updated: datetime.datetime | None = None
        self.service: Mapping[str, Any]
        self.stats: dict[str, Any]

    def __copy__(self) -> "HostState":
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin.limits = dict(self.limits)
        return twin

    def update(
        self,
        compute: Any = None,
        service: Mapping[str, Any] | None = None,
        aggregates: list[Any] | None = None,
        inst_dict: dict[str, Any] | None = None,
    ) -> None:
        """Take over what the database and the other services say about the host.

        Args:
            compute: its ComputeNode.
            service: its nova-compute service, as a mapping.
            aggregates: those it belongs to.
            inst_dict: its instances by uuid.
        """

        @utils.synchronized(self._lock_name)
        def _locked_update() -> None:
            if compute is not None:
                self._update_from_compute_node(compute)
            if aggregates is not None:
                self.aggregates = aggregates
            if service is not None:
                self.service = MappingProxyType(dict(service))
            if inst_dict is not None:
                self.instances = inst_dict

        _locked_update()

    def _update_from_compute_node(self, compute: Any) -> None:
        if "free_disk_gb" not in compute or compute.free_disk_gb is None:
            LOG.debug(
                "Ignoring compute node %s as its usage has not been updated yet.",
                compute.uuid,
            )
            return
        if self.updated and compute.updated_at and self.updated > compute.updated_at:
            return  # what was promised here has not reached the database yet
        self._take_resources(compute)
        self._take_description(compute)
        self.updated = compute.updated_at

    def _take_resources(self, compute: Any) -> None:
        self.free_disk_mb = _free_disk_gb(compute) * 1024
        self.disk_mb_used = compute.local_gb_used * 1024
        self.free_ram_mb = compute.free_ram_mb  # can be negative
        self.total_usable_ram_mb = compute.memory_mb
        self.total_usable_disk_gb = compute.local_gb
        self.vcpus_total = compute.vcpus
        self.vcpus_used = compute.vcpus_used
        self.pci_stats = stats.PciDeviceStats(compute.pci_device_pools)
        self.numa_topology = compute.numa_topology
        self.cpu_allocation_ratio = compute.cpu_allocation_ratio
        self.ram_allocation_ratio = compute.ram_allocation_ratio
        self.disk_allocation_ratio = compute.disk_allocation_ratio

    def _take_description(self, compute: Any) -> None:
        self.host_ip = compute.host_ip
        self.hypervisor_type = compute.hypervisor_type
        self.hypervisor_version = compute.hypervisor_version
        self.hypervisor_hostname = compute.hypervisor_hostname
        self.cpu_info = compute.cpu_info
        self.supported_instances = [
            spec.to_list() for spec in compute.supported_hv_specs or []
        ]
        self.stats = compute.stats or {}
        self.num_instances = int(self.stats.get("num_instances", 0))
        self.num_io_ops = int(self.stats.get("io_workload", 0))
        self.metrics = objects.MonitorMetricList.from_json(compute.metrics)

    def consume_from_request(self, spec_obj: Any) -> None:
        """Take away what the request needs, so that the next one sees less.

        Only this scheduler's memory changes: the compute's claim makes it real. Swap
        is not counted, as in Nova.

        Nova: nova/scheduler/host_manager.py HostState.consume_from_request
        """

        @utils.synchronized(self._lock_name)
        @set_update_time_on_success
        def _locked(self: "HostState", spec_obj: Any) -> None:
            self._locked_consume_from_request(spec_obj)

        _locked(self, spec_obj)

    def _locked_consume_from_request(self, spec_obj: Any) -> None:
        self.free_ram_mb -= spec_obj.memory_mb
        self.free_disk_mb -= (spec_obj.root_gb + spec_obj.ephemeral_gb) * 1024
        self.vcpus_used += spec_obj.vcpus
        self.num_instances += 1
        self._consume_devices_and_nodes(spec_obj)
        self.num_io_ops += 1  # building is an I/O operation

    def _consume_devices_and_nodes(self, spec_obj: Any) -> None:
        """Take PCI devices and memory nodes; note in the request which nodes.

        As in Nova the request loses its wish for nodes where the host has none.
        """
        pci_requests = spec_obj.pci_requests.requests if spec_obj.pci_requests else None
        if not self.pci_stats:
            pci_requests = None
        if not (pci_requests or spec_obj.numa_topology):
            return
        host_topology, _ = hardware.host_topology_and_format_from_host(self)
        spec_obj.numa_topology = hardware.numa_fit_instance_to_host(
            host_topology,
            spec_obj.numa_topology,
            limits=self.limits.get("numa_topology"),
            pci_requests=pci_requests,
            pci_stats=self.pci_stats,
        )
        if pci_requests:
            fitted = spec_obj.numa_topology
            self.pci_stats.apply_requests(
                pci_requests, fitted.cells if fitted else None
            )
        self.numa_topology = hardware.get_host_numa_usage_from_instance(
            self, objects.Instance(numa_topology=spec_obj.numa_topology)
        )

    def __repr__(self) -> str:
        return (
            f"({self.host}, {self.nodename}) ram: {self.free_ram_mb}MB "
            f"disk: {self.free_disk_mb}MB io_ops: {self.num_io_ops} "
            f"instances: {self.num_instances}"
        )


def _free_disk_gb(compute: Any) -> int:
    free_gb = int(compute.free_disk_gb)
    least_gb = compute.disk_available_least
    if least_gb is None:
        return free_gb
    if least_gb > free_gb:
        LOG.warning(
            "Host %(hostname)s has more disk space than database expected "
            "(%(physical)s GB > %(database)s GB)",
            {
                "physical": least_gb,
                "database": free_gb,
                "hostname": compute.hypervisor_hostname,
            },
        )
    return min(int(least_gb), free_gb)
