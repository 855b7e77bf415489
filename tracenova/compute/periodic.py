"""What the compute does by the clock.

Nova: nova/compute/manager.py, its periodic tasks; usage audits, bandwidth, volume
usage, image cache, shelving, rescue, resize and queued deletes are left out.
"""

import logging
import threading
import time
from typing import Any

from oslo_service import periodic_task
from oslo_utils import timeutils

from tracenova import context as nova_context
from tracenova import exception, objects, utils
from tracenova.compute import task_states, vm_states
from tracenova.compute.power_sync import PowerSyncMixin
from tracenova.compute.shutdown import ShutdownMixin
from tracenova.conf import CONF
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)

DEFAULT_SPACING_S = 60

# task: the option that says how many seconds lie between two runs
SPACING_OPTIONS = {
    "update_available_resource": "update_resources_interval",
    "_sync_scheduler_instance_info": "scheduler_instance_sync_interval",
    "_sync_power_states": "sync_power_state_interval",
    "_heal_instance_info_cache": "heal_instance_info_cache_interval",
    "_cleanup_running_deleted_instances": "running_deleted_instance_poll_interval",
}


class PeriodicMixin(ShutdownMixin, PowerSyncMixin):
    """Audits resources, power states, info caches, stuck builds and zombies.

    Nova: nova/compute/manager.py ComputeManager
    """

    _syncs_in_progress: dict[str, bool]
    _sync_power_pool: threading.Semaphore
    _instance_uuids_to_heal: list[str]
    _periodic_tasks: list[tuple[str, Any]]
    _periodic_spacing: dict[str, float]
    _periodic_last_run: dict[str, float | None]

    def _read_spacing(self) -> None:
        """Take each task's interval from this service's own configuration.

        0 means the usual 60 seconds, a negative number never. Nova reads the options
        when the module is imported; here services with configurations of their own
        share the module.
        """
        spacing = {
            name: getattr(CONF, option) or DEFAULT_SPACING_S
            for name, option in SPACING_OPTIONS.items()
        }
        self._periodic_spacing = {**self._periodic_spacing, **spacing}
        self._periodic_tasks = [
            (name, task)
            for name, task in self._periodic_tasks
            if self._periodic_spacing[name] > 0
        ]
        now = time.monotonic()
        self._periodic_last_run = {
            name: None if task._periodic_immediate else now
            for name, task in self._periodic_tasks
        }

    def pre_start_hook(self) -> None:
        """Know the resources before the first message can ask for them.

        Nova: nova/compute/manager.py ComputeManager.pre_start_hook
        """
        self.update_available_resource(nova_context.get_admin_context())

    @periodic_task.periodic_task
    def update_available_resource(self, context: RequestContext) -> None:
        """Audit every node of the host; forget nodes that are no longer there.

        Nova: nova/compute/manager.py ComputeManager.update_available_resource
        """
        in_db = self._get_compute_nodes_in_db(context)
        nodenames = set(self.driver.get_available_nodes())
        for nodename in sorted(nodenames):
            self.update_available_resource_for_node(context, nodename)
        self._resource_tracker_dict = {
            name: rt
            for name, rt in self._resource_tracker_dict.items()
            if name in nodenames
        }
        for node in in_db:
            if node.hypervisor_hostname not in nodenames:
                LOG.info("Deleting orphan compute node %s", node.id)
                node.destroy()

    def update_available_resource_for_node(
        self, context: RequestContext, nodename: str
    ) -> None:
        """Audit one node; whatever fails is tried again next time.

        Nova: nova/compute/manager.py update_available_resource_for_node
        """
        tracker = self._get_resource_tracker(nodename)
        try:
            tracker.update_available_resource(context)
        except exception.ComputeHostNotFound:
            # its row was deleted: a new tracker will create a new one
            LOG.info("Compute node '%s' not found in the audit", nodename)
            self._resource_tracker_dict.pop(nodename, None)
        except Exception:
            LOG.exception("Error updating resources for node %s.", nodename)

    def _get_compute_nodes_in_db(self, context: RequestContext) -> Any:
        try:
            return objects.ComputeNodeList.get_all_by_host(
                context, self.host, use_slave=True
            )
        except exception.NotFound:
            LOG.error("No compute node record for host %s", self.host)
            return []

    @periodic_task.periodic_task
    def _sync_scheduler_instance_info(self, context: RequestContext) -> None:
        """Send the schedulers the uuids of this host's instances, to compare.

        Nova: nova/compute/manager.py ComputeManager._sync_scheduler_instance_info
        """
        if not self.send_instance_updates:
            return
        context = context.elevated()
        instances = objects.InstanceList.get_by_host(
            context, self.host, expected_attrs=[], use_slave=True
        )
        uuids = [instance.uuid for instance in instances]
        self.scheduler_client.sync_instance_info(context, self.host, uuids)

    @periodic_task.periodic_task
    def _check_instance_build_time(self, context: RequestContext) -> None:
        """Set builds that take too long to ERROR.

        Nova: nova/compute/manager.py ComputeManager._check_instance_build_time
        """
        timeout_s = CONF.instance_build_timeout
        if timeout_s == 0:
            return
        building = objects.InstanceList.get_by_filters(
            context,
            {"vm_state": vm_states.BUILDING, "host": self.host},
            expected_attrs=[],
            use_slave=True,
        )
        for instance in building:
            if timeutils.is_older_than(instance.created_at, timeout_s):
                late = f"The build was not over after {timeout_s} s."
                self._note_fault(context, instance, exception.NovaException(late))
                self._set_instance_obj_error_state(context, instance)
                LOG.warning(
                    "[instance: %s] Build timed out, set to ERROR", instance.uuid
                )

    @periodic_task.periodic_task
    def _heal_instance_info_cache(self, context: RequestContext) -> None:
        """Refresh the network info of one instance, the next one in turn.

        Nova: nova/compute/manager.py ComputeManager._heal_instance_info_cache
        """
        if not CONF.heal_instance_info_cache_interval:
            return
        instance = self._next_instance_to_heal(context)
        if instance is None:
            LOG.debug("No instance needs its network info cache updated")
            return
        try:
            self.network_api.get_instance_nw_info(context, instance)
        except (exception.InstanceNotFound, exception.InstanceInfoCacheNotFound):
            LOG.debug("[instance: %s] Gone, its cache is not refreshed", instance.uuid)
        except Exception:
            LOG.exception(
                "[instance: %s] Failed to refresh network cache", instance.uuid
            )

    def _next_instance_to_heal(self, context: RequestContext) -> Any:
        """Return the next instance that is neither being built nor deleted."""
        if not self._instance_uuids_to_heal:
            instances = objects.InstanceList.get_by_host(
                context, self.host, expected_attrs=[], use_slave=True
            )
            self._instance_uuids_to_heal = [
                instance.uuid
                for instance in instances
                if instance.vm_state != vm_states.BUILDING
            ]
        while self._instance_uuids_to_heal:
            uuid = self._instance_uuids_to_heal.pop(0)
            try:
                instance = objects.Instance.get_by_uuid(
                    context,
                    uuid,
                    expected_attrs=["system_metadata", "info_cache", "flavor"],
                    use_slave=True,
                )
            except exception.InstanceNotFound:
                continue
            if (
                instance.host == self.host
                and instance.task_state != task_states.DELETING
            ):
                return instance
        return None

    @periodic_task.periodic_task(run_immediately=True)
    def _sync_power_states(self, context: RequestContext) -> None:
        """Compare the power state of every instance with its guest's.

        Nova: nova/compute/manager.py ComputeManager._sync_power_states
        """
        instances = objects.InstanceList.get_by_host(
            context, self.host, expected_attrs=[], use_slave=True
        )
        on_hypervisor = self.driver.get_num_instances()
        if on_hypervisor != len(instances):
            LOG.warning(
                "While synchronizing instance power states, found %s instances in the "
                "database and %s instances on the hypervisor.",
                len(instances),
                on_hypervisor,
            )
        for instance in instances:
            if self._syncs_in_progress.setdefault(instance.uuid, False):
                LOG.debug("[instance: %s] Sync already in progress", instance.uuid)
                continue
            self._syncs_in_progress[instance.uuid] = True
            self._sync_power_pool.acquire()
            utils.spawn_n(self._sync_one_power_state, context, instance)

    def _sync_one_power_state(self, context: RequestContext, db_instance: Any) -> None:
        """Compare one instance, in a thread: its lock must not hold up the others."""

        @utils.synchronized(db_instance.uuid)
        def query_driver_power_state_and_sync() -> None:
            self._query_driver_power_state_and_sync(context, db_instance)

        try:
            query_driver_power_state_and_sync()
        except Exception:
            LOG.exception("[instance: %s] Error in sync_power_state", db_instance.uuid)
        finally:
            self._syncs_in_progress.pop(db_instance.uuid, None)
            self._sync_power_pool.release()

    @periodic_task.periodic_task
    def _cleanup_running_deleted_instances(self, context: RequestContext) -> None:
        """Deal with guests that run although their servers are deleted.

        Nova: nova/compute/manager.py _cleanup_running_deleted_instances
        """
        action = CONF.running_deleted_instance_action
        if action == "noop":
            return
        context = context.elevated(read_deleted="yes")
        for instance in self._running_deleted_instances(context):
            LOG.warning(
                "[instance: %s] is DELETED but still present on host: %s",
                instance.uuid,
                action,
            )
            try:
                self._deal_with_zombie(context, instance, action)
            except Exception as error:  # noqa: BLE001 - the next one's turn
                LOG.warning("[instance: %s] Clean-up failed: %s", instance.uuid, error)

    def _deal_with_zombie(
        self, context: RequestContext, instance: Any, action: str
    ) -> None:
        if action == "shutdown":
            self.driver.power_off(instance)
        elif action == "reap":
            bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
                context, instance.uuid, use_slave=True
            )
            self.instance_events.clear_events_for_instance(instance)
            self._shutdown_instance(context, instance, bdms, notify=False)
            self._cleanup_volumes(context, instance.uuid, bdms)

    def _running_deleted_instances(self, context: RequestContext) -> list[Any]:
        """Return the deleted instances that the hypervisor still has."""
        uuids = self.driver.list_instance_uuids()
        if not uuids:
            return []
        timeout_s = CONF.running_deleted_instance_timeout
        instances = objects.InstanceList.get_by_filters(
            context,
            {"deleted": True, "soft_deleted": False, "host": self.host, "uuid": uuids},
            use_slave=True,
        )
        return [each for each in instances if _deleted_old_enough(each, timeout_s)]


def _deleted_old_enough(instance: Any, timeout_s: int) -> bool:
    deleted_at = instance.deleted_at
    if not deleted_at:
        return True
    return bool(timeutils.is_older_than(deleted_at.replace(tzinfo=None), timeout_s))
