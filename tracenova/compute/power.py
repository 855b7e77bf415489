"""Stop, start and reboot a server; read what it says on its console.

Nova: nova/compute/manager.py stop_instance, start_instance, reboot_instance,
get_console_output
"""

import logging
import sys
from typing import Any

import oslo_messaging as messaging

from tracenova import exception, utils
from tracenova.compute import power_state, task_states, vm_states
from tracenova.compute import utils as compute_utils
from tracenova.compute.block_devices import BlockDeviceMixin
from tracenova.compute.decorators import (
    reverts_task_state,
    wrap_exception,
    wrap_instance_event,
    wrap_instance_fault,
)
from tracenova.conf import CONF
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)

OFF = (power_state.NOSTATE, power_state.SHUTDOWN, power_state.CRASHED)


class PowerMixin(BlockDeviceMixin):
    """Switches guests off and on.

    Nova: nova/compute/manager.py ComputeManager; pause, suspend, rescue and shelve are
    left out.
    """

    # how long to wait before a guest is told again to shut down; for all of it a
    # guest has CONF.shutdown_timeout
    SHUTDOWN_RETRY_INTERVAL_S = 10

    @wrap_exception()
    @reverts_task_state
    @wrap_instance_event(prefix="compute")
    @wrap_instance_fault
    def stop_instance(
        self, context: RequestContext, instance: Any, clean_shutdown: bool = True
    ) -> None:
        """Switch the guest off: vm_state stopped.

        Nova: nova/compute/manager.py ComputeManager.stop_instance
        """

        @utils.synchronized(instance.uuid)
        def do_stop_instance() -> None:
            expected: list[str | None] = [task_states.POWERING_OFF]
            if self._get_power_state(context, instance) in OFF:
                LOG.info("[instance: %s] Already powered off", instance.uuid)
                expected.append(None)
            self._notify_about_instance_usage(context, instance, "power_off.start")
            self._power_off_instance(context, instance, clean_shutdown)
            instance.power_state = self._get_power_state(context, instance)
            instance.vm_state = vm_states.STOPPED
            instance.task_state = None
            instance.save(expected_task_state=expected)
            self._notify_about_instance_usage(context, instance, "power_off.end")

        do_stop_instance()

    def _power_off_instance(
        self, context: RequestContext, instance: Any, clean_shutdown: bool = True
    ) -> None:
        timeout_s, retry_interval_s = 0, 0
        if clean_shutdown:
            retry_interval_s = self.SHUTDOWN_RETRY_INTERVAL_S
            timeout_s = compute_utils.get_value_from_system_metadata(
                instance,
                key="image_os_shutdown_timeout",
                type=int,
                default=CONF.shutdown_timeout,
            )
        self.driver.power_off(instance, timeout_s, retry_interval_s)

    @wrap_exception()
    @reverts_task_state
    @wrap_instance_event(prefix="compute")
    @wrap_instance_fault
    def start_instance(self, context: RequestContext, instance: Any) -> None:
        """Switch the guest on: vm_state active.

        Nova: nova/compute/manager.py ComputeManager.start_instance
        """
        self._notify_about_instance_usage(context, instance, "power_on.start")
        self._notify_power_on(context, instance, "start")
        network_info = self.network_api.get_instance_nw_info(context, instance)
        block_device_info = self._get_instance_block_device_info(context, instance)
        self.driver.power_on(context, instance, network_info, block_device_info)
        instance.power_state = self._get_power_state(context, instance)
        instance.vm_state = vm_states.ACTIVE
        instance.task_state = None
        instance.save(expected_task_state=task_states.POWERING_ON)
        self._notify_about_instance_usage(context, instance, "power_on.end")
        self._notify_power_on(context, instance, "end")

    def _notify_power_on(
        self, context: RequestContext, instance: Any, phase: str
    ) -> None:
        compute_utils.notify_about_instance_action(
            context, instance, self.host, action="power_on", phase=phase
        )

    @wrap_exception()
    @reverts_task_state
    @wrap_instance_event(prefix="compute")
    @wrap_instance_fault
    def reboot_instance(
        self,
        context: RequestContext,
        instance: Any,
        block_device_info: Any,
        reboot_type: str,
    ) -> None:
        """Restart the guest, SOFT (it is asked) or HARD (it is not).

        Nova: nova/compute/manager.py ComputeManager.reboot_instance
        """
        context = context.elevated()
        asked, pending, started = _reboot_states(reboot_type)
        instance.task_state = pending
        block_device_info = self._get_instance_block_device_info(context, instance)
        network_info = self.network_api.get_instance_nw_info(context, instance)
        self._notify_about_instance_usage(context, instance, "reboot.start")
        instance.power_state = self._get_power_state(context, instance)
        instance.save(expected_task_state=(asked, pending, started))
        instance.task_state = started
        instance.save(expected_task_state=pending)
        try:
            self.driver.reboot(
                context,
                instance,
                network_info,
                reboot_type,
                block_device_info=block_device_info,
            )
        except Exception as error:
            if self._get_power_state(context, instance) != power_state.RUNNING:
                LOG.error("[instance: %s] Cannot reboot: %s", instance.uuid, error)
                self._set_instance_obj_error_state(context, instance)
                raise
            self._note_failed_reboot(context, instance, error)
        self._finish_reboot(context, instance)

    def _note_failed_reboot(
        self, context: RequestContext, instance: Any, error: Exception
    ) -> None:
        """Write the fault down; the guest runs all the same, so the server is active."""
        LOG.warning(
            "[instance: %s] Reboot failed but instance is running", instance.uuid
        )
        compute_utils.add_instance_fault_from_exc(
            context, instance, error, sys.exc_info()
        )
        self._notify_about_instance_usage(
            context, instance, "reboot.error", fault=error
        )

    def _finish_reboot(self, context: RequestContext, instance: Any) -> None:
        instance.power_state = self._get_power_state(context, instance)
        instance.vm_state = vm_states.ACTIVE
        instance.task_state = None
        try:
            instance.save()
        except exception.InstanceNotFound:
            LOG.warning("[instance: %s] Disappeared during reboot", instance.uuid)
        self._notify_about_instance_usage(context, instance, "reboot.end")

    @messaging.expected_exceptions(
        NotImplementedError, exception.ConsoleNotAvailable, exception.InstanceNotFound
    )
    @wrap_exception()
    @wrap_instance_fault
    def get_console_output(
        self, context: RequestContext, instance: Any, tail_length: int | str | None
    ) -> str:
        """Return the last lines of the guest's serial console; None: all of them.

        Nova: nova/compute/manager.py ComputeManager.get_console_output
        """
        output: str | bytes = self.driver.get_console_output(
            context.elevated(), instance
        )
        text = (
            output.decode("ascii", "replace") if isinstance(output, bytes) else output
        )
        return text if tail_length is None else _tail_log(text, tail_length)

    @messaging.expected_exceptions(NotImplementedError)
    @wrap_exception()
    def get_host_uptime(self, context: RequestContext) -> str:
        """Return what ``uptime`` says on this host.

        Nova: nova/compute/manager.py ComputeManager.get_host_uptime
        """
        return str(self.driver.get_host_uptime())


def _reboot_states(reboot_type: str) -> tuple[str, str, str]:
    """Return the task states of asked for, received and under way."""
    if reboot_type == "SOFT":
        return (
            task_states.REBOOTING,
            task_states.REBOOT_PENDING,
            task_states.REBOOT_STARTED,
        )
    return (
        task_states.REBOOTING_HARD,
        task_states.REBOOT_PENDING_HARD,
        task_states.REBOOT_STARTED_HARD,
    )


def _tail_log(log: str, length: int | str) -> str:
    """Return the last lines; a length that is no number counts as none."""
    try:
        lines = int(length)
    except ValueError:
        lines = 0
    return "\n".join(log.split("\n")[-lines:]) if lines else ""
