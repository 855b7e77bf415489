"""After a restart of nova-compute: what becomes of each instance of this host.

Nova: nova/compute/manager.py init_host, _init_instance
"""

import logging
from typing import Any

from tracenova import context as nova_context
from tracenova import exception, objects
from tracenova.compute import power_state, task_states, vm_states
from tracenova.compute import utils as compute_utils
from tracenova.compute.pausing import PausingMixin
from tracenova.compute.power import PowerMixin
from tracenova.compute.power_sync import PowerSyncMixin
from tracenova.compute.terminate import TerminateMixin
from tracenova.conf import CONF
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)

BUILD_TASKS = (
    task_states.SCHEDULING,
    task_states.BLOCK_DEVICE_MAPPING,
    task_states.NETWORKING,
    task_states.SPAWNING,
)
REBUILD_TASKS = (
    task_states.REBUILDING,
    task_states.REBUILD_BLOCK_DEVICE_MAPPING,
    task_states.REBUILD_SPAWNING,
)
SNAPSHOT_TASKS = (
    task_states.IMAGE_SNAPSHOT_PENDING,
    task_states.IMAGE_SNAPSHOT,
    task_states.IMAGE_PENDING_UPLOAD,
    task_states.IMAGE_UPLOADING,
)
REBOOT_TASKS = (
    task_states.REBOOT_PENDING,
    task_states.REBOOT_PENDING_HARD,
    task_states.REBOOT_STARTED,
    task_states.REBOOT_STARTED_HARD,
)
SHORT_TASKS = (*REBOOT_TASKS, task_states.PAUSING, task_states.UNPAUSING)
PENDING_REBOOTS = (task_states.REBOOT_PENDING, task_states.REBOOT_PENDING_HARD)
# asked for by the API; the message may have died with the previous run
ASKED_REBOOTS = (task_states.REBOOTING, task_states.REBOOTING_HARD)


class InitInstanceMixin(TerminateMixin, PowerMixin, PausingMixin, PowerSyncMixin):
    """Picks up what the previous run of the service left behind.

    Nova: nova/compute/manager.py ComputeManager; evacuation, resize and live migration
    are left out. A suspension that was cut short stays so, as in Nova.
    """

    def init_host(self) -> None:
        """Connect to the hypervisor and put every instance in order.

        Nova: nova/compute/manager.py ComputeManager.init_host
        """
        self.driver.init_host(host=self.host)
        context = nova_context.get_admin_context()
        instances = objects.InstanceList.get_by_host(
            context, self.host, expected_attrs=["info_cache", "metadata"]
        )
        self.init_virt_events()
        try:
            for instance in instances:
                self._init_instance(context, instance)
        finally:
            self._update_scheduler_instance_info(context, instances)

    def cleanup_host(self) -> None:
        """Let every waiter go and leave the hypervisor.

        Nova: nova/compute/manager.py ComputeManager.cleanup_host
        """
        self.driver.register_event_listener(None)
        self.instance_events.cancel_all_events()
        self.driver.cleanup_host(host=self.host)

    def _init_instance(self, context: RequestContext, instance: Any) -> None:
        """Decide by vm_state and task_state what a restart means for the instance.

        A guest that was being built or made anew is lost, a half-made image forgotten.

        Nova: nova/compute/manager.py ComputeManager._init_instance
        """
        if instance.host != self.host:
            LOG.warning(
                "[instance: %s] is of host %s now", instance.uuid, instance.host
            )
        elif instance.vm_state == vm_states.SOFT_DELETED or (
            instance.vm_state == vm_states.ERROR
            and instance.task_state != task_states.DELETING
        ):
            LOG.debug("[instance: %s] is in state %s", instance.uuid, instance.vm_state)
        elif instance.vm_state == vm_states.DELETED:
            self._attempt(self._complete_partial_deletion, context, instance)
        elif (
            instance.vm_state == vm_states.BUILDING
            or instance.task_state in BUILD_TASKS
            or instance.task_state in REBUILD_TASKS
        ):
            LOG.debug("[instance: %s] Failed to spawn, setting to ERROR", instance.uuid)
            self._note_fault(context, instance, _cut_short(instance))
            instance.task_state = None
            instance.vm_state = vm_states.ERROR
            instance.save()
        elif instance.task_state in SNAPSHOT_TASKS:
            LOG.debug("[instance: %s] Clearing a snapshot's state", instance.uuid)
            instance.task_state = None
            instance.save()
            self._init_idle_instance(context, instance)
        elif instance.task_state == task_states.DELETING:
            self._attempt_or_error(self._resume_deletion, context, instance)
        elif not self._resume_task(context, instance):
            self._init_idle_instance(context, instance)

    def _attempt(self, step: Any, context: RequestContext, *args: Any) -> bool:
        """Run the step; its failure must not keep the service from starting."""
        try:
            step(context, *args)
        except Exception:
            LOG.exception("%s failed at start-up", step.__name__)
            return False
        return True

    def _attempt_or_error(
        self, step: Any, context: RequestContext, instance: Any, *args: Any
    ) -> None:
        """Run the step; if it fails the instance goes to ERROR, with a fault."""
        try:
            step(context, instance, *args)
        except Exception as error:
            LOG.exception("[instance: %s] %s failed", instance.uuid, step.__name__)
            self._note_fault(context, instance, error)
            self._set_instance_obj_error_state(context, instance)

    def _resume_deletion(self, context: RequestContext, instance: Any) -> None:
        LOG.info(
            "[instance: %s] Restarting the deletion of the previous run", instance.uuid
        )
        instance.obj_load_attr("metadata")
        instance.obj_load_attr("system_metadata")
        bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
            context, instance.uuid
        )
        quotas = self._create_reservations(context, instance)
        self._delete_instance(context, instance, bdms, quotas)

    def _resume_task(self, context: RequestContext, instance: Any) -> bool:
        """Do again what the crash cut short: a reboot, stop, start; say whether."""
        task = instance.task_state
        current = self._get_power_state(context, instance)
        if self._retry_reboot(instance, current):
            reboot_type = compute_utils.get_reboot_type(task, current)
            if reboot_type == "HARD" and task != task_states.REBOOT_PENDING_HARD:
                instance.task_state = task_states.REBOOT_PENDING_HARD
                instance.save()
            self._attempt(self.reboot_instance, context, instance, None, reboot_type)
        elif task == task_states.POWERING_OFF:
            self._attempt(self.stop_instance, context, instance, True)
        elif task == task_states.POWERING_ON:
            self._attempt(self.start_instance, context, instance)
        elif task == task_states.UNPAUSING and current == power_state.PAUSED:
            self._attempt(self.unpause_instance, context, instance)
        else:
            if task in SHORT_TASKS and current == power_state.RUNNING:
                instance.task_state = None
                instance.vm_state = vm_states.ACTIVE
                instance.save()
            return False
        return True

    def _retry_reboot(self, instance: Any, current_power_state: int) -> bool:
        """Say whether the reboot had not begun, or had not brought the guest back.

        Nova: nova/compute/manager.py ComputeManager._retry_reboot, which leaves one that
        was only asked for: if the message is lost, the server stays in REBOOT
        """
        task = instance.task_state
        if task in (*ASKED_REBOOTS, *PENDING_REBOOTS):
            return True
        return task in REBOOT_TASKS and current_power_state != power_state.RUNNING

    def _init_idle_instance(self, context: RequestContext, instance: Any) -> None:
        """Plug the interfaces again; start the guest if it ran and should."""
        network_info = compute_utils.get_nw_info_for_instance(instance)
        try:
            self.driver.plug_vifs(instance, network_info)
        except NotImplementedError as error:
            LOG.debug("[instance: %s] %s", instance.uuid, error)
        except exception.VirtualInterfacePlugException as error:
            LOG.exception("[instance: %s] Vifs plug failed", instance.uuid)
            self._note_fault(context, instance, error)
            self._set_instance_obj_error_state(context, instance)
            return
        drv_state = self._get_power_state(context, instance)
        ran = instance.power_state == power_state.RUNNING
        if (
            ran
            and drv_state != power_state.RUNNING
            and CONF.resume_guests_state_on_host_boot
        ):
            LOG.info("[instance: %s] Starting again after a restart", instance.uuid)
            self._attempt_or_error(self._resume_guest, context, instance, network_info)

    def _resume_guest(
        self, context: RequestContext, instance: Any, network_info: Any
    ) -> None:
        """Switch a guest on that ran before the host was rebooted."""
        block_device_info = self._get_instance_block_device_info(context, instance)
        self.driver.power_on(context, instance, network_info, block_device_info)


def _cut_short(instance: Any) -> exception.NovaException:
    """Return why a build that a restart found half done will never end."""
    doing = f" ({instance.task_state})" if instance.task_state else ""
    return exception.NovaException(
        f"nova-compute on {instance.host} stopped in the middle of the build{doing}."
    )
