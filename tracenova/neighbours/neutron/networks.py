"""Networks and their subnets."""

import ipaddress
from typing import Any, Final

import webob
import webob.exc

from tracenova.neighbours.neutron.base import (
    NeutronBase,
    check_types,
    conflict,
    invalid,
    whole_number,
)
from tracenova.neighbours.neutron.store import Resource
from tracenova.neighbours.wsgi import caller, route

_NETWORK: Final = frozenset(
    {"name", "description", "admin_state_up", "shared", "router:external", "mtu"}
    | {"port_security_enabled", "availability_zone_hints", "is_default"}
    | {"provider:network_type", "provider:physical_network", "provider:segmentation_id"}
)
_ONLY_ADMIN: Final = frozenset({"shared", "router:external"}) | {
    name for name in _NETWORK if name.startswith("provider:")
}
_LEAST_MTU: Final = 68
_LARGEST_MTU: Final = 65535
_SUBNET_CHANGES: Final = frozenset(
    {"name", "description", "gateway_ip", "enable_dhcp", "dns_nameservers"}
    | {"host_routes", "allocation_pools"}
)
_SUBNET: Final = _SUBNET_CHANGES | {
    *("network_id", "cidr", "ip_version", "ipv6_ra_mode", "ipv6_address_mode"),
    *("subnetpool_id", "prefixlen"),
}


class Networks(NeutronBase):
    """The part of neutron that knows networks and subnets."""

    @route("GET", "/v2.0/networks")
    def networks(self, request: webob.Request) -> Resource:
        """List networks: the caller's own and the shared ones."""
        return self.listed(request, "networks")

    @route("POST", "/v2.0/networks", status=201)
    def create_network(self, request: webob.Request) -> Resource:
        """Create a network."""
        given = self.given(request, "network", _NETWORK)
        _check_network(request, given)
        return {"network": dict(self.store.add_network(given, given["tenant_id"]))}

    @route("GET", "/v2.0/networks/{id}")
    def network(self, request: webob.Request, id: str) -> Resource:
        """Show a network."""
        return {"network": self.found(request, "networks", id)}

    @route("PUT", "/v2.0/networks/{id}")
    def update_network(self, request: webob.Request, id: str) -> Resource:
        """Change a network."""
        self.owned(request, "networks", id)
        changes = self.changes(request, "network", _NETWORK)
        _check_network(request, changes)
        return {"network": self.changed("networks", id, changes)}

    @route("DELETE", "/v2.0/networks/{id}", status=204)
    def delete_network(self, request: webob.Request, id: str) -> None:
        """Delete a network with its subnets; 409 while servers have ports on it."""
        self.owned(request, "networks", id)
        ports = [p for p in self.store.all("ports") if p["network_id"] == id]
        if any(p["device_owner"] != "network:dhcp" for p in ports):
            raise conflict(
                "NetworkInUse",
                f"Unable to complete operation on network {id}. "
                "There are one or more ports still in use on the network.",
            )
        for kind, resources in (
            ("ports", ports),
            ("subnets", self.store.all("subnets")),
        ):
            for resource in resources:
                if resource["network_id"] == id:
                    self.store.remove(kind, resource["id"])
        self.store.remove("networks", id)

    @route("GET", "/v2.0/subnets")
    def subnets(self, request: webob.Request) -> Resource:
        """List subnets."""
        return self.listed(request, "subnets")

    @route("POST", "/v2.0/subnets", status=201)
    def create_subnet(self, request: webob.Request) -> Resource:
        """Create a subnet; 400 when its addresses make no sense or overlap."""
        given = self.given(request, "subnet", _SUBNET)
        self.owned(request, "networks", str(given.get("network_id")))
        given = {
            key: value
            for key, value in given.items()
            if value is not None or key == "gateway_ip"
        }
        check_types(given, name=str, enable_dhcp=bool, dns_nameservers=list)
        cidr = _cidr(given)
        for other in self.store.all("subnets"):
            if other["network_id"] == given["network_id"] and cidr.overlaps(
                ipaddress.ip_network(other["cidr"])
            ):
                raise webob.exc.HTTPBadRequest(
                    f"Invalid input for operation: Requested subnet with cidr: {cidr} "
                    f"for network: {given['network_id']} overlaps with another subnet."
                )
        return {"subnet": dict(self.store.add_subnet(given, given["tenant_id"]))}

    @route("GET", "/v2.0/subnets/{id}")
    def subnet(self, request: webob.Request, id: str) -> Resource:
        """Show a subnet."""
        return {"subnet": self.found(request, "subnets", id)}

    @route("PUT", "/v2.0/subnets/{id}")
    def update_subnet(self, request: webob.Request, id: str) -> Resource:
        """Change a subnet."""
        subnet = self.owned(request, "subnets", id)
        changes = self.changes(request, "subnet", _SUBNET_CHANGES)
        check_types(changes, name=str, enable_dhcp=bool, dns_nameservers=list)
        cidr = ipaddress.ip_network(subnet["cidr"])
        _check_gateway(changes, cidr)
        _check_pools(changes, cidr)
        return {"subnet": self.changed("subnets", id, changes)}

    @route("DELETE", "/v2.0/subnets/{id}", status=204)
    def delete_subnet(self, request: webob.Request, id: str) -> None:
        """Delete a subnet; 409 while a port has one of its addresses."""
        subnet = self.owned(request, "subnets", id)
        with self.store.lock:
            users = [
                port
                for port in self.store.all("ports")
                if any(ip["subnet_id"] == id for ip in port["fixed_ips"])
            ]
            if any(port["device_owner"] != "network:dhcp" for port in users):
                raise conflict(
                    "SubnetInUse",
                    f"Unable to complete operation on subnet {id}: One or more ports "
                    "have an IP allocation from this subnet.",
                )
            for port in users:
                self.store.remove("ports", port["id"])
            self.store.remove("subnets", id)
            network = self.store.get("networks", subnet["network_id"])
            if network is not None and id in network["subnets"]:
                network["subnets"].remove(id)


def _check_network(request: webob.Request, given: Resource) -> None:
    check_types(given, name=str, description=str, admin_state_up=bool, shared=bool)
    check_types(given, port_security_enabled=bool)
    if "mtu" in given:
        given["mtu"] = whole_number("mtu", given["mtu"])
        if not _LEAST_MTU <= given["mtu"] <= _LARGEST_MTU:
            raise invalid(
                "mtu", f"'{given['mtu']}' is not from {_LEAST_MTU} to {_LARGEST_MTU}"
            )
    asked = {name for name in _ONLY_ADMIN if given.get(name)}
    if asked and not caller(request).is_admin:
        raise webob.exc.HTTPForbidden(
            f"(rule:create_network and rule:create_network:{min(asked)}) is disallowed "
            "by policy"
        )


def _cidr(given: Resource) -> Any:
    """Return the network of a subnet that makes sense.

    Raises:
        webob.exc.HTTPBadRequest: it does not.
    """
    try:
        cidr = ipaddress.ip_network(str(given.get("cidr")))
    except ValueError as error:
        raise invalid("cidr", error) from None
    if given.get("ip_version", cidr.version) != cidr.version:
        raise webob.exc.HTTPBadRequest(
            f"Invalid input for operation: cidr {cidr} is no address of IPv{given['ip_version']}."
        )
    if cidr.num_addresses < 4:
        raise invalid("cidr", f"{cidr} has no room for a gateway and a port")
    _check_gateway(given, cidr)
    _check_pools(given, cidr)
    return cidr


def _check_gateway(given: Resource, cidr: Any) -> None:
    if given.get("gateway_ip") is None:
        return
    try:
        inside = ipaddress.ip_address(str(given["gateway_ip"])) in cidr
    except ValueError as error:
        raise invalid("gateway_ip", error) from None
    if not inside:
        raise webob.exc.HTTPBadRequest(
            f"Invalid input for operation: Gateway is not valid on subnet {cidr}."
        )


def _check_pools(given: Resource, cidr: Any) -> None:
    for pool in given.get("allocation_pools") or ():
        try:
            start, end = (
                ipaddress.ip_address(str(pool[at])) for at in ("start", "end")
            )
        except (ValueError, KeyError, TypeError) as error:
            raise invalid("allocation_pools", error) from None
        if start not in cidr or end not in cidr or int(start) > int(end):
            raise webob.exc.HTTPBadRequest(
                f"The allocation pool {start}-{end} is not valid."
            )
