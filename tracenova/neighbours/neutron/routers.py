"""Routers: from one network into another, and by a gateway to the outside."""

from typing import Any, Final

import webob
import webob.exc

from tracenova.neighbours.neutron import store as neutron_store
from tracenova.neighbours.neutron.base import (
    NeutronBase,
    check_types,
    conflict,
    invalid,
    not_found,
    now,
)
from tracenova.neighbours.neutron.store import Resource
from tracenova.neighbours.wsgi import json_object, route

INTERFACE: Final = "network:router_interface"
GATEWAY: Final = "network:router_gateway"
_ROUTER: Final = frozenset(
    {"name", "description", "admin_state_up", "external_gateway_info", "routes"}
    | {"distributed", "ha", "availability_zone_hints"}
)
_GATEWAY_INFO: Final = frozenset({"network_id", "enable_snat", "external_fixed_ips"})
_QUOTA: Final = 10


class Routers(NeutronBase):
    """The part of neutron that knows routers. Nothing is routed: servers are fakes."""

    @route("GET", "/v2.0/routers")
    def routers(self, request: webob.Request) -> Resource:
        """List routers."""
        return self.listed(request, "routers")

    @route("POST", "/v2.0/routers", status=201)
    def create_router(self, request: webob.Request) -> Resource:
        """Create a router, perhaps with a gateway."""
        given = self.given(request, "router", _ROUTER)
        self.check_quota("routers", "router", given["tenant_id"], _QUOTA)
        gateway = self._checked(request, given)
        router = self.store.add(
            "routers",
            {
                "name": "",
                "description": "",
                "admin_state_up": True,
                "routes": [],
                "distributed": False,
                "ha": False,
                "availability_zone_hints": [],
                "availability_zones": [],
                **given,
                "external_gateway_info": None,
                "status": "ACTIVE",
                "project_id": given["tenant_id"],
                "created_at": now(),
                "updated_at": now(),
                "revision_number": 1,
            },
        )
        if gateway:
            self._set_gateway(router, gateway)
        return {"router": dict(router)}

    @route("GET", "/v2.0/routers/{id}")
    def router(self, request: webob.Request, id: str) -> Resource:
        """Show a router."""
        return {"router": self.found(request, "routers", id)}

    @route("PUT", "/v2.0/routers/{id}")
    def update_router(self, request: webob.Request, id: str) -> Resource:
        """Change a router; its gateway may be set, changed and taken away."""
        self.owned(request, "routers", id)
        changes = self.changes(request, "router", _ROUTER)
        sets_gateway = "external_gateway_info" in changes
        gateway = self._checked(request, changes)
        changes.pop("external_gateway_info", None)
        router = self.changed("routers", id, changes)
        if sets_gateway:
            live = self.store.get("routers", id) or router
            self._clear_gateway(live)
            if gateway:
                self._set_gateway(live, gateway)
            router = dict(live)
        return {"router": router}

    @route("DELETE", "/v2.0/routers/{id}", status=204)
    def delete_router(self, request: webob.Request, id: str) -> None:
        """Delete a router; 409 while it has interfaces."""
        router = self.owned(request, "routers", id)
        if self.ports_of(id, INTERFACE):
            raise conflict("RouterInUse", f"Router {id} still has ports")
        self._clear_gateway(router)
        self.store.remove("routers", id)

    @route("PUT", "/v2.0/routers/{id}/add_router_interface")
    def add_router_interface(self, request: webob.Request, id: str) -> Resource:
        """Give the router a leg in a subnet, at the subnet's gateway address."""
        router = self.owned(request, "routers", id)
        asked = json_object(request)
        if "port_id" in asked:
            port = self.owned(request, "ports", str(asked["port_id"]))
            if port["device_id"]:
                raise conflict("PortInUse", f"Port {port['id']} is in use.")
            owner = {"device_id": id, "device_owner": INTERFACE, "status": "ACTIVE"}
            return _interface(router, self.changed("ports", port["id"], owner))
        subnet = self.found(request, "subnets", str(asked.get("subnet_id")))
        if not subnet["gateway_ip"]:
            raise webob.exc.HTTPBadRequest(
                "Subnet for router interface must have a gateway IP"
            )
        if any(_is_in(port, subnet) for port in self.ports_of(id, INTERFACE)):
            raise webob.exc.HTTPBadRequest(
                f"Router already has a port on subnet {subnet['id']}"
            )
        port = self._port(
            router,
            INTERFACE,
            subnet["network_id"],
            [{"subnet_id": subnet["id"], "ip_address": subnet["gateway_ip"]}],
        )
        return _interface(router, port)

    @route("PUT", "/v2.0/routers/{id}/remove_router_interface")
    def remove_router_interface(self, request: webob.Request, id: str) -> Resource:
        """Take the leg away; 409 while a floating address needs it."""
        router = self.owned(request, "routers", id)
        asked = json_object(request)
        for port in self.ports_of(id, INTERFACE):
            subnets = {ip["subnet_id"] for ip in port["fixed_ips"]}
            if asked.get("port_id") == port["id"] or asked.get("subnet_id") in subnets:
                self._check_unneeded(id, subnets)
                self.store.remove("ports", port["id"])
                return _interface(router, port)
        wanted = asked.get("port_id") or asked.get("subnet_id")
        raise not_found(
            "RouterInterfaceNotFound",
            f"Router {id} does not have an interface {wanted}",
        )

    def ports_of(self, router_id: str, owner: str) -> list[Resource]:
        """Return a router's interfaces or gateways."""
        return [
            port
            for port in self.store.all("ports")
            if (port["device_id"], port["device_owner"]) == (router_id, owner)
        ]

    def check_quota(self, kind: str, word: str, project_id: str, limit: int) -> None:
        """Make sure that a project may have one more.

        Raises:
            webob.exc.HTTPConflict: it has as many as it may.
        """
        own = [one for one in self.store.all(kind) if one["tenant_id"] == project_id]
        if len(own) >= limit:
            raise conflict("OverQuota", f"Quota exceeded for resources: ['{word}'].")

    def _checked(self, request: webob.Request, given: Resource) -> Resource:
        """Return the gateway that is asked for; {} for none."""
        check_types(given, name=str, description=str, admin_state_up=bool, routes=list)
        gateway = given.get("external_gateway_info") or {}
        if not isinstance(gateway, dict) or not set(gateway) <= _GATEWAY_INFO:
            raise invalid("external_gateway_info", f"{gateway!r} is no gateway")
        if gateway:
            network_id = str(gateway.get("network_id"))
            network = self.found(request, "networks", network_id)
            if not network["router:external"]:
                raise webob.exc.HTTPBadRequest(
                    f"Bad router request: Network {network_id} is not an external network."
                )
        return gateway

    def _set_gateway(self, router: Resource, gateway: Resource) -> None:
        wishes = gateway.get("external_fixed_ips") or []
        port = self._port(router, GATEWAY, gateway["network_id"], wishes, tenant_id="")
        router["external_gateway_info"] = {
            "network_id": gateway["network_id"],
            "enable_snat": gateway.get("enable_snat", True),
            "external_fixed_ips": port["fixed_ips"],
        }

    def _clear_gateway(self, router: Resource) -> None:
        gateways = self.ports_of(router["id"], GATEWAY)
        floating = [f["router_id"] for f in self.store.all("floatingips")]
        if gateways and router["id"] in floating:
            raise conflict(
                "RouterExternalGatewayInUseByFloatingIp",
                f"Gateway cannot be updated for router {router['id']}, since a gateway "
                "to external network is required by one or more floating IPs.",
            )
        for port in gateways:
            self.store.remove("ports", port["id"])
        router["external_gateway_info"] = None

    def _check_unneeded(self, router_id: str, subnets: set[str]) -> None:
        for floating in self.store.all("floatingips"):
            port = self.store.get("ports", floating["port_id"] or "")
            inside = {ip["subnet_id"] for ip in port["fixed_ips"]} if port else set()
            if floating["router_id"] == router_id and inside & subnets:
                raise conflict(
                    "RouterInterfaceInUseByFloatingIP",
                    f"Router interface for router {router_id} cannot be deleted, "
                    "as it is required by one or more floating IPs.",
                )

    def _port(
        self,
        router: Resource,
        owner: str,
        network_id: str,
        fixed_ips: list[Resource],
        **given: Any,
    ) -> Resource:
        wanted = {
            "network_id": network_id,
            "device_id": router["id"],
            "device_owner": owner,
            "fixed_ips": fixed_ips,
        }
        try:
            port = self.store.add_port(wanted, router["tenant_id"])
        except neutron_store.AddressInUse as error:
            raise conflict("IpAddressInUse", f"{error} is in use.") from None
        except neutron_store.NoAddressLeft as error:
            raise conflict("IpAddressGenerationFailure", str(error)) from None
        port.update({"status": "ACTIVE", **given})
        return port


def _is_in(port: Resource, subnet: Resource) -> bool:
    return any(ip["subnet_id"] == subnet["id"] for ip in port["fixed_ips"])


def _interface(router: Resource, port: Resource) -> Resource:
    subnets = [ip["subnet_id"] for ip in port["fixed_ips"]]
    return {
        "id": router["id"],
        "tenant_id": router["tenant_id"],
        "project_id": router["tenant_id"],
        "port_id": port["id"],
        "network_id": port["network_id"],
        "subnet_id": subnets[0] if subnets else None,
        "subnet_ids": subnets,
    }
