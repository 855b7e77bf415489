"""Delete a server on its host.

Nova: nova/compute/manager.py terminate_instance, _delete_instance
"""

import logging
from typing import Any

from oslo_utils import timeutils

from tracenova import exception, hooks, objects, utils
from tracenova.compute import power_state, vm_states
from tracenova.compute import utils as compute_utils
from tracenova.compute.decorators import (
    reverts_task_state,
    wrap_exception,
    wrap_instance_event,
    wrap_instance_fault,
)
from tracenova.compute.shutdown import ShutdownMixin
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)


class TerminateMixin(ShutdownMixin):
    """Deletes instances.

    Nova: nova/compute/manager.py ComputeManager; soft delete is left out.
    """

    @wrap_exception()
    @reverts_task_state
    @wrap_instance_event(prefix="compute")
    @wrap_instance_fault
    def terminate_instance(
        self, context: RequestContext, instance: Any, bdms: Any, reservations: Any
    ) -> None:
        """Delete the instance, once no build or other task holds its lock.

        Nova: nova/compute/manager.py ComputeManager.terminate_instance
        """
        quotas = objects.Quotas.from_reservations(
            context, reservations, instance=instance
        )

        @utils.synchronized(instance.uuid)
        def do_terminate_instance(instance: Any, bdms: Any) -> None:
            if any(bdm.is_volume and not bdm.volume_id for bdm in bdms):
                LOG.debug(
                    "[instance: %s] Stale block devices, reading again", instance.uuid
                )
                bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
                    context, instance.uuid
                )
            try:
                self._delete_instance(context, instance, bdms, quotas)
            except exception.InstanceNotFound:
                LOG.info("[instance: %s] Disappeared during terminate", instance.uuid)
            except Exception:
                LOG.exception("[instance: %s] Setting vm_state to ERROR", instance.uuid)
                self._set_instance_obj_error_state(context, instance)
                raise

        do_terminate_instance(instance, bdms)

    @hooks.add_hook("delete_instance")
    def _delete_instance(
        self, context: RequestContext, instance: Any, bdms: Any, quotas: Any
    ) -> None:
        """Take the guest away, then the row, then the usage.

        Nova: nova/compute/manager.py ComputeManager._delete_instance
        """
        try:
            self._announce_deletion(context, instance)
            self._shutdown_instance(context, instance, bdms)
            if instance.info_cache is not None:
                instance.info_cache.delete()
            self._cleanup_volumes(context, instance.uuid, bdms, raise_exc=False)
            # whatever the task state is now: a deletion that succeeded is final
            instance.vm_state = vm_states.DELETED
            instance.task_state = None
            instance.power_state = power_state.NOSTATE
            instance.terminated_at = timeutils.utcnow()
            instance.save()
            system_meta = instance.system_metadata
            instance.destroy()
        except Exception:
            quotas.rollback()
            raise
        self._complete_deletion(context, instance, bdms, quotas, system_meta)

    def _announce_deletion(self, context: RequestContext, instance: Any) -> None:
        events = self.instance_events.clear_events_for_instance(instance)
        if events:
            LOG.debug(
                "[instance: %s] Events pending at deletion: %s",
                instance.uuid,
                ",".join(events),
            )
        self._notify_about_instance_usage(context, instance, "delete.start")
        compute_utils.notify_about_instance_action(
            context, instance, self.host, action="delete", phase="start"
        )

    def _complete_deletion(
        self,
        context: RequestContext,
        instance: Any,
        bdms: Any,
        quotas: Any,
        system_meta: Any,
    ) -> None:
        """Settle quotas, block devices, usage; tell bus and schedulers.

        Nova: nova/compute/manager.py ComputeManager._complete_deletion
        """
        if quotas:
            quotas.commit()
        for bdm in bdms:
            bdm.destroy()
        self._update_resource_tracker(context, instance)
        self._notify_about_instance_usage(
            context, instance, "delete.end", system_metadata=system_meta
        )
        compute_utils.notify_about_instance_action(
            context, instance, self.host, action="delete", phase="end"
        )
        self._delete_scheduler_instance_info(context, instance.uuid)

    def _complete_partial_deletion(
        self, context: RequestContext, instance: Any
    ) -> None:
        """Finish a deletion that a crash left between the state and the row.

        Nova: nova/compute/manager.py ComputeManager._complete_partial_deletion
        """
        system_meta = instance.system_metadata
        instance.destroy()
        bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
            context, instance.uuid
        )
        quotas = self._create_reservations(context, instance)
        self._complete_deletion(context, instance, bdms, quotas, system_meta)

    def _create_reservations(self, context: RequestContext, instance: Any) -> Any:
        """Reserve what the deletion will free.

        Nova: nova/compute/manager.py ComputeManager._create_reservations
        """
        quotas = objects.Quotas(context=context)
        quotas.reserve(
            project_id=instance.project_id,
            user_id=instance.user_id,
            instances=-1,
            cores=-instance.flavor.vcpus,
            ram=-instance.flavor.memory_mb,
        )
        return quotas
