"""Deleting a server, wherever its life has got to.

Not in a cell yet: its build request is destroyed, and the conductor, who looks for it,
stops. On a host: the compute is told. On a host that is down: the API cleans up itself.

Nova: nova/compute/api.py [_delete, _delete_while_booting, _create_reservations]
Left out: confirming a resize on the way.
"""

import logging
from collections.abc import Mapping
from typing import Any, Protocol

from tracenova import exception, objects
from tracenova.compute import instance_actions, task_states, vm_states
from tracenova.compute import utils as compute_utils
from tracenova.compute.api_local_delete import LocalDeletion
from tracenova.compute.api_read import Lookup
from tracenova.context import RequestContext
from tracenova.objects import quotas as quotas_obj

LOG = logging.getLogger(__name__)

BUILD_REQUEST_STOPS_BUILD = 15  # nova-osapi_compute service version since then


class DeleteCallback(Protocol):
    """What finally happens to the instance: told to the compute, or done here."""

    def __call__(
        self,
        context: RequestContext,
        instance: Any,
        bdms: Any,
        reservations: Any = None,
        local: bool = False,
    ) -> None:
        """Delete the instance, at its host or (``local``) in the database only."""


class Deletion(LocalDeletion, Lookup):
    """The delete path inside nova-api.

    Nova: nova/compute/api.py API
    """

    def _delete(
        self,
        context: RequestContext,
        instance: Any,
        delete_type: str,
        cb: DeleteCallback,
        **instance_attrs: Any,
    ) -> None:
        """Delete the instance in the way that its state asks for.

        Args:
            context: who deletes.
            instance: perhaps only what a build request remembers of it.
            delete_type: ``delete`` or ``force_delete``.
            cb: how the compute is told.
            **instance_attrs: fields to set first, the task state above all.
        """
        if instance.disable_terminate:
            LOG.info("instance %s: termination disabled", instance.uuid)
            return
        if not instance.host:
            if self._delete_while_booting(context, instance):
                return
            instance = self._lookup_instance(context, instance.uuid)
        if instance:
            self._delete_stored(context, instance, delete_type, cb, instance_attrs)

    def _delete_stored(
        self,
        context: RequestContext,
        instance: Any,
        delete_type: str,
        cb: DeleteCallback,
        instance_attrs: Mapping[str, Any],
    ) -> None:
        bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
            context, instance.uuid
        )
        project_id, user_id = quotas_obj.ids_from_instance(context, instance)
        self._delete_shelved_image(context, instance)
        original_task_state = instance.task_state
        quotas: Any = None
        try:
            instance.update(instance_attrs)
            instance.progress = 0
            instance.save()
            # Committed here only if the instance is deleted here.
            quotas = self._create_reservations(
                context, instance, original_task_state, project_id, user_id
            )
            offloaded = instance.vm_state == vm_states.SHELVED_OFFLOADED
            if (
                not instance.host
                and not offloaded
                and self._delete_hostless(context, instance, delete_type)
            ):
                quotas.commit()
            elif self._host_is_up(context, instance):
                self._delete_at_host(
                    context, instance, bdms, cb, quotas, original_task_state
                )
            else:
                self._local_delete(context, instance, bdms, delete_type, cb)
                quotas.commit()
        except exception.InstanceNotFound:
            # Somebody else was quicker.
            if quotas:
                quotas.rollback()
        except Exception:
            if quotas:
                quotas.rollback()
            raise

    def _delete_while_booting(self, context: RequestContext, instance: Any) -> bool:
        """Try to stop the build before a host is found; True: it is stopped."""
        deleted = self._attempt_delete_of_buildrequest(context, instance)
        version = objects.Service.get_minimum_version(context, "nova-osapi_compute")
        if version < BUILD_REQUEST_STOPS_BUILD or not deleted:
            return False
        project_id, user_id = quotas_obj.ids_from_instance(context, instance)
        quotas = self._create_reservations(
            context, instance, instance.task_state, project_id, user_id
        )
        try:
            quotas.commit()
            # The build request's copy is not complete enough to be destroyed.
            stored = self._lookup_instance(context, instance.uuid)
            if stored is not None:
                stored.destroy()
        except exception.InstanceNotFound:
            quotas.rollback()
        return True

    def _attempt_delete_of_buildrequest(
        self, context: RequestContext, instance: Any
    ) -> bool:
        try:
            build_request = objects.BuildRequest.get_by_instance_uuid(
                context, instance.uuid
            )
            build_request.destroy()
        except exception.BuildRequestNotFound:
            return False
        return True

    def _create_reservations(
        self,
        context: RequestContext,
        instance: Any,
        original_task_state: str | None,
        project_id: str | None,
        user_id: str | None,
    ) -> Any:
        """Reserve a negative amount: committing it gives the quota back."""
        flavor = instance.flavor
        if original_task_state in {
            task_states.RESIZE_MIGRATED,
            task_states.RESIZE_FINISH,
        }:
            flavor = instance.old_flavor
        quotas = objects.Quotas(context=context)
        quotas.reserve(
            project_id=project_id,
            user_id=user_id,
            instances=-1,
            cores=-flavor.vcpus,
            ram=-flavor.memory_mb,
        )
        return quotas

    def _delete_shelved_image(self, context: RequestContext, instance: Any) -> None:
        if instance.vm_state not in {vm_states.SHELVED, vm_states.SHELVED_OFFLOADED}:
            return
        snapshot_id = instance.system_metadata.get("shelved_image_id")
        try:
            self.image_api.delete(context, snapshot_id)
        except Exception:
            LOG.exception("Failed to delete snapshot from shelved instance")

    def _delete_hostless(
        self, context: RequestContext, instance: Any, delete_type: str
    ) -> bool:
        """Delete a server that never got a host; False: it has one by now."""
        try:
            compute_utils.notify_about_instance_usage(
                self.notifier, context, instance, f"{delete_type}.start"
            )
            instance.destroy()
            compute_utils.notify_about_instance_usage(
                self.notifier,
                context,
                instance,
                f"{delete_type}.end",
                system_metadata=instance.system_metadata,
            )
        except exception.ObjectActionError:
            instance.refresh()
            return False
        LOG.info("Instance %s deleted, it had no host", instance.uuid)
        return True

    def _host_is_up(self, context: RequestContext, instance: Any) -> bool:
        if instance.vm_state == vm_states.SHELVED_OFFLOADED:
            return False
        try:
            service = objects.Service.get_by_compute_host(
                context.elevated(), instance.host
            )
        except exception.ComputeHostNotFound:
            return False
        return bool(self.servicegroup_api.service_is_up(service))

    def _delete_at_host(
        self,
        context: RequestContext,
        instance: Any,
        bdms: Any,
        cb: DeleteCallback,
        quotas: Any,
        original_task_state: str | None,
    ) -> None:
        if original_task_state in {task_states.DELETING, task_states.SOFT_DELETING}:
            LOG.info("Instance %s is being deleted already", instance.uuid)
            quotas.rollback()
            return
        self._record_action_start(context, instance, instance_actions.DELETE)
        if instance.vm_state == vm_states.SOFT_DELETED:
            # The soft delete has given the quota back.
            quotas.rollback()
        cb(context, instance, bdms, reservations=quotas.reservations)
