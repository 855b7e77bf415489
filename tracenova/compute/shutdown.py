"""Take a guest off this host: hypervisor, networks, volumes.

Nova: nova/compute/manager.py _shutdown_instance
"""

import logging
from typing import Any

from oslo_utils import timeutils

from tracenova import exception
from tracenova.compute import utils as compute_utils
from tracenova.compute.block_devices import BlockDeviceMixin
from tracenova.compute.networking import NetworkingMixin
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)


class ShutdownMixin(NetworkingMixin, BlockDeviceMixin):
    """Destroys guests, of deleted servers and of failed builds.

    Nova: nova/compute/manager.py ComputeManager
    """

    def _shutdown_instance(
        self,
        context: RequestContext,
        instance: Any,
        bdms: Any,
        requested_networks: Any = None,
        notify: bool = True,
        try_deallocate_networks: bool = True,
    ) -> None:
        """Destroy the guest, then free what it was connected to.

        Args:
            context: whose request it is.
            instance: whose guest.
            bdms: its block devices.
            requested_networks: networks it was to be on.
            notify: send compute.instance.shutdown.start and .end.
            try_deallocate_networks: False keeps the ports for the next host.

        Nova: nova/compute/manager.py _shutdown_instance
        """
        context = context.elevated()
        LOG.info("[instance: %s] Terminating instance", instance.uuid)
        if notify:
            self._notify_about_instance_usage(context, instance, "shutdown.start")
        volumes = [bdm for bdm in bdms if bdm.is_volume]
        try:
            self._destroy_on_driver(context, instance, bdms)
        except exception.InstancePowerOffFailure:
            raise  # the guest runs on: it keeps its addresses
        except Exception:
            if try_deallocate_networks:
                self._try_deallocate_network(context, instance, requested_networks)
            raise
        if try_deallocate_networks:
            self._try_deallocate_network(context, instance, requested_networks)
        for bdm in volumes:
            self._disconnect_volume(context, instance, bdm)
        if notify:
            self._notify_about_instance_usage(context, instance, "shutdown.end")

    def _destroy_on_driver(
        self, context: RequestContext, instance: Any, bdms: Any
    ) -> None:
        network_info = compute_utils.get_nw_info_for_instance(instance)
        block_device_info = self._get_instance_block_device_info(
            context, instance, bdms=bdms
        )
        with timeutils.StopWatch() as timer:
            self.driver.destroy(context, instance, network_info, block_device_info)
            LOG.info(
                "[instance: %s] Took %0.2f seconds to destroy the instance on the "
                "hypervisor.",
                instance.uuid,
                timer.elapsed(),
            )

    def _disconnect_volume(
        self, context: RequestContext, instance: Any, bdm: Any
    ) -> None:
        """Tell cinder that the driver is done with the volume; errors are only logged."""
        try:
            connector = self.driver.get_volume_connector(instance)
            self.volume_api.terminate_connection(context, bdm.volume_id, connector)
            self.volume_api.detach(context, bdm.volume_id, instance.uuid)
        except Exception as error:  # noqa: BLE001 - as Nova: a server must be deletable
            LOG.warning(
                "[instance: %s] Ignoring error of volume %s: %s",
                instance.uuid,
                bdm.volume_id,
                error,
            )
