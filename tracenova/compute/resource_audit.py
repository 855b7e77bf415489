"""The periodic audit: count everything on the host anew.

The hypervisor says what there is; the database says which instances are here; what
runs here without a row is an orphan, and its memory counts too.

Nova: nova/compute/resource_tracker.py update_available_resource and its helpers;
migrations, PCI devices, monitors and NUMA usage are left out.
"""

import logging
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from tracenova import exception, objects, utils
from tracenova.compute import vm_states
from tracenova.compute.resource_lock import COMPUTE_RESOURCE_SEMAPHORE
from tracenova.conf import CONF
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)

REQUIRED_RESOURCES = (
    "vcpus",
    "memory_mb",
    "local_gb",
    "cpu_info",
    "vcpus_used",
    "memory_mb_used",
    "local_gb_used",
    "numa_topology",
)

Resources = dict[str, Any]


class ResourceAudit:
    """The auditing half of the resource tracker.

    Nova: nova/compute/resource_tracker.py ResourceTracker
    """

    host: str
    nodename: str
    driver: Any
    compute_node: Any
    old_resources: Any
    stats: Any
    tracked_instances: dict[str, Any]
    scheduler_client: Any
    ram_allocation_ratio: float
    cpu_allocation_ratio: float
    disk_allocation_ratio: float

    def update_available_resource(self, context: RequestContext) -> None:
        """Ask the hypervisor what it has and count all usage again.

        Raises:
            InvalidInput: the driver's answer lacks a resource.

        Nova: nova/compute/resource_tracker.py update_available_resource
        """
        LOG.info(
            "Auditing locally available compute resources for node %s", self.nodename
        )
        resources = self.driver.get_available_resource(self.nodename)
        resources["host_ip"] = CONF.my_ip
        resources["cpu_info"] = resources.get("cpu_info") or ""
        _verify_resources(resources)
        self._update_available_resource(context, resources)

    @utils.synchronized(COMPUTE_RESOURCE_SEMAPHORE)
    def _update_available_resource(
        self, context: RequestContext, resources: Resources
    ) -> None:
        self._init_compute_node(context, resources)
        instances = objects.InstanceList.get_by_host_and_node(
            context,
            self.host,
            self.nodename,
            expected_attrs=["system_metadata", "numa_topology", "flavor"],
        )
        self._update_usage_from_instances(context, instances)
        self._update_usage_from_orphans(self._find_orphaned_instances())
        self._report_final_resource_view()
        self._update(context)

    def _init_compute_node(self, context: RequestContext, resources: Resources) -> None:
        """Find the node's row, or create it on the host's first start.

        Nova: nova/compute/resource_tracker.py _init_compute_node
        """
        if self.compute_node is None:
            self.compute_node = self._get_compute_node(context)
        if self.compute_node is not None:
            self._copy_resources(resources)
        else:
            self.compute_node = objects.ComputeNode(context)
            self.compute_node.host = self.host
            self._copy_resources(resources)
            self.compute_node.create()
            LOG.info("Compute node record created for %s:%s", self.host, self.nodename)
        self.scheduler_client.update_resource_stats(self.compute_node)
        # What is saved now is the hypervisor's own count: the sums must follow, even if
        # they are the last audit's. (In Nova the row's updated_at makes the difference.)
        self.old_resources = objects.ComputeNode()

    def _get_compute_node(self, context: RequestContext) -> Any:
        try:
            return objects.ComputeNode.get_by_host_and_nodename(
                context, self.host, self.nodename
            )
        except exception.NotFound:
            LOG.warning("No compute node record for %s:%s", self.host, self.nodename)
            return None

    def _copy_resources(self, resources: Resources) -> None:
        self.stats.clear()
        self.stats.digest_stats(resources.get("stats"))
        node = self.compute_node
        node.stats = dict(self.stats)
        node.ram_allocation_ratio = self.ram_allocation_ratio
        node.cpu_allocation_ratio = self.cpu_allocation_ratio
        node.disk_allocation_ratio = self.disk_allocation_ratio
        node.update_from_virt_driver(resources)

    def _update_usage_from_instances(
        self, context: RequestContext, instances: Iterable[Any]
    ) -> None:
        """Start from the host's reserve, then add each instance that is here.

        Nova: nova/compute/resource_tracker.py _update_usage_from_instances
        """
        self.tracked_instances.clear()
        node = self.compute_node
        node.local_gb_used = CONF.reserved_host_disk_mb // 1024
        node.memory_mb_used = CONF.reserved_host_memory_mb
        node.vcpus_used = 0
        node.free_ram_mb = node.memory_mb - node.memory_mb_used
        node.free_disk_gb = node.local_gb - node.local_gb_used
        node.current_workload = 0
        node.running_vms = 0
        for instance in instances:
            if instance.vm_state not in vm_states.ALLOW_RESOURCE_REMOVAL:
                self._update_usage_from_instance(context, instance)
        self.scheduler_client.reportclient.remove_deleted_instances(
            node, self.tracked_instances.values()
        )

    def _find_orphaned_instances(self) -> list[Mapping[str, Any]]:
        usage = self.driver.get_per_instance_usage()
        return [usage[uuid] for uuid in usage if uuid not in self.tracked_instances]

    def _update_usage_from_orphans(self, orphans: Iterable[Mapping[str, Any]]) -> None:
        for orphan in orphans:
            LOG.warning(
                "Detected running orphan instance: %s (consuming %s MB memory)",
                orphan["uuid"],
                orphan["memory_mb"],
            )
            self._update_usage({"memory_mb": orphan["memory_mb"]})

    def _report_final_resource_view(self) -> None:
        node = self.compute_node
        LOG.info(
            "Final resource view: name=%s phys_ram=%sMB used_ram=%sMB phys_disk=%sGB "
            "used_disk=%sGB total_vcpus=%s used_vcpus=%s",
            self.nodename,
            node.memory_mb,
            node.memory_mb_used,
            node.local_gb,
            node.local_gb_used,
            node.vcpus,
            node.vcpus_used,
        )

    @abstractmethod
    def _update_usage_from_instance(
        self, context: RequestContext, instance: Any, is_removed: bool = False
    ) -> None: ...

    @abstractmethod
    def _update_usage(self, usage: Mapping[str, Any], sign: int = 1) -> None: ...

    @abstractmethod
    def _update(self, context: RequestContext) -> None: ...


def _verify_resources(resources: Resources) -> None:
    missing = [name for name in REQUIRED_RESOURCES if name not in resources]
    if missing:
        raise exception.InvalidInput(reason=f"Missing keys: {missing}")
