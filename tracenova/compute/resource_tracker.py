"""What this host has, and who uses it: the host's half of scheduling.

Usage is kept in one ComputeNode object, written to the database (through the
conductor) and to placement whenever it has changed. Every change happens under the
lock ``compute_resources``.

Nova: nova/compute/resource_tracker.py; migrations, PCI devices and monitors are left
out. The periodic audit is in ``resource_audit.py``.
"""

import copy
import logging
from collections.abc import Mapping
from typing import Any

from oslo_utils import importutils

from tracenova import objects, utils
from tracenova.compute import claims, vm_states
from tracenova.compute.resource_audit import ResourceAudit
from tracenova.compute.resource_lock import COMPUTE_RESOURCE_SEMAPHORE
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.objects import base as obj_base
from tracenova.scheduler import client as scheduler_client

LOG = logging.getLogger(__name__)

Usage = Mapping[str, Any]


class ResourceTracker(ResourceAudit):
    """Keeps account of one node's memory, disk and CPUs.

    Attributes:
        compute_node: the row of this node; None until the first audit, and then the
            tracker is disabled.
        tracked_instances: the instances that are counted, by uuid.

    Nova: nova/compute/resource_tracker.py ResourceTracker
    """

    def __init__(self, host: str, driver: Any, nodename: str) -> None:
        self.host = host
        self.driver = driver
        self.nodename = nodename
        self.compute_node: Any = None
        self.old_resources: Any = objects.ComputeNode()
        self.stats = importutils.import_object(CONF.compute_stats_class)
        self.tracked_instances: dict[str, Any] = {}
        self.scheduler_client = scheduler_client.SchedulerClient()
        self.ram_allocation_ratio: float = CONF.ram_allocation_ratio
        self.cpu_allocation_ratio: float = CONF.cpu_allocation_ratio
        self.disk_allocation_ratio: float = CONF.disk_allocation_ratio

    @property
    def disabled(self) -> bool:
        """Whether nothing is tracked, because the node has no row yet."""
        return self.compute_node is None

    @utils.synchronized(COMPUTE_RESOURCE_SEMAPHORE)
    def instance_claim(
        self,
        context: RequestContext,
        instance: Any,
        limits: claims.Limits | None = None,
    ) -> claims.NopClaim:
        """Take resources for a build, and note that the instance is now of this host.

        Returns:
            A context manager: left by exception, everything is given back.

        Raises:
            ComputeResourcesUnavailable: something does not suffice.

        Nova: nova/compute/resource_tracker.py ResourceTracker.instance_claim
        """
        if self.disabled:
            self._set_instance_host_and_node(instance)
            return claims.NopClaim()
        self._warn_if_owned(instance)
        overhead = self.driver.estimate_instance_overhead(instance)
        pci_requests = objects.InstancePCIRequests.get_by_instance_uuid(
            context, instance.uuid
        )
        claim = claims.Claim(
            context,
            instance,
            self,
            self.compute_node,
            pci_requests,
            overhead=overhead,
            limits=limits,
        )
        # the save below writes the topology too, while the lock is still held
        instance.numa_topology = claim.claimed_numa_topology
        self._set_instance_host_and_node(instance)
        self._update_usage_from_instance(context, instance)
        self._update(context.elevated())
        return claim

    @utils.synchronized(COMPUTE_RESOURCE_SEMAPHORE)
    def abort_instance_claim(self, context: RequestContext, instance: Any) -> None:
        """Give back what a failed build had claimed.

        Nova: nova/compute/resource_tracker.py ResourceTracker.abort_instance_claim
        """
        self._update_usage_from_instance(context, instance, is_removed=True)
        instance.clear_numa_topology()
        self._unset_instance_host_and_node(instance)
        self._update(context.elevated())

    @utils.synchronized(COMPUTE_RESOURCE_SEMAPHORE)
    def update_usage(self, context: RequestContext, instance: Any) -> None:
        """Count a tracked instance in its new state.

        Nova: nova/compute/resource_tracker.py ResourceTracker.update_usage
        """
        if self.disabled or instance.uuid not in self.tracked_instances:
            return
        self._update_usage_from_instance(context, instance)
        self._update(context.elevated())

    def _warn_if_owned(self, instance: Any) -> None:
        for field in ("host", "node"):
            if getattr(instance, field):
                LOG.warning(
                    "[instance: %s] %s is set before resources have been claimed",
                    instance.uuid,
                    field,
                )

    def _set_instance_host_and_node(self, instance: Any) -> None:
        instance.host = self.host
        instance.launched_on = self.host
        instance.node = self.nodename
        instance.save()

    def _unset_instance_host_and_node(self, instance: Any) -> None:
        instance.host = None
        instance.node = None
        instance.save()

    def _update_usage_from_instance(
        self, context: RequestContext, instance: Any, is_removed: bool = False
    ) -> None:
        """Add a new instance, take away a removed one, count the state of any.

        Nova: nova/compute/resource_tracker.py _update_usage_from_instance
        """
        uuid = instance.uuid
        is_new = uuid not in self.tracked_instances
        is_gone = is_removed or instance.vm_state in vm_states.ALLOW_RESOURCE_REMOVAL
        is_removed_now = not is_new and is_gone
        if is_new:
            self.tracked_instances[uuid] = obj_base.obj_to_primitive(instance)
        if is_removed_now:
            self.tracked_instances.pop(uuid)
        self.stats.update_stats_for_instance(instance, is_removed_now)
        self.compute_node.stats = dict(self.stats)
        if is_new or is_removed_now:
            sign = -1 if is_removed_now else 1
            self.scheduler_client.reportclient.update_instance_allocation(
                self.compute_node, instance, sign
            )
            self._update_usage(_usage_of(instance), sign)
        self.compute_node.current_workload = self.stats.calculate_workload()

    def _update_usage(self, usage: Usage, sign: int = 1) -> None:
        """Add usage to the node's row, or take it away.

        Free memory and disk may turn negative: overcommitting is a policy.

        Nova: nova/compute/resource_tracker.py ResourceTracker._update_usage
        """
        node = self.compute_node
        overhead = self.driver.estimate_instance_overhead(usage)
        memory_mb = usage["memory_mb"] + overhead["memory_mb"]
        disk_gb = usage.get("root_gb", 0) + usage.get("ephemeral_gb", 0)
        disk_gb += overhead.get("disk_gb", 0)
        node.memory_mb_used += sign * memory_mb
        node.local_gb_used += sign * disk_gb
        node.vcpus_used += sign * usage.get("vcpus", 0)
        node.free_ram_mb = node.memory_mb - node.memory_mb_used
        node.free_disk_gb = node.local_gb - node.local_gb_used
        node.running_vms = self.stats.num_instances

    def _update(self, context: RequestContext) -> None:
        """Write the node to database and placement, if anything changed.

        Nova: nova/compute/resource_tracker.py ResourceTracker._update
        """
        if self._resource_change():
            self.scheduler_client.update_resource_stats(self.compute_node)

    def _resource_change(self) -> bool:
        """Say whether the node is another one than at the last look.

        Nova compares ``updated_at`` too, which every save moves: there a second look
        writes once more, unless it is within the same second.
        """
        ignored = ("updated_at",)
        if obj_base.obj_equal_prims(self.compute_node, self.old_resources, ignored):
            return False
        self.old_resources = copy.deepcopy(self.compute_node)
        return True


def _usage_of(instance: Any) -> Usage:
    """Return what the instance uses.

    Nova: nova/compute/resource_tracker.py ResourceTracker._get_usage_dict
    """
    flavor = instance.flavor
    return {
        "memory_mb": flavor.memory_mb,
        "vcpus": flavor.vcpus,
        "root_gb": flavor.root_gb,
        "ephemeral_gb": flavor.ephemeral_gb,
        "numa_topology": instance.numa_topology,
    }
