"""When hypervisor and database disagree about whether a guest runs.

The power state is always taken from the hypervisor; what follows from it for the
server's vm_state is decided here, by calling the same API as a user would.

Nova: nova/compute/manager.py handle_events, _sync_instance_power_state
"""

import logging
from collections.abc import Callable
from typing import Any

from tracenova import context as nova_context
from tracenova import exception, objects
from tracenova.compute import power_state, vm_states
from tracenova.compute.manager_base import ComputeManagerBase
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.virt import event as virtevent

LOG = logging.getLogger(__name__)

POWER_STATE_AFTER = {
    virtevent.EVENT_LIFECYCLE_STOPPED: power_state.SHUTDOWN,
    virtevent.EVENT_LIFECYCLE_STARTED: power_state.RUNNING,
    virtevent.EVENT_LIFECYCLE_PAUSED: power_state.PAUSED,
    virtevent.EVENT_LIFECYCLE_RESUMED: power_state.RUNNING,
    virtevent.EVENT_LIFECYCLE_SUSPENDED: power_state.SUSPENDED,
}


class PowerSyncMixin(ComputeManagerBase):
    """Aligns the servers' states with their guests'.

    Nova: nova/compute/manager.py ComputeManager
    """

    def init_virt_events(self) -> None:
        """Listen to the hypervisor, unless the configuration forbids it.

        Nova: nova/compute/manager.py ComputeManager.init_virt_events
        """
        if CONF.workarounds.handle_virt_lifecycle_events:
            self.driver.register_event_listener(self.handle_events)
        else:
            LOG.info("Instance lifecycle events from the compute driver are disabled")

    def handle_events(self, event: virtevent.Event) -> None:
        """Take an event from the driver's thread.

        Nova: nova/compute/manager.py ComputeManager.handle_events
        """
        if not isinstance(event, virtevent.LifecycleEvent):
            LOG.debug("Ignoring event %s", event)
            return
        try:
            self.handle_lifecycle_event(event)
        except exception.InstanceNotFound:
            LOG.debug("Event %s is about an instance that is gone", event)

    def handle_lifecycle_event(self, event: virtevent.LifecycleEvent) -> None:
        """Align the server's state, if the guest is still as the event says.

        Nova: nova/compute/manager.py ComputeManager.handle_lifecycle_event
        """
        uuid = event.get_instance_uuid()
        LOG.info("[instance: %s] VM %s (Lifecycle Event)", uuid, event.get_name())
        context = nova_context.get_admin_context(read_deleted="yes")
        instance = objects.Instance.get_by_uuid(context, uuid, expected_attrs=[])
        vm_power_state = POWER_STATE_AFTER.get(event.get_transition())
        if vm_power_state is None:
            LOG.warning("Unexpected power state %d", event.get_transition())
        elif vm_power_state == self._get_power_state(context, instance):
            self._sync_instance_power_state(context, instance, vm_power_state)

    def _query_driver_power_state_and_sync(
        self, context: RequestContext, db_instance: Any
    ) -> None:
        if db_instance.task_state is not None:
            LOG.info("[instance: %s] Has a pending task. Skip.", db_instance.uuid)
            return
        vm_power_state = self._get_power_state(context, db_instance)
        try:
            self._sync_instance_power_state(
                context, db_instance, vm_power_state, use_slave=True
            )
        except exception.InstanceNotFound:
            LOG.debug("[instance: %s] Deleted during the sync", db_instance.uuid)

    def _sync_instance_power_state(
        self,
        context: RequestContext,
        db_instance: Any,
        vm_power_state: int,
        use_slave: bool = False,
    ) -> None:
        """Write the power state down; call stop where the two cannot both be true.

        Nova: nova/compute/manager.py ComputeManager._sync_instance_power_state
        """
        db_instance.refresh(use_slave=use_slave)
        uuid = db_instance.uuid
        if db_instance.host != self.host:
            LOG.info("[instance: %s] Has moved to host %s", uuid, db_instance.host)
            return
        if db_instance.task_state is not None:
            LOG.info(
                "[instance: %s] Has a pending task (%s). Skip.",
                uuid,
                db_instance.task_state,
            )
            return
        if vm_power_state != db_instance.power_state:
            LOG.info(
                "[instance: %s] power_state %s in the DB, %s on the hypervisor",
                uuid,
                db_instance.power_state,
                vm_power_state,
            )
            db_instance.power_state = vm_power_state
            db_instance.save()
        remedy = self._remedy_for(db_instance, vm_power_state)
        if remedy is None:
            return
        try:
            remedy(context, db_instance)
        except Exception:
            # the same state is found next time, and tried again
            LOG.exception(
                "[instance: %s] error during stop() in sync_power_state.", uuid
            )

    def _remedy_for(
        self, db_instance: Any, vm_power_state: int
    ) -> Callable[[RequestContext, Any], None] | None:
        """Return the API call that makes vm_state and power state agree; None: none.

        A server that is being built, rescued, resized, suspended or in ERROR is left
        alone; so is an ACTIVE one whose guest is paused or cannot be found.
        """
        crashed = vm_power_state in (power_state.SHUTDOWN, power_state.CRASHED)
        remedy: Callable[[RequestContext, Any], None] | None = None
        if db_instance.vm_state == vm_states.ACTIVE:
            if crashed and db_instance.shutdown_terminate:
                remedy = self.compute_api.delete
            elif crashed or vm_power_state == power_state.SUSPENDED:
                remedy = self.compute_api.stop
        elif db_instance.vm_state == vm_states.STOPPED:
            if not crashed and vm_power_state != power_state.NOSTATE:
                remedy = self.compute_api.force_stop
        elif db_instance.vm_state == vm_states.PAUSED and crashed:
            remedy = self.compute_api.force_stop
        if remedy is not None:
            LOG.warning(
                "[instance: %s] is %s, its guest's power state is %s: calling the API",
                db_instance.uuid,
                db_instance.vm_state,
                vm_power_state,
            )
        return remedy
