"""Make a guest anew from an image, on the host where it is.

Nova: nova/compute/manager.py rebuild_instance. Left out: evacuation (``recreate``) and
its claims and migrations, drivers with a way of their own.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from tracenova import exception, objects
from tracenova.compute import task_states, vm_states
from tracenova.compute import utils as compute_utils
from tracenova.compute.build import BuildMixin
from tracenova.compute.decorators import (
    reverts_task_state,
    wrap_exception,
    wrap_instance_event,
    wrap_instance_fault,
)
from tracenova.compute.power import PowerMixin
from tracenova.compute.volumes import VolumesMixin
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)


class RebuildMixin(BuildMixin, PowerMixin, VolumesMixin):
    """Makes guests anew.

    Nova: nova/compute/manager.py ComputeManager
    """

    image_api: Any

    @wrap_exception()
    @reverts_task_state
    @wrap_instance_event(prefix="compute")
    @wrap_instance_fault
    def rebuild_instance(
        self,
        context: RequestContext,
        instance: Any,
        orig_image_ref: str | None,
        image_ref: str,
        injected_files: Sequence[tuple[str, str]],
        new_pass: str | None,
        orig_sys_metadata: Mapping[str, Any],
        bdms: Any,
        recreate: bool,
        on_shared_storage: bool | None = None,
        preserve_ephemeral: bool = False,
        migration: Any = None,
        scheduled_node: str | None = None,
        limits: Any = None,
    ) -> None:
        """Destroy the guest and spawn it again: same uuid, host, ports; a new disk.

        Newton makes a claim when the scheduler was asked; here nothing is claimed, for
        flavor and host stay the same.

        Nova: nova/compute/manager.py ComputeManager.rebuild_instance
        """
        context = context.elevated()
        LOG.info("[instance: %s] Rebuilding instance", instance.uuid)
        with self._error_out_instance_on_exception(context, instance):
            try:
                self._do_rebuild_instance(
                    context,
                    instance,
                    image_ref,
                    injected_files,
                    new_pass,
                    bdms,
                    preserve_ephemeral,
                )
            except (
                exception.InstanceNotFound,
                exception.UnexpectedDeletingTaskStateError,
            ) as error:
                LOG.debug("[instance: %s] Deleted while rebuilding", instance.uuid)
                self._notify_about_instance_usage(
                    context, instance, "rebuild.error", fault=error
                )
            except Exception as error:
                self._notify_about_instance_usage(
                    context, instance, "rebuild.error", fault=error
                )
                raise

    def _do_rebuild_instance(
        self,
        context: RequestContext,
        instance: Any,
        image_ref: str,
        injected_files: Sequence[tuple[str, str]],
        new_pass: str | None,
        bdms: Any,
        preserve_ephemeral: bool,
    ) -> None:
        """Take the guest through REBUILDING, its disks and SPAWNING to ACTIVE.

        Nova: nova/compute/manager.py ComputeManager._do_rebuild_instance
        """
        orig_vm_state = instance.vm_state
        image_meta = objects.ImageMeta.from_image_ref(
            context, self.image_api, image_ref
        )
        named = {"image_name": getattr(image_meta, "name", "")}
        self._notify_about_instance_usage(
            context, instance, "rebuild.start", extra_usage_info=named
        )
        instance.power_state = self._get_power_state(context, instance)
        instance.task_state = task_states.REBUILDING
        instance.save(expected_task_state=[task_states.REBUILDING])
        network_info = compute_utils.get_nw_info_for_instance(instance)
        if bdms is None:
            bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
                context, instance.uuid
            )
        self._rebuild_default_impl(
            context,
            instance,
            image_meta,
            self._decode_files(injected_files),
            new_pass,
            bdms,
            network_info,
            preserve_ephemeral,
        )
        self._update_instance_after_spawn(context, instance)
        instance.save(expected_task_state=[task_states.REBUILD_SPAWNING])
        if orig_vm_state == vm_states.STOPPED:
            self._stop_again(context, instance)
        self._update_scheduler_instance_info(context, instance)
        self._notify_about_instance_usage(
            context,
            instance,
            "rebuild.end",
            network_info=network_info,
            extra_usage_info=named,
        )

    def _rebuild_default_impl(
        self,
        context: RequestContext,
        instance: Any,
        image_meta: Any,
        injected_files: Sequence[tuple[str, bytes]],
        admin_password: str | None,
        bdms: Any,
        network_info: Any,
        preserve_ephemeral: bool,
    ) -> None:
        """Switch off, detach, destroy; attach, spawn.

        Raises:
            PreserveEphemeralNotSupported: it was asked for.

        Nova: nova/compute/manager.py ComputeManager._rebuild_default_impl
        """
        if preserve_ephemeral:
            raise exception.PreserveEphemeralNotSupported
        block_device_info = self._get_instance_block_device_info(
            context, instance, bdms=bdms
        )
        self._power_off_instance(context, instance, clean_shutdown=True)
        for bdm in bdms:
            if bdm.is_volume:
                self._detach_volume(context, bdm.volume_id, instance, destroy_bdm=False)
        self.driver.destroy(
            context,
            instance,
            network_info=network_info,
            block_device_info=block_device_info,
        )
        instance.task_state = task_states.REBUILD_BLOCK_DEVICE_MAPPING
        instance.save(expected_task_state=[task_states.REBUILDING])
        new_block_device_info = self._prep_block_device(context, instance, bdms)
        instance.task_state = task_states.REBUILD_SPAWNING
        instance.save(expected_task_state=[task_states.REBUILD_BLOCK_DEVICE_MAPPING])
        self.driver.spawn(
            context,
            instance,
            image_meta,
            injected_files,
            admin_password,
            network_info=network_info,
            block_device_info=new_block_device_info,
        )

    def _stop_again(self, context: RequestContext, instance: Any) -> None:
        """Bring a server that was stopped back to that."""
        LOG.info("[instance: %s] Stopping again", instance.uuid)
        instance.vm_state = vm_states.ACTIVE
        instance.task_state = task_states.POWERING_OFF
        instance.progress = 0
        instance.save()
        self.stop_instance(context, instance, False)
