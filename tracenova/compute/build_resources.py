"""What a guest needs before it can start: networks and disks.

Nova: nova/compute/manager.py _build_resources
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tracenova import exception
from tracenova.compute import build_errors, task_states, vm_states
from tracenova.compute.terminate import TerminateMixin
from tracenova.context import RequestContext
from tracenova.network import model as network_model

LOG = logging.getLogger(__name__)


class BuildResourcesMixin(TerminateMixin):
    """Holds networks and disks for the time of a build.

    Nova: nova/compute/manager.py ComputeManager
    """

    @contextmanager
    def _build_resources(
        self,
        context: RequestContext,
        instance: Any,
        requested_networks: Any,
        security_groups: Any,
        image_meta: Any,
        block_device_mapping: Any,
    ) -> Iterator[dict[str, Any]]:
        """Yield network_info (still being allocated) and block_device_info.

        An exception in the block destroys what the driver has made so far.

        Raises:
            BuildAbortException: networks or disks cannot be had, or cleaning up failed.

        Nova: nova/compute/manager.py ComputeManager._build_resources
        """
        with _network_failures_abort(instance):
            network_info = self._build_networks_for_instance(
                context, instance, requested_networks, security_groups
            )
        with _block_device_failures_abort(instance, network_info):
            self._default_block_device_names(instance, image_meta, block_device_mapping)
            instance.vm_state = vm_states.BUILDING
            instance.task_state = task_states.BLOCK_DEVICE_MAPPING
            instance.save()
            block_device_info = self._prep_block_device(
                context, instance, block_device_mapping
            )
        try:
            yield {"network_info": network_info, "block_device_info": block_device_info}
        except Exception as error:
            if not isinstance(error, build_errors.GONE):
                LOG.exception("[instance: %s] Failed to spawn", instance.uuid)
            network_info.wait(do_raise=False)
            if network_info:
                _note_allocated_network(instance, network_info)
            self._clean_up_failed_spawn(
                context,
                instance,
                block_device_mapping,
                requested_networks,
                network_info,
                error,
            )
            raise

    def _clean_up_failed_spawn(
        self,
        context: RequestContext,
        instance: Any,
        bdms: Any,
        requested_networks: Any,
        network_info: network_model.NetworkInfo,
        error: Exception,
    ) -> None:
        """Destroy the half-made guest; ports that exist stay for the next host.

        Raises:
            BuildAbortException: the clean-up failed, so no other host shall try.
        """
        try:
            self._shutdown_instance(
                context,
                instance,
                bdms,
                requested_networks,
                try_deallocate_networks=not network_info,
            )
        except Exception as clean_up_error:
            LOG.warning(
                "[instance: %s] Could not clean up failed build, not rescheduling. "
                "Error: %s",
                instance.uuid,
                clean_up_error,
            )
            raise build_errors.abort(instance.uuid, str(error)) from clean_up_error


def _note_allocated_network(
    instance: Any, network_info: network_model.NetworkInfo
) -> None:
    """Let the instance know of the network that was allocated while it was built.

    What the allocating thread wrote down is not surely in this object: a note made amid
    a save counts as saved and is not, and the cache is as old as the last save. Without
    the first the next host allocates a second port, without the second the driver
    unplugs nothing here. Nova 14.1.0 has both gaps.
    """
    instance.system_metadata = {**instance.system_metadata, "network_allocated": "True"}
    if instance.info_cache is not None:
        instance.info_cache.network_info = network_model.NetworkInfo(network_info)
        instance.info_cache.obj_reset_changes()  # the thread has saved it


@contextmanager
def _network_failures_abort(instance: Any) -> Iterator[None]:
    """Turn what fails before the allocation runs by itself into an abort."""
    try:
        yield
    except build_errors.GONE:
        raise
    except exception.UnexpectedTaskStateError as error:
        raise build_errors.abort(instance.uuid, error.format_message()) from error
    except Exception as error:
        LOG.exception("[instance: %s] Failed to allocate network(s)", instance.uuid)
        raise build_errors.abort(
            instance.uuid, build_errors.NETWORK_ABORT_REASON
        ) from error


@contextmanager
def _block_device_failures_abort(
    instance: Any, network_info: network_model.NetworkInfo
) -> Iterator[None]:
    """Turn a failure with the disks into an abort, once the allocation has ended."""
    try:
        yield
    except build_errors.GONE:
        network_info.wait(do_raise=False)
        raise
    except (
        exception.UnexpectedTaskStateError,
        exception.VolumeLimitExceeded,
        exception.InvalidBDM,
    ) as error:
        network_info.wait(do_raise=False)
        raise build_errors.abort(instance.uuid, error.format_message()) from error
    except Exception as error:
        LOG.exception("[instance: %s] Failure prepping block device", instance.uuid)
        network_info.wait(do_raise=False)
        raise build_errors.abort(
            instance.uuid, "Failure prepping block device."
        ) from error
