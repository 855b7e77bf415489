"""Pause and suspend a server, and let it go on; what its metadata change to.

Nova: nova/compute/manager.py pause_instance, unpause_instance, suspend_instance,
resume_instance, change_instance_metadata
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from tracenova.compute import task_states, vm_states
from tracenova.compute import utils as compute_utils
from tracenova.compute.block_devices import BlockDeviceMixin
from tracenova.compute.decorators import (
    reverts_task_state,
    wrap_exception,
    wrap_instance_event,
    wrap_instance_fault,
)
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)


class PausingMixin(BlockDeviceMixin):
    """Stops guests without switching them off.

    Nova: nova/compute/manager.py ComputeManager
    """

    @wrap_exception()
    @reverts_task_state
    @wrap_instance_event(prefix="compute")
    @wrap_instance_fault
    def pause_instance(self, context: RequestContext, instance: Any) -> None:
        """Stop the guest's processors; it stays in memory.

        Nova: nova/compute/manager.py ComputeManager.pause_instance
        """
        context = context.elevated()
        LOG.info("[instance: %s] Pausing", instance.uuid)
        self._notify_about_instance_usage(context, instance, "pause.start")
        self._notify_action(context, instance, "pause", "start")
        self.driver.pause(instance)
        instance.power_state = self._get_power_state(context, instance)
        instance.vm_state = vm_states.PAUSED
        instance.task_state = None
        instance.save(expected_task_state=task_states.PAUSING)
        self._notify_about_instance_usage(context, instance, "pause.end")
        self._notify_action(context, instance, "pause", "end")

    @wrap_exception()
    @reverts_task_state
    @wrap_instance_event(prefix="compute")
    @wrap_instance_fault
    def unpause_instance(self, context: RequestContext, instance: Any) -> None:
        """Let the guest's processors go on.

        Nova: nova/compute/manager.py ComputeManager.unpause_instance
        """
        context = context.elevated()
        LOG.info("[instance: %s] Unpausing", instance.uuid)
        self._notify_about_instance_usage(context, instance, "unpause.start")
        self.driver.unpause(instance)
        instance.power_state = self._get_power_state(context, instance)
        instance.vm_state = vm_states.ACTIVE
        instance.task_state = None
        instance.save(expected_task_state=task_states.UNPAUSING)
        self._notify_about_instance_usage(context, instance, "unpause.end")

    @wrap_exception()
    @reverts_task_state
    @wrap_instance_event(prefix="compute")
    @wrap_instance_fault
    def suspend_instance(self, context: RequestContext, instance: Any) -> None:
        """Save the guest's memory to disk, and stop it.

        Nova: nova/compute/manager.py ComputeManager.suspend_instance
        """
        context = context.elevated()
        instance.system_metadata["old_vm_state"] = instance.vm_state
        self._notify_about_instance_usage(context, instance, "suspend.start")
        self._notify_action(context, instance, "suspend", "start")
        with self._error_out_instance_on_exception(
            context, instance, instance_state=instance.vm_state
        ):
            self.driver.suspend(context, instance)
        instance.power_state = self._get_power_state(context, instance)
        instance.vm_state = vm_states.SUSPENDED
        instance.task_state = None
        instance.save(expected_task_state=task_states.SUSPENDING)
        self._notify_about_instance_usage(context, instance, "suspend.end")
        self._notify_action(context, instance, "suspend", "end")

    @wrap_exception()
    @reverts_task_state
    @wrap_instance_event(prefix="compute")
    @wrap_instance_fault
    def resume_instance(self, context: RequestContext, instance: Any) -> None:
        """Start the guest with the memory that it was suspended with.

        Nova: nova/compute/manager.py ComputeManager.resume_instance
        """
        context = context.elevated()
        LOG.info("[instance: %s] Resuming", instance.uuid)
        self._notify_about_instance_usage(context, instance, "resume.start")
        network_info = self.network_api.get_instance_nw_info(context, instance)
        block_device_info = self._get_instance_block_device_info(context, instance)
        with self._error_out_instance_on_exception(
            context, instance, instance_state=instance.vm_state
        ):
            self.driver.resume(context, instance, network_info, block_device_info)
        instance.power_state = self._get_power_state(context, instance)
        instance.vm_state = instance.system_metadata.pop(
            "old_vm_state", vm_states.ACTIVE
        )
        instance.task_state = None
        instance.save(expected_task_state=task_states.RESUMING)
        self._notify_about_instance_usage(context, instance, "resume.end")

    @wrap_exception()
    @wrap_instance_fault
    def change_instance_metadata(
        self, context: RequestContext, diff: Mapping[str, Sequence[str]], instance: Any
    ) -> None:
        """Tell the hypervisor what of the user's metadata has changed.

        Nova: nova/compute/manager.py ComputeManager.change_instance_metadata
        """
        LOG.debug("[instance: %s] Changing metadata: %s", instance.uuid, diff)
        self.driver.change_instance_metadata(context, instance, diff)

    def _notify_action(
        self, context: RequestContext, instance: Any, action: str, phase: str
    ) -> None:
        compute_utils.notify_about_instance_action(
            context, instance, self.host, action=action, phase=phase
        )
