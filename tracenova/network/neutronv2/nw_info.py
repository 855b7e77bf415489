"""From neutron's ports to Nova's network model.

Nova: nova/network/neutronv2/api.py API._get_instance_nw_info and what it calls
"""

import logging
from typing import Any

from tracenova import exception
from tracenova.compute import utils as compute_utils
from tracenova.conf import CONF
from tracenova.network import model as network_model
from tracenova.network.neutronv2 import constants, errors
from tracenova.network.neutronv2.client import NeutronClient, get_client
from tracenova.network.neutronv2.extensions import NeutronBase, NeutronNetwork, Port

LOG = logging.getLogger(__name__)


class NetworkInfoBuilder(NeutronBase):
    """Asks neutron for everything that the model holds."""

    def _get_instance_nw_info(
        self, context: Any, instance: Any, **kwargs: Any
    ) -> network_model.NetworkInfo:
        """Return the instance's network; the caller holds its cache lock.

        Keyword arguments: ``networks`` and ``port_ids`` (both or none: none means
        what the cache says), ``admin_client``, ``preexisting_port_ids``.
        """
        compute_utils.refresh_info_cache_for_instance(context, instance)
        kwargs.pop("update_cells", None)
        built = self._build_network_info_model(context, instance, **kwargs)
        return network_model.NetworkInfo.hydrate(built)

    def _build_network_info_model(
        self,
        context: Any,
        instance: Any,
        networks: list[NeutronNetwork] | None = None,
        port_ids: list[str] | None = None,
        admin_client: NeutronClient | None = None,
        preexisting_port_ids: list[str] | None = None,
    ) -> network_model.NetworkInfo:
        client = admin_client or get_client(context, admin=True)
        current = client.list_ports(
            tenant_id=instance.project_id,
            device_id=instance.uuid,
            display="/v2.0/ports?tenant_id=&device_id=",
        )["ports"]
        by_id = {port["id"]: port for port in current}
        refreshing = networks is None and port_ids is None
        known, wanted = self._gather_port_ids_and_networks(
            context, instance, networks, port_ids, client
        )
        preserved = {
            *(preexisting_port_ids or []),
            *self._get_preexisting_port_ids(instance),
        }
        nw_info = network_model.NetworkInfo()
        for port_id in wanted:
            if port_id in by_id:
                port = by_id[port_id]
                nw_info.append(
                    self._vif(context, client, port, known, port_id in preserved)
                )
            elif refreshing:
                LOG.info("Port %s is no longer associated with instance", port_id)
        return nw_info

    def _vif(
        self,
        context: Any,
        client: NeutronClient,
        port: Port,
        networks: list[NeutronNetwork],
        preserve_on_delete: bool,
    ) -> network_model.VIF:
        ips = self._nw_info_get_ips(client, port)
        subnets = self._nw_info_get_subnets(context, port, ips, client)
        network, ovs_interfaceid = self._nw_info_build_network(port, networks, subnets)
        return network_model.VIF(
            id=port["id"],
            address=port["mac_address"],
            network=network,
            vnic_type=port.get("binding:vnic_type", network_model.VNIC_TYPE_NORMAL),
            type=port.get("binding:vif_type"),
            profile=port.get(constants.BINDING_PROFILE) or {},
            details=port.get("binding:vif_details"),
            ovs_interfaceid=ovs_interfaceid,
            devname=("tap" + port["id"])[: network_model.NIC_NAME_LEN],
            # a port that is down on purpose never becomes active: do not wait for it
            active=port["admin_state_up"] is False or port["status"] == "ACTIVE",
            preserve_on_delete=preserve_on_delete,
        )

    def _gather_port_ids_and_networks(
        self,
        context: Any,
        instance: Any,
        networks: list[NeutronNetwork] | None = None,
        port_ids: list[str] | None = None,
        neutron: NeutronClient | None = None,
    ) -> tuple[list[NeutronNetwork], list[str]]:
        """Join what is given with what the cache has; none given: the cache alone."""
        if (networks is None) != (port_ids is None):
            raise exception.NovaException(
                "This method needs to be called with either networks=None and "
                "port_ids=None or port_ids and networks as not none."
            )
        cached = list(compute_utils.get_nw_info_for_instance(instance))
        if networks is None or port_ids is None:
            net_ids = [vif["network"]["id"] for vif in cached]
            found = self._get_available_networks(
                context, instance.project_id, net_ids, neutron
            )
            return found, [vif["id"] for vif in cached]
        given = {network["id"] for network in networks}
        more = [
            {
                "id": vif["network"]["id"],
                "name": vif["network"]["label"],
                "tenant_id": vif["network"]["meta"]["tenant_id"],
            }
            for vif in cached
            if vif["network"]["id"] not in given
        ]
        earlier = [vif["id"] for vif in cached if vif["id"] not in port_ids]
        return networks + more, earlier + port_ids

    def _get_preexisting_port_ids(self, instance: Any) -> list[str]:
        """Return the ports that the user gave: they outlive the server."""
        cached = compute_utils.get_nw_info_for_instance(instance)
        return [vif["id"] for vif in cached if vif.get("preserve_on_delete")]

    def _nw_info_get_ips(
        self, client: NeutronClient, port: Port
    ) -> list[network_model.FixedIP]:
        addresses = []
        for each in port["fixed_ips"]:
            fixed = network_model.FixedIP(address=each["ip_address"])
            for floating in _floating_ips(client, each["ip_address"], port["id"]):
                fixed.add_floating_ip(
                    network_model.IP(
                        address=floating["floating_ip_address"], type="floating"
                    )
                )
            addresses.append(fixed)
        return addresses

    def _nw_info_get_subnets(
        self,
        context: Any,
        port: Port,
        network_ips: list[network_model.FixedIP],
        client: NeutronClient | None = None,
    ) -> list[network_model.Subnet]:
        subnets = self._get_subnets_from_port(context, port, client)
        for subnet in subnets:
            subnet["ips"] = [ip for ip in network_ips if ip.is_in_subnet(subnet)]
        return subnets

    def _get_subnets_from_port(
        self, context: Any, port: Port, client: NeutronClient | None = None
    ) -> list[network_model.Subnet]:
        if not port["fixed_ips"]:
            return []  # an empty id list would mean every subnet
        client = client or get_client(context)
        found = client.list_subnets(
            id=[ip["subnet_id"] for ip in port["fixed_ips"]],
            display="/v2.0/subnets?id=",
        )["subnets"]
        return [_subnet(client, subnet) for subnet in found]

    def _nw_info_build_network(
        self,
        port: Port,
        networks: list[NeutronNetwork],
        subnets: list[network_model.Subnet],
    ) -> tuple[network_model.Network, str | None]:
        """Return the port's network as the host plugs it, and OVS's name of the port."""
        neutron_network = _network_of(port, networks)
        vif_type = port.get("binding:vif_type")
        details = port.get("binding:vif_details") or {}
        bridge_name = details.get(network_model.VIF_DETAILS_BRIDGE_NAME)
        bridge = ovs_interfaceid = None
        if vif_type == network_model.VIF_TYPE_OVS:
            bridge = bridge_name or CONF.neutron.ovs_bridge
            ovs_interfaceid = port["id"]
        elif vif_type == network_model.VIF_TYPE_BRIDGE:
            bridge = bridge_name or "brq" + port["network_id"]
        network = network_model.Network(
            id=port["network_id"],
            bridge=bridge[: network_model.NIC_NAME_LEN] if bridge else None,
            injected=CONF.flat_injected,
            label=neutron_network.get("name"),
            tenant_id=neutron_network["tenant_id"],
            mtu=neutron_network.get("mtu"),
        )
        network["subnets"] = subnets
        if vif_type == network_model.VIF_TYPE_BRIDGE:
            network["should_create_bridge"] = True
        return network, ovs_interfaceid


def _network_of(port: Port, networks: list[NeutronNetwork]) -> NeutronNetwork:
    for network in networks:
        if network["id"] == port["network_id"]:
            return network
    LOG.warning("Network %s not matched with the tenants network!", port["network_id"])
    return {"id": port["network_id"], "tenant_id": port["tenant_id"]}


def _floating_ips(
    client: NeutronClient, fixed_ip: str, port_id: str
) -> list[dict[str, Any]]:
    try:
        return list(
            client.list_floatingips(
                fixed_ip_address=fixed_ip,
                port_id=port_id,
                display="/v2.0/floatingips?fixed_ip_address=&port_id=",
            )["floatingips"]
        )
    except errors.NotFound:
        return []  # a neutron without routers


def _subnet(client: NeutronClient, subnet: dict[str, Any]) -> network_model.Subnet:
    gateway = network_model.IP(address=subnet["gateway_ip"], type="gateway")
    built = network_model.Subnet(cidr=subnet["cidr"], gateway=gateway)
    dhcp_ports = client.list_ports(
        network_id=subnet["network_id"],
        device_owner="network:dhcp",
        display="/v2.0/ports?network_id=&device_owner=network:dhcp",
    )["ports"]
    for port in dhcp_ports:
        for pair in port["fixed_ips"]:
            if pair["subnet_id"] == subnet["id"]:
                built["meta"]["dhcp_server"] = pair["ip_address"]
    for dns in subnet.get("dns_nameservers", []):
        built.add_dns(network_model.IP(address=dns, type="dns"))
    for route in subnet.get("host_routes", []):
        next_hop = network_model.IP(address=route["nexthop"], type="gateway")
        built.add_route(
            network_model.Route(cidr=route["destination"], gateway=next_hop)
        )
    return built
