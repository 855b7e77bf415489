"""Give a guest that exists a network card or an address, and take them away again.

Nova: nova/compute/manager.py attach_interface, detach_interface,
add_fixed_ip_to_instance, remove_fixed_ip_from_instance. Left out: telling the guest of its
addresses by other means than DHCP.
"""

import logging
from typing import Any

from oslo_utils import excutils, timeutils

from tracenova import exception
from tracenova.compute.decorators import wrap_exception, wrap_instance_fault
from tracenova.compute.manager_base import ComputeManagerBase
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)


class InterfacesMixin(ComputeManagerBase):
    """Attaches and detaches network cards.

    Nova: nova/compute/manager.py ComputeManager
    """

    @wrap_exception()
    @wrap_instance_fault
    def attach_interface(
        self,
        context: RequestContext,
        instance: Any,
        network_id: str | None,
        port_id: str | None,
        requested_ip: str | None,
    ) -> Any:
        """Get a port, plug it into the guest, and return it.

        Raises:
            AttachInterfaceNotSupported: this hypervisor cannot.
            InterfaceAttachFailed: it could not; the port is given back.

        Nova: nova/compute/manager.py ComputeManager.attach_interface
        """
        if not self.driver.capabilities["supports_attach_interface"]:
            raise exception.AttachInterfaceNotSupported(instance_id=instance.uuid)
        network_info = self.network_api.allocate_port_for_instance(
            context,
            instance,
            port_id,
            network_id,
            requested_ip,
            bind_host_id=self.driver.network_binding_host_id(context, instance),
        )
        if len(network_info) != 1:
            LOG.error("%d ports were allocated instead of one", len(network_info))
            raise exception.InterfaceAttachFailed(instance_uuid=instance.uuid)
        vif = network_info[0]
        try:
            self.driver.attach_interface(instance, instance.image_meta, vif)
        except exception.NovaException as error:
            LOG.warning(
                "[instance: %s] attach interface failed, deallocating port %s: %s",
                instance.uuid,
                vif["id"],
                error,
            )
            self._give_port_back(context, instance, vif["id"])
            raise exception.InterfaceAttachFailed(
                instance_uuid=instance.uuid
            ) from error
        return vif

    def _give_port_back(
        self, context: RequestContext, instance: Any, port_id: str
    ) -> None:
        try:
            self.network_api.deallocate_port_for_instance(context, instance, port_id)
        except Exception as error:  # noqa: BLE001 - why it was tried matters more
            LOG.warning("deallocate port %s failed: %s", port_id, error)

    @wrap_exception()
    @wrap_instance_fault
    def detach_interface(
        self, context: RequestContext, instance: Any, port_id: str
    ) -> None:
        """Unplug a card from the guest, and give its port back.

        Raises:
            PortNotFound: the server has no such port.
            InterfaceDetachFailed: the hypervisor could not.

        Nova: nova/compute/manager.py ComputeManager.detach_interface
        """
        network_info = instance.info_cache.network_info
        condemned = next((vif for vif in network_info if vif["id"] == port_id), None)
        if condemned is None:
            raise exception.PortNotFound(f"Port {port_id} is not attached")
        try:
            self.driver.detach_interface(instance, condemned)
        except exception.NovaException as error:
            LOG.warning(
                "[instance: %s] Detach interface failed, port_id=%s, reason: %s",
                instance.uuid,
                port_id,
                error,
            )
            raise exception.InterfaceDetachFailed(
                instance_uuid=instance.uuid
            ) from error
        try:
            self.network_api.deallocate_port_for_instance(context, instance, port_id)
        except Exception as error:  # noqa: BLE001 - raised again
            with excutils.save_and_reraise_exception():
                LOG.warning(
                    "[instance: %s] Failed to deallocate port %s: %s",
                    instance.uuid,
                    port_id,
                    error,
                )

    @wrap_exception()
    @wrap_instance_fault
    def add_fixed_ip_to_instance(
        self, context: RequestContext, network_id: str, instance: Any
    ) -> None:
        """Get one more address of the network for the guest's port there.

        Nova: nova/compute/manager.py ComputeManager.add_fixed_ip_to_instance
        """
        self._notify_about_instance_usage(context, instance, "create_ip.start")
        network_info = self.network_api.add_fixed_ip_to_instance(
            context, instance, network_id
        )
        self._touch(instance)
        self._notify_about_instance_usage(
            context, instance, "create_ip.end", network_info=network_info
        )

    @wrap_exception()
    @wrap_instance_fault
    def remove_fixed_ip_from_instance(
        self, context: RequestContext, address: str, instance: Any
    ) -> None:
        """Give an address of the guest back.

        Nova: nova/compute/manager.py ComputeManager.remove_fixed_ip_from_instance
        """
        self._notify_about_instance_usage(context, instance, "delete_ip.start")
        network_info = self.network_api.remove_fixed_ip_from_instance(
            context, instance, address
        )
        self._touch(instance)
        self._notify_about_instance_usage(
            context, instance, "delete_ip.end", network_info=network_info
        )

    def _touch(self, instance: Any) -> None:
        """Let whoever asks for servers changed since a time find this one."""
        instance.updated_at = timeutils.utcnow()
        instance.save()
