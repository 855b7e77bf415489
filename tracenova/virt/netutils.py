"""A server's networks as its guest reads them in network_data.json.

Nova: nova/virt/netutils.py get_network_metadata and what it calls
"""

import ipaddress
from collections.abc import Iterable
from typing import Any

from tracenova.conf import CONF
from tracenova.network import model

Json = dict[str, Any]


def get_network_metadata(network_info: Iterable[model.VIF] | None) -> Json | None:
    """Return links (cards), networks (addresses) and services (DNS); None without.

    Nova: nova/virt/netutils.py get_network_metadata
    """
    vifs = [
        vif
        for vif in network_info or ()
        if vif.get("network") and vif["network"].get("subnets")
    ]
    if not vifs:
        return None
    links: list[Json] = []
    networks: list[Json] = []
    services: list[Json] = []
    for vif in vifs:
        subnets = {version: _first_subnet(vif, version) for version in (4, 6)}
        if any(subnets.values()):
            links.append(_link(vif))
        for version, subnet in subnets.items():
            if subnet is None or not subnet.get("ips"):
                continue
            if version == 4 or CONF.use_ipv6:
                networks.append(_network(vif, subnet, version, len(networks)))
                services += [dns for dns in _dns(subnet) if dns not in services]
    return {"links": links, "networks": networks, "services": services}


def _first_subnet(vif: model.VIF, version: int) -> model.Subnet | None:
    found = (each for each in vif["network"]["subnets"] if each["version"] == version)
    return next(found, None)


def _link(vif: model.VIF) -> Json:
    return {
        "id": vif["devname"],
        "vif_id": vif["id"],
        "type": "phy" if vif["type"] == "ethernet" else vif["type"],
        "mtu": vif["network"]["meta"].get("mtu"),
        "ethernet_mac_address": vif["address"],
    }


def _network(vif: model.VIF, subnet: model.Subnet, version: int, number: int) -> Json:
    common = {
        "id": f"network{number}",
        "link": vif["devname"],
        "network_id": vif["network"]["id"],
    }
    if subnet.get_meta("dhcp_server") is not None:
        return {**common, "type": f"ipv{version}_dhcp"}
    netmask = str(ipaddress.ip_network(str(subnet["cidr"])).netmask)
    return {
        **common,
        "type": f"ipv{version}",
        "ip_address": subnet["ips"][0]["address"],
        "netmask": netmask,
        "routes": _default_route(subnet, version) + _other_routes(subnet),
    }


def _default_route(subnet: model.Subnet, version: int) -> list[Json]:
    gateway = (subnet.get("gateway") or {}).get("address")
    if not gateway:
        return []
    everything = "0.0.0.0" if version == 4 else "::"
    return [{"network": everything, "netmask": everything, "gateway": gateway}]


def _other_routes(subnet: model.Subnet) -> list[Json]:
    return [
        {
            "network": str(ipaddress.ip_network(str(route["cidr"])).network_address),
            "netmask": str(ipaddress.ip_network(str(route["cidr"])).netmask),
            "gateway": route["gateway"]["address"],
        }
        for route in subnet.get("routes") or ()
    ]


def _dns(subnet: model.Subnet) -> list[Json]:
    servers = subnet.get("dns") or ()
    return [{"type": "dns", "address": server["address"]} for server in servers]
