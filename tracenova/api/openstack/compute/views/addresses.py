"""The addresses of a server, by network.

Nova: nova/api/openstack/compute/views/addresses.py
"""

from typing import Any

Networks = dict[str, dict[str, list[Any]]]
Address = dict[str, Any]


class ViewBuilderV21:
    """Shows addresses; extended: with type and MAC address.

    Nova: nova/api/openstack/compute/views/addresses.py ViewBuilderV21
    """

    def basic(self, ip: Any, extend_address: bool = False) -> Address:
        """Return one address."""
        address = {"version": ip["version"], "addr": ip["address"]}
        if extend_address:
            address["OS-EXT-IPS:type"] = ip["type"]
            address["OS-EXT-IPS-MAC:mac_addr"] = ip["mac_address"]
        return address

    def index(
        self, networks: Networks, extend_address: bool = False
    ) -> dict[str, list[Address]]:
        """Return all addresses, by the network's label."""
        return {
            label: [
                self.basic(ip, extend_address)
                for ip in (*network["ips"], *network["floating_ips"])
            ]
            for label, network in networks.items()
        }
