"""A network as Nova keeps it: addresses in subnets in a network.

Every class is a dict, because the whole tree is stored as JSON in the instance's
info cache; ``hydrate`` builds the tree again from such dicts.

Nova: nova/network/model.py, first half. Addresses are read by the standard library
(netaddr there).
"""

import ipaddress
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from oslo_serialization import jsonutils

from tracenova import exception


class Model(dict[str, Any]):  # noqa: PLW1641 - a dict has no hash
    """A dict whose unknown keys are kept under ``meta``."""

    compared: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        return str(jsonutils.dumps(self))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, dict):
            return NotImplemented
        if not self.compared:
            return dict.__eq__(self, other)
        return all(self.get(key) == other.get(key) for key in self.compared)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def _set_meta(self, rest: dict[str, Any]) -> None:
        self["meta"] = {**(rest.pop("meta", None) or {}), **rest}

    def get_meta(self, key: str, default: Any = None) -> Any:
        """Return what is known beyond the model's own keys."""
        return self["meta"].get(key, default)


class IP(Model):
    """One address and what it is for (fixed, floating, gateway, dns).

    Raises:
        InvalidIpAddressError: the text is no IP address.
    """

    compared: ClassVar[tuple[str, ...]] = ("address", "type", "version")

    def __init__(
        self, address: str | None = None, type: str | None = None, **rest: Any
    ) -> None:
        super().__init__(address=address, type=type, version=rest.pop("version", None))
        self._set_meta(rest)
        if self["address"] and not self["version"]:
            self["version"] = _version_of(self["address"])

    def is_in_subnet(self, subnet: "Subnet") -> bool:
        """Say whether the address belongs to the subnet's range."""
        if not (self["address"] and subnet["cidr"]):
            return False
        return ipaddress.ip_address(self["address"]) in subnet.as_netaddr()

    @classmethod
    def hydrate(cls, ip: Mapping[str, Any] | None) -> Self | None:
        """Build the address again from its dict."""
        return cls(**ip) if ip else None


def _version_of(address: str) -> int:
    try:
        return ipaddress.ip_address(address).version
    except ValueError:
        raise exception.InvalidIpAddressError(f"Invalid IP format {address}") from None


class FixedIP(IP):
    """An address of a port, and the floating addresses that lead to it."""

    compared = ("address", "type", "version", "floating_ips")

    def __init__(self, floating_ips: list[IP] | None = None, **rest: Any) -> None:
        super().__init__(**rest)
        self["floating_ips"] = floating_ips or []
        if not self["type"]:
            self["type"] = "fixed"

    def add_floating_ip(self, floating_ip: IP) -> None:
        """Note a floating address once."""
        if floating_ip not in self["floating_ips"]:
            self["floating_ips"].append(floating_ip)

    def floating_ip_addresses(self) -> list[str]:
        """Return the floating addresses as texts."""
        return [ip["address"] for ip in self["floating_ips"]]

    @classmethod
    def hydrate(cls, ip: Mapping[str, Any] | None) -> Self | None:
        """Build the address and its floating addresses again from their dicts."""
        if not ip:
            return None
        fixed = cls(**ip)
        fixed["floating_ips"] = [IP.hydrate(each) for each in fixed["floating_ips"]]
        return fixed


class Route(Model):
    """A static route that a subnet hands to its servers."""

    def __init__(
        self,
        cidr: str | None = None,
        gateway: IP | None = None,
        interface: str | None = None,
        **rest: Any,
    ) -> None:
        super().__init__(cidr=cidr, gateway=gateway, interface=interface)
        self._set_meta(rest)

    @classmethod
    def hydrate(cls, route: Mapping[str, Any]) -> Self:
        """Build the route again from its dict."""
        built = cls(**route)
        built["gateway"] = IP.hydrate(built["gateway"])
        return built


class Subnet(Model):
    """A range of addresses, and which of them this port has."""

    compared = ("cidr", "dns", "gateway", "ips", "routes", "version")

    def __init__(
        self,
        cidr: str | None = None,
        dns: list[IP] | None = None,
        gateway: IP | None = None,
        ips: list[FixedIP] | None = None,
        routes: list[Route] | None = None,
        **rest: Any,
    ) -> None:
        super().__init__(
            cidr=cidr,
            dns=dns or [],
            gateway=gateway,
            ips=ips or [],
            routes=routes or [],
        )
        self["version"] = rest.pop("version", None)
        self._set_meta(rest)
        if self["cidr"] and not self["version"]:
            self["version"] = self.as_netaddr().version

    def add_route(self, new_route: Route) -> None:
        """Note a route once."""
        if new_route not in self["routes"]:
            self["routes"].append(new_route)

    def add_dns(self, dns: IP) -> None:
        """Note a name server once."""
        if dns not in self["dns"]:
            self["dns"].append(dns)

    def add_ip(self, ip: FixedIP) -> None:
        """Note an address of the port once."""
        if ip not in self["ips"]:
            self["ips"].append(ip)

    def as_netaddr(self) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
        """Return the range as an object that can be asked for membership."""
        return ipaddress.ip_network(self["cidr"], strict=False)

    @classmethod
    def hydrate(cls, subnet: Mapping[str, Any]) -> Self:
        """Build the subnet and all addresses in it again from their dicts."""
        built = cls(**subnet)
        built["dns"] = [IP.hydrate(dns) for dns in built["dns"]]
        built["ips"] = [FixedIP.hydrate(ip) for ip in built["ips"]]
        built["routes"] = [Route.hydrate(route) for route in built["routes"]]
        built["gateway"] = IP.hydrate(built["gateway"])
        return built


class Network(Model):
    """A network of neutron: its bridge on the host, its label, its subnets."""

    compared = ("id", "bridge", "label", "subnets")

    def __init__(
        self,
        id: str | None = None,
        bridge: str | None = None,
        label: str | None = None,
        subnets: list[Subnet] | None = None,
        **rest: Any,
    ) -> None:
        super().__init__(id=id, bridge=bridge, label=label, subnets=subnets or [])
        self._set_meta(rest)

    def add_subnet(self, subnet: Subnet) -> None:
        """Note a subnet once."""
        if subnet not in self["subnets"]:
            self["subnets"].append(subnet)

    @classmethod
    def hydrate(cls, network: Mapping[str, Any] | None) -> Self | None:
        """Build the network and all below it again from their dicts."""
        if not network:
            return None
        built = cls(**network)
        built["subnets"] = [Subnet.hydrate(subnet) for subnet in built["subnets"]]
        return built
