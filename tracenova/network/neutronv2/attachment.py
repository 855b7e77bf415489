"""Ports and addresses of a server that exists: one more, one less.

Nova: nova/network/neutronv2/api.py API [allocate_port_for_instance,
deallocate_port_for_instance, add_fixed_ip_to_instance, remove_fixed_ip_from_instance]
"""

import logging
from collections.abc import Callable
from typing import Any

from tracenova import exception, objects
from tracenova.network import model as network_model
from tracenova.network.base_api import refresh_cache
from tracenova.network.neutronv2 import errors
from tracenova.network.neutronv2.client import get_client
from tracenova.network.neutronv2.nw_info import NetworkInfoBuilder
from tracenova.network.neutronv2.port_binding import PortBinding

LOG = logging.getLogger(__name__)

_DISPLAY = "/v2.0/ports?device_id=&device_owner=&"


class PortAttachment(PortBinding, NetworkInfoBuilder):
    """From one more port to one less.

    Nova: nova/network/neutronv2/api.py API
    """

    allocate_for_instance: Callable[..., network_model.NetworkInfo]

    def allocate_port_for_instance(
        self,
        context: Any,
        instance: Any,
        port_id: str | None,
        network_id: str | None = None,
        requested_ip: str | None = None,
        bind_host_id: str | None = None,
    ) -> network_model.NetworkInfo:
        """Give the server the port, or a new one on the network; return that alone.

        Raises:
            see ``allocate_for_instance``
        """
        request = objects.NetworkRequest(
            network_id=network_id,
            address=requested_ip,
            port_id=port_id,
            pci_request_id=None,
        )
        return self.allocate_for_instance(
            context,
            instance,
            requested_networks=objects.NetworkRequestList(objects=[request]),
            bind_host_id=bind_host_id,
        )

    def deallocate_port_for_instance(
        self, context: Any, instance: Any, port_id: str
    ) -> network_model.NetworkInfo:
        """Unbind a port that was given, delete one that Nova made; return the others.

        Raises:
            NeutronClientException: the port could not be deleted.
        """
        neutron = get_client(context)
        if port_id in self._get_preexisting_port_ids(instance):
            self._unbind_ports(context, [port_id], neutron)
        else:
            self._delete_ports(neutron, instance, [port_id], raise_if_fail=True)
        vif = objects.VirtualInterface.get_by_uuid(context, port_id)
        if vif:
            vif.destroy()
        return self.get_instance_nw_info(context, instance)

    @refresh_cache
    def add_fixed_ip_to_instance(
        self, context: Any, instance: Any, network_id: str
    ) -> network_model.NetworkInfo:
        """Give the server's first port on the network one more address.

        Raises:
            NetworkNotFoundForInstance: it has no port there, or no address is free.
        """
        neutron = get_client(context)
        subnets = neutron.list_subnets(
            network_id=network_id, display="/v2.0/subnets?network_id="
        )["subnets"]
        ports = neutron.list_ports(
            device_id=instance.uuid,
            device_owner=f"compute:{instance.availability_zone}",
            network_id=network_id,
            display=_DISPLAY + "network_id=",
        )["ports"]
        for port in ports if subnets else ():
            for subnet in subnets:
                more = [*port["fixed_ips"], {"subnet_id": subnet["id"]}]
                try:
                    neutron.update_port(port["id"], {"port": {"fixed_ips": more}})
                except errors.NeutronClientException as error:
                    LOG.debug("No address of %s: %s", subnet["id"], error)
                    continue
                return self._get_instance_nw_info(context, instance)
        raise exception.NetworkNotFoundForInstance(instance_id=instance.uuid)

    @refresh_cache
    def remove_fixed_ip_from_instance(
        self, context: Any, instance: Any, address: str
    ) -> network_model.NetworkInfo:
        """Take an address from the server's port that has it.

        Raises:
            FixedIpNotFoundForSpecificInstance: none of its ports has it.
        """
        neutron = get_client(context)
        ports = neutron.list_ports(
            device_id=instance.uuid,
            device_owner=f"compute:{instance.availability_zone}",
            fixed_ips=f"ip_address={address}",
            display=_DISPLAY + "fixed_ips=",
        )["ports"]
        if not ports:
            raise exception.FixedIpNotFoundForSpecificInstance(
                instance_uuid=instance.uuid, ip=address
            )
        port = ports[0]
        kept = [fixed for fixed in port["fixed_ips"] if fixed["ip_address"] != address]
        try:
            neutron.update_port(port["id"], {"port": {"fixed_ips": kept}})
        except errors.NeutronClientException as error:
            LOG.debug("Unable to update port %s: %s", port["id"], error)
        return self._get_instance_nw_info(context, instance)
