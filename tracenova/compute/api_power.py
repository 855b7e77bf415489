"""Stop, start, reboot, pause and suspend a server; read what it says on its console.

Nova: nova/compute/api.py API [stop, force_stop, start, reboot, pause, unpause, suspend,
resume, get_console_output]
"""

from typing import Any, Final

from tracenova.compute import instance_actions, task_states, vm_states
from tracenova.compute.api_base import ApiBase
from tracenova.compute.api_decorators import (
    check_instance_host,
    check_instance_lock,
    check_instance_state,
)
from tracenova.context import RequestContext

_REBOOTABLE: Final = [
    state for state in task_states.ALLOW_REBOOT if state != task_states.PAUSING
]


class Power(ApiBase):
    """Tells a server's host to switch it.

    Nova: nova/compute/api.py API
    """

    @check_instance_lock
    @check_instance_host
    @check_instance_state(vm_state=[vm_states.ACTIVE, vm_states.ERROR])
    def stop(
        self,
        context: RequestContext,
        instance: Any,
        do_cast: bool = True,
        clean_shutdown: bool = True,
    ) -> None:
        """Switch the server off."""
        self.force_stop(context, instance, do_cast, clean_shutdown)

    def force_stop(
        self,
        context: RequestContext,
        instance: Any,
        do_cast: bool = True,
        clean_shutdown: bool = True,
    ) -> None:
        """Switch the server off, in whatever vm state it is."""
        instance.task_state = task_states.POWERING_OFF
        instance.progress = 0
        instance.save(expected_task_state=[None])
        self._record_action_start(context, instance, instance_actions.STOP)
        self.compute_rpcapi.stop_instance(
            context, instance, do_cast=do_cast, clean_shutdown=clean_shutdown
        )

    @check_instance_lock
    @check_instance_host
    @check_instance_state(vm_state=[vm_states.STOPPED])
    def start(self, context: RequestContext, instance: Any) -> None:
        """Switch the server on."""
        instance.task_state = task_states.POWERING_ON
        instance.save(expected_task_state=[None])
        self._record_action_start(context, instance, instance_actions.START)
        self.compute_rpcapi.start_instance(context, instance)

    @check_instance_lock
    def reboot(self, context: RequestContext, instance: Any, reboot_type: str) -> None:
        """Restart the server: SOFT, it is asked; HARD, it is not."""
        if reboot_type == "SOFT":
            self._soft_reboot(context, instance)
        else:
            self._hard_reboot(context, instance)

    @check_instance_state(vm_state=vm_states.ALLOW_SOFT_REBOOT)
    def _soft_reboot(self, context: RequestContext, instance: Any) -> None:
        instance.task_state = task_states.REBOOTING
        instance.save(expected_task_state=[None])
        self._send_reboot(context, instance, "SOFT")

    @check_instance_state(
        vm_state=vm_states.ALLOW_HARD_REBOOT, task_state=task_states.ALLOW_REBOOT
    )
    def _hard_reboot(self, context: RequestContext, instance: Any) -> None:
        instance.task_state = task_states.REBOOTING_HARD
        instance.save(expected_task_state=_REBOOTABLE)
        self._send_reboot(context, instance, "HARD")

    def _send_reboot(
        self, context: RequestContext, instance: Any, reboot_type: str
    ) -> None:
        self._record_action_start(context, instance, instance_actions.REBOOT)
        self.compute_rpcapi.reboot_instance(
            context, instance, block_device_info=None, reboot_type=reboot_type
        )

    @check_instance_lock
    @check_instance_state(vm_state=[vm_states.ACTIVE])
    def pause(self, context: RequestContext, instance: Any) -> None:
        """Stop the server's processors; it stays in memory."""
        instance.task_state = task_states.PAUSING
        instance.save(expected_task_state=[None])
        self._record_action_start(context, instance, instance_actions.PAUSE)
        self.compute_rpcapi.pause_instance(context, instance)

    @check_instance_lock
    @check_instance_state(vm_state=[vm_states.PAUSED])
    def unpause(self, context: RequestContext, instance: Any) -> None:
        """Let a paused server go on."""
        instance.task_state = task_states.UNPAUSING
        instance.save(expected_task_state=[None])
        self._record_action_start(context, instance, instance_actions.UNPAUSE)
        self.compute_rpcapi.unpause_instance(context, instance)

    @check_instance_lock
    @check_instance_state(vm_state=[vm_states.ACTIVE])
    def suspend(self, context: RequestContext, instance: Any) -> None:
        """Save the server's memory to disk, and stop it."""
        instance.task_state = task_states.SUSPENDING
        instance.save(expected_task_state=[None])
        self._record_action_start(context, instance, instance_actions.SUSPEND)
        self.compute_rpcapi.suspend_instance(context, instance)

    @check_instance_lock
    @check_instance_state(vm_state=[vm_states.SUSPENDED])
    def resume(self, context: RequestContext, instance: Any) -> None:
        """Start a suspended server where it was stopped."""
        instance.task_state = task_states.RESUMING
        instance.save(expected_task_state=[None])
        self._record_action_start(context, instance, instance_actions.RESUME)
        self.compute_rpcapi.resume_instance(context, instance)

    @check_instance_host
    def get_console_output(
        self,
        context: RequestContext,
        instance: Any,
        tail_length: int | str | None = None,
    ) -> str:
        """Return the end of the server's console log; waits for its host."""
        return self.compute_rpcapi.get_console_output(
            context, instance, tail_length=tail_length
        )
