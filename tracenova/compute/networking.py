"""The instance's network during a build: allocate in the background, or give back.

Nova: nova/compute/manager.py, its methods about network allocation; nova-network
(VPN images, security groups of its own) is left out.
"""

import logging
import time
from typing import Any

from oslo_utils import strutils, timeutils

from tracenova import exception, profiler
from tracenova.compute import task_states, vm_states
from tracenova.compute.manager_base import ComputeManagerBase
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.network import model as network_model

LOG = logging.getLogger(__name__)

MAX_RETRY_PAUSE_S = 30


class NetworkingMixin(ComputeManagerBase):
    """Allocates and deallocates networks.

    Nova: nova/compute/manager.py ComputeManager
    """

    def _build_networks_for_instance(
        self,
        context: RequestContext,
        instance: Any,
        requested_networks: Any,
        security_groups: Any,
    ) -> network_model.NetworkInfo:
        """Start the allocation; after a reschedule, bring the old ports over instead.

        Nova: nova/compute/manager.py _build_networks_for_instance
        """
        allocated = instance.system_metadata.get("network_allocated", "False")
        if strutils.bool_from_string(allocated):
            self.network_api.setup_instance_network_on_host(
                context, instance, instance.host
            )
            moved: network_model.NetworkInfo = self.network_api.get_instance_nw_info(
                context, instance
            )
            return moved
        macs = self.driver.macs_for_instance(instance)
        dhcp_options = self.driver.dhcp_options_for_instance(instance)
        return self._allocate_network(
            context, instance, requested_networks, macs, security_groups, dhcp_options
        )

    def _allocate_network(
        self,
        context: RequestContext,
        instance: Any,
        requested_networks: Any,
        macs: Any,
        security_groups: Any,
        dhcp_options: Any,
    ) -> network_model.NetworkInfo:
        """Return at once with a network that is still being allocated.

        Nova: nova/compute/manager.py _allocate_network
        """
        instance.vm_state = vm_states.BUILDING
        instance.task_state = task_states.NETWORKING
        instance.save(expected_task_state=[None])
        self._update_resource_tracker(context, instance)
        return network_model.NetworkInfoAsyncWrapper(
            self._allocate_network_async,
            context,
            instance,
            requested_networks,
            macs,
            security_groups,
            False,
            dhcp_options,
        )

    @profiler.trace
    def _allocate_network_async(
        self,
        context: RequestContext,
        instance: Any,
        requested_networks: Any,
        macs: Any,
        security_groups: Any,
        is_vpn: bool,
        dhcp_options: Any,
    ) -> network_model.NetworkInfo:
        """Ask neutron for the ports, a few times if need be.

        Nova: nova/compute/manager.py _allocate_network_async
        """
        if requested_networks and requested_networks.no_allocate:
            LOG.debug("[instance: %s] Not allocating: 'none' was asked", instance.uuid)
            return network_model.NetworkInfo([])
        attempts = CONF.network_allocate_retries + 1
        bind_host_id = self.driver.network_binding_host_id(context, instance)
        for attempt in range(1, attempts + 1):
            try:
                nwinfo: network_model.NetworkInfo = (
                    self.network_api.allocate_for_instance(
                        context,
                        instance,
                        vpn=is_vpn,
                        requested_networks=requested_networks,
                        macs=macs,
                        security_groups=security_groups,
                        dhcp_options=dhcp_options,
                        bind_host_id=bind_host_id,
                    )
                )
                # the builder saves it; a new dict, for he may be saving right now
                instance.system_metadata = {
                    **instance.system_metadata,
                    "network_allocated": "True",
                }
                return nwinfo
            except Exception:
                _log_failed_attempt(instance, attempt, attempts)
                if attempt == attempts:
                    raise
                time.sleep(min(2 ** (attempt - 1), MAX_RETRY_PAUSE_S))
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _deallocate_network(
        self, context: RequestContext, instance: Any, requested_networks: Any = None
    ) -> None:
        """Delete the ports Nova made and unbind the user's own.

        Nova: nova/compute/manager.py _deallocate_network
        """
        if requested_networks and requested_networks.no_allocate:
            LOG.debug(
                "[instance: %s] No network was asked, none to free", instance.uuid
            )
            return
        with timeutils.StopWatch() as timer:
            self.network_api.deallocate_for_instance(
                context, instance, requested_networks=requested_networks
            )
            LOG.info(
                "[instance: %s] Took %0.2f seconds to deallocate network for instance.",
                instance.uuid,
                timer.elapsed(),
            )

    def _cleanup_allocated_networks(
        self, context: RequestContext, instance: Any, requested_networks: Any
    ) -> None:
        """Give the networks of a failed build back; a failure to do so is only logged.

        Nova: nova/compute/manager.py _cleanup_allocated_networks
        """
        try:
            self._deallocate_network(context, instance, requested_networks)
        except Exception:
            LOG.exception("[instance: %s] Failed to deallocate networks", instance.uuid)
            return
        instance.system_metadata["network_allocated"] = "False"
        try:
            instance.save()
        except exception.InstanceNotFound:
            LOG.debug("[instance: %s] Deleted during the clean-up", instance.uuid)

    def _try_deallocate_network(
        self, context: RequestContext, instance: Any, requested_networks: Any = None
    ) -> None:
        """Give the networks back; when that fails the instance goes to ERROR.

        Nova: nova/compute/manager.py _try_deallocate_network
        """
        try:
            self._deallocate_network(context, instance, requested_networks)
        except Exception as error:
            LOG.error(
                "[instance: %s] Failed to deallocate network: %s", instance.uuid, error
            )
            self._note_fault(context, instance, error)
            self._set_instance_obj_error_state(context, instance)
            raise

    def deallocate_sriov_ports_on_reschedule(self, instance: Any) -> bool:
        """Say whether a port is tied to a device of this host and cannot move on.

        Nova: nova/compute/manager.py deallocate_sriov_ports_on_reschedule
        """
        cached = instance.info_cache and instance.info_cache.network_info
        sriov = network_model.VNIC_TYPES_SRIOV
        return any(vif["vnic_type"] in sriov for vif in cached or ())


def _log_failed_attempt(instance: Any, attempt: int, attempts: int) -> None:
    log = LOG.exception if attempt == attempts else LOG.warning
    log(
        "[instance: %s] Failed network setup (attempt %d of %d)",
        instance.uuid,
        attempt,
        attempts,
    )
