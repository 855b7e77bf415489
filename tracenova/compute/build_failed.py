"""The three ways a build ends badly: next host, no next host, no host at all.

Nova: nova/compute/manager.py _do_build_and_run_instance, its except branches
"""

import logging
import sys
import traceback
from typing import Any

from tracenova import exception
from tracenova.compute import task_states
from tracenova.compute import utils as compute_utils
from tracenova.compute.block_devices import BlockDeviceMixin
from tracenova.compute.networking import NetworkingMixin
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)


class BuildFailedMixin(NetworkingMixin, BlockDeviceMixin):
    """Cleans up after a build and says what becomes of the server.

    Nova: nova/compute/manager.py ComputeManager
    """

    def _reschedule_build(
        self,
        context: RequestContext,
        instance: Any,
        image: Any,
        filter_properties: Any,
        admin_password: str | None,
        injected_files: Any,
        requested_networks: Any,
        security_groups: Any,
        block_device_mapping: Any,
        error: exception.RescheduledException,
    ) -> None:
        """Hand the server back to the conductor, with what went wrong here.

        The conductor logs ``exc``; ``exc_reason`` becomes the fault if no host is left.
        """
        LOG.debug("[instance: %s] %s", instance.uuid, error.format_message())
        retry = filter_properties["retry"]
        retry["exc"] = traceback.format_exception(error)
        retry["exc_reason"] = error.kwargs["reason"]
        if self.driver.deallocate_networks_on_reschedule(
            instance
        ) or self.deallocate_sriov_ports_on_reschedule(instance):
            self._cleanup_allocated_networks(context, instance, requested_networks)
        else:
            self.network_api.cleanup_instance_network_on_host(
                context, instance, self.host
            )
        self._nil_out_instance_obj_host_and_node(instance)
        instance.task_state = task_states.SCHEDULING
        instance.save()
        self.compute_task_api.build_instances(
            context,
            [instance],
            image,
            filter_properties,
            admin_password,
            injected_files,
            requested_networks,
            security_groups,
            block_device_mapping,
        )

    def _fail_without_retry(
        self,
        context: RequestContext,
        instance: Any,
        requested_networks: Any,
        error: exception.RescheduledException,
    ) -> None:
        """Give up where another host would be tried: this one was forced, or the last."""
        LOG.debug(
            "[instance: %s] Retry info not present, will not reschedule", instance.uuid
        )
        self._cleanup_allocated_networks(context, instance, requested_networks)
        self._end_in_error(context, instance, error, error.kwargs["reason"])

    def _abort_build(
        self,
        context: RequestContext,
        instance: Any,
        requested_networks: Any,
        block_device_mapping: Any,
        error: Exception,
    ) -> None:
        """Give up for good: networks and volumes of the build go, too."""
        self._cleanup_allocated_networks(context, instance, requested_networks)
        self._cleanup_volumes(
            context, instance.uuid, block_device_mapping, raise_exc=False
        )
        self._end_in_error(context, instance, error)

    def _end_in_error(
        self,
        context: RequestContext,
        instance: Any,
        error: Exception,
        message: str | None = None,
    ) -> None:
        compute_utils.add_instance_fault_from_exc(
            context, instance, error, sys.exc_info(), fault_message=message
        )
        self._nil_out_instance_obj_host_and_node(instance)
        self._set_instance_obj_error_state(context, instance, clean_task_state=True)
