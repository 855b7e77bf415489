"""The API's question before a boot: can the asked networks be had, and how often?

Nova: nova/network/neutronv2/api.py API.validate_networks
"""

import logging
from typing import Any

from tracenova import exception
from tracenova.network.neutronv2 import errors
from tracenova.network.neutronv2.client import NeutronClient, get_client
from tracenova.network.neutronv2.extensions import NeutronBase

LOG = logging.getLogger(__name__)
AMBIGUOUS = "Multiple possible networks found, use a Network ID to be more specific."


class NetworkValidation(NeutronBase):
    """Checks at the API, with the user's own token; nothing is reserved."""

    def validate_networks(
        self, context: Any, requested_networks: Any, num_instances: int
    ) -> int:
        """Return for how many of the servers the asked networks can be had.

        Args:
            context: the user's.
            requested_networks: NetworkRequestList, empty or None: whatever there is.
            num_instances: how many servers are wanted.

        Raises:
            NetworkAmbiguous: none asked, and there are several.
            NetworkNotFound: an asked one does not exist for this user.
            NetworkRequiresSubnet: an asked one has no subnet.
            PortNotFound: there is no such port.
            PortInUse: the port belongs to another server.
            PortRequiresFixedIP: the port has no address.
            FixedIpAlreadyInUse: another port has the asked address.
            PortLimitExceeded: the project has more ports than it may have.
        """
        LOG.debug("validate_networks() for %s", requested_networks)
        neutron = get_client(context)
        needed = self._ports_needed_per_instance(context, neutron, requested_networks)
        if not needed:
            return num_instances
        return min(
            num_instances, self._affordable(context, neutron, needed, num_instances)
        )

    def _affordable(
        self, context: Any, neutron: NeutronClient, needed: int, num_instances: int
    ) -> int:
        quota = neutron.show_quota(context.project_id)["quota"].get("port", -1)
        if quota == -1:
            return num_instances
        ports = neutron.list_ports(
            tenant_id=context.project_id,
            fields=["id"],
            display="/v2.0/ports?tenant_id={project_id}&fields=id",
        )["ports"]
        free = quota - len(ports)
        if free < 0:
            raise exception.PortLimitExceeded(
                f"The number of defined ports: {len(ports)} is over the limit: {quota}"
            )
        return int(free // needed)

    def _ports_needed_per_instance(
        self, context: Any, neutron: NeutronClient, requested_networks: Any
    ) -> int:
        if not requested_networks or requested_networks.auto_allocate:
            self._check_default_network(context, neutron, requested_networks)
            return 1
        net_ids = []
        for request in requested_networks:
            if request.port_id:
                self._check_port(context, neutron, request)
                continue
            net_ids.append(request.network_id)
            if request.address:
                _check_address_is_free(neutron, request)
        if net_ids:
            self._check_networks(context, neutron, net_ids)
        return len(net_ids)

    def _check_default_network(
        self, context: Any, neutron: NeutronClient, requested_networks: Any
    ) -> None:
        networks = self._get_available_networks(
            context, context.project_id, neutron=neutron
        )
        if len(networks) > 1:
            raise exception.NetworkAmbiguous(AMBIGUOUS)
        if networks or not requested_networks:
            return
        if not self._can_auto_allocate_network(context, neutron):
            raise exception.UnableToAutoAllocateNetwork(project_id=context.project_id)

    def _can_auto_allocate_network(self, context: Any, neutron: NeutronClient) -> bool:
        if not self._has_auto_allocate_extension(context, neutron=neutron):
            return False
        try:
            neutron.validate_auto_allocated_topology_requirements(context.project_id)
        except errors.Conflict as error:
            LOG.debug("Unable to auto-allocate networks. %s", error)
            return False
        return True

    def _check_port(self, context: Any, neutron: NeutronClient, request: Any) -> None:
        """Check a given port, and note its network in the request."""
        port = self._show_port(context, request.port_id, neutron_client=neutron)
        if port.get("device_id"):
            raise exception.PortInUse(port_id=request.port_id)
        deferred = port.get("ip_allocation") == "deferred"  # its address comes later
        if not deferred and not port.get("fixed_ips"):
            raise exception.PortRequiresFixedIP(port_id=request.port_id)
        request.network_id = port["network_id"]

    def _check_networks(
        self, context: Any, neutron: NeutronClient, net_ids: list[str]
    ) -> None:
        networks = self._get_available_networks(
            context, context.project_id, net_ids, neutron=neutron
        )
        for network in networks:
            if not network.get("subnets"):
                raise exception.NetworkRequiresSubnet(network_uuid=network["id"])
        missing = set(net_ids) - {network["id"] for network in networks}
        if missing:
            raise exception.NetworkNotFound(network_id=", ".join(sorted(missing)))


def _check_address_is_free(neutron: NeutronClient, request: Any) -> None:
    ports = neutron.list_ports(
        network_id=request.network_id,
        fixed_ips=f"ip_address={request.address}",
        fields="device_id",
        display="/v2.0/ports?network_id=&fixed_ips=&fields=device_id",
    )["ports"]
    if ports:
        raise exception.FixedIpAlreadyInUse(
            address=request.address, instance_uuid=ports[0]["device_id"]
        )
