"""What a compute tells placement: who it is, what it has, what its servers take.

Placement is optional in Newton: the scheduler never asks it, and a compute that cannot
reach it warns and goes on.

Nova: nova/scheduler/client/report.py. Split: login in placement_session.py, warnings
in placement_connection.py, provider and inventories in placement_inventory.py, the
documents in placement_documents.py.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tracenova.objects.compute_node import ComputeNode
from tracenova.objects.instance import Instance
from tracenova.scheduler.client import placement_documents as documents
from tracenova.scheduler.client.placement_connection import safe_connect
from tracenova.scheduler.client.placement_inventory import InventoryReports

LOG = logging.getLogger(__name__)
ALLOCATIONS: Final = "/allocations/{instance_uuid}"
PROVIDER_ALLOCATIONS: Final = "/resource_providers/{cn_uuid}/allocations"


class SchedulerReportClient(InventoryReports):
    """Reports of one compute service to placement.

    Nova: nova/scheduler/client/report.py SchedulerReportClient
    """

    def update_resource_stats(self, compute_node: ComputeNode) -> None:
        """Save the compute node's row, and tell placement if its inventory changed."""
        compute_node.save()
        self._ensure_resource_provider(
            compute_node.uuid, compute_node.hypervisor_hostname
        )
        inv_data = documents.compute_node_to_inventory_dict(compute_node)
        if inv_data:
            self._update_inventory(compute_node.uuid, inv_data)
        else:
            self._delete_inventory(compute_node.uuid)

    def update_instance_allocation(
        self, compute_node: ComputeNode, instance: Instance, sign: int
    ) -> None:
        """Claim what the server takes (sign > 0), or give it back."""
        if sign > 0:
            self._allocate_for_instance(compute_node.uuid, instance)
        else:
            self._delete_allocation_for_instance(instance.uuid)

    @safe_connect
    def _allocate_for_instance(self, rp_uuid: str, instance: Instance) -> None:
        wanted = documents.instance_to_allocations_dict(instance)
        if self._get_allocations_for_instance(rp_uuid, instance) == wanted:
            LOG.debug(
                "Instance %s allocations are unchanged: %s", instance.uuid, wanted
            )
            return
        allocation = {"resource_provider": {"uuid": rp_uuid}, "resources": wanted}
        response = self._send(
            "PUT",
            ALLOCATIONS,
            {"allocations": [allocation]},
            instance_uuid=instance.uuid,
        )
        if response.is_success:
            LOG.info("Submitted allocation for instance %s", instance.uuid)
        else:
            LOG.warning(
                "Unable to submit allocation for instance %s (%d %s)",
                instance.uuid,
                response.status_code,
                response.text,
            )

    def _get_allocations_for_instance(
        self, rp_uuid: str, instance: Instance
    ) -> dict[str, int]:
        response = self._send("GET", ALLOCATIONS, instance_uuid=instance.uuid)
        if not response.is_success:
            return {}
        held = response.json()["allocations"].get(rp_uuid, {})
        resources: dict[str, int] = held.get("resources", {})
        return resources

    @safe_connect
    def _delete_allocation_for_instance(self, uuid: str) -> None:
        response = self._send("DELETE", ALLOCATIONS, instance_uuid=uuid)
        if response.is_success:
            LOG.info("Deleted allocation for instance %s", uuid)
        else:
            LOG.warning(
                "Unable to delete allocation for instance %s: (%d %s)",
                uuid,
                response.status_code,
                response.text,
            )

    @safe_connect
    def _get_allocations(self, rp_uuid: str) -> dict[str, Any]:
        response = self._send("GET", PROVIDER_ALLOCATIONS, cn_uuid=rp_uuid)
        if not response.is_success:
            return {}
        allocations: dict[str, Any] = response.json()["allocations"]
        return allocations

    def remove_deleted_instances(
        self, compute_node: ComputeNode, instance_uuids: Iterable[Mapping[str, Any]]
    ) -> None:
        """Give back what servers hold that the compute does not know any more.

        Args:
            compute_node: the provider.
            instance_uuids: the instances that it does know, as mappings with ``uuid``.
        """
        known = {instance["uuid"] for instance in instance_uuids}
        allocations = self._get_allocations(compute_node.uuid) or {}
        for uuid in set(allocations) - known:
            LOG.warning("Deleting stale allocation for instance %s", uuid)
            self._delete_allocation_for_instance(uuid)
