"""Ports that need a PCI device of the host.

Nova: nova/network/neutronv2/api.py API.create_pci_requests_for_sriov_ports
"""

from typing import Any

from oslo_utils import uuidutils

from tracenova import objects
from tracenova.network import model as network_model
from tracenova.network.neutronv2.client import NeutronClient, get_client
from tracenova.network.neutronv2.extensions import NeutronBase

_DEVICE_TYPE_FOR_VNIC_TYPE = {network_model.VNIC_TYPE_DIRECT_PHYSICAL: "type-PF"}


class SriovRequests(NeutronBase):
    """Turns SR-IOV ports into PCI requests for the scheduler."""

    def create_pci_requests_for_sriov_ports(
        self, context: Any, pci_requests: Any, requested_networks: Any
    ) -> None:
        """Add a PCI request per SR-IOV port, and its id to the network request.

        Only given ports cost a call to neutron.
        """
        if not requested_networks:
            return
        neutron = get_client(context, admin=True)
        for request_net in requested_networks:
            vnic_type: str = network_model.VNIC_TYPE_NORMAL
            physical_network = None
            if request_net.port_id:
                vnic_type, physical_network = self._get_port_vnic_info(
                    context, neutron, request_net.port_id
                )
            request_net.pci_request_id = None
            if vnic_type in network_model.VNIC_TYPES_SRIOV:
                spec = {"physical_network": physical_network}
                if dev_type := _DEVICE_TYPE_FOR_VNIC_TYPE.get(vnic_type):
                    spec["dev_type"] = dev_type
                request_id = uuidutils.generate_uuid()
                pci_requests.requests.append(
                    objects.InstancePCIRequest(
                        count=1, spec=[spec], request_id=request_id
                    )
                )
                request_net.pci_request_id = request_id

    def _get_port_vnic_info(
        self, context: Any, neutron: NeutronClient, port_id: str
    ) -> tuple[str, str | None]:
        port = self._show_port(
            context,
            port_id,
            neutron_client=neutron,
            fields=["binding:vnic_type", "network_id"],
        )
        vnic_type = port.get("binding:vnic_type", network_model.VNIC_TYPE_NORMAL)
        if vnic_type not in network_model.VNIC_TYPES_SRIOV:
            return vnic_type, None
        network = neutron.show_network(
            port["network_id"], fields="provider:physical_network"
        )["network"]
        return vnic_type, network.get("provider:physical_network")
