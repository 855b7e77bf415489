"""Floating addresses: of an external network, and moved from port to port."""

from typing import Final

import webob
import webob.exc

from tracenova.neighbours.neutron import store as neutron_store
from tracenova.neighbours.neutron.base import check_types, conflict, not_found, now
from tracenova.neighbours.neutron.routers import INTERFACE, Routers
from tracenova.neighbours.neutron.store import Resource
from tracenova.neighbours.wsgi import route

OWNER: Final = "network:floatingip"
_CHANGES: Final = frozenset({"port_id", "fixed_ip_address", "description"})
_FLOATING_IP: Final = _CHANGES | {
    *("floating_network_id", "floating_ip_address", "subnet_id"),
}
_QUOTA: Final = 50


class FloatingIPs(Routers):
    """The part of neutron that knows floating addresses."""

    @route("GET", "/v2.0/floatingips")
    def floatingips(self, request: webob.Request) -> Resource:
        """List floating addresses."""
        return self.listed(request, "floatingips")

    @route("POST", "/v2.0/floatingips", status=201)
    def create_floatingip(self, request: webob.Request) -> Resource:
        """Take an address of an external network, perhaps for a port at once."""
        given = self.given(request, "floatingip", _FLOATING_IP)
        check_types(given, description=str)
        network_id = str(given.get("floating_network_id"))
        network = self.found(request, "networks", network_id)
        if not network["router:external"]:
            raise webob.exc.HTTPBadRequest(
                f"Bad floatingip request: Network {network_id} is not a valid external "
                "network."
            )
        self.check_quota("floatingips", "floatingip", given["tenant_id"], _QUOTA)
        place = self._place(request, given, network_id)
        outside = self._outside(given, network_id)
        floating = self.store.add(
            "floatingips",
            {
                "description": given.get("description", ""),
                "floating_network_id": network_id,
                "floating_ip_address": outside["fixed_ips"][0]["ip_address"],
                "tenant_id": given["tenant_id"],
                "project_id": given["tenant_id"],
                **place,
                "created_at": now(),
                "updated_at": now(),
                "revision_number": 1,
            },
        )
        outside["device_id"] = floating["id"]
        self._tell(place["port_id"])
        return {"floatingip": dict(floating)}

    @route("GET", "/v2.0/floatingips/{id}")
    def floatingip(self, request: webob.Request, id: str) -> Resource:
        """Show a floating address."""
        return {"floatingip": self.found(request, "floatingips", id)}

    @route("PUT", "/v2.0/floatingips/{id}")
    def update_floatingip(self, request: webob.Request, id: str) -> Resource:
        """Move the address to another port, or to none."""
        floating = self.owned(request, "floatingips", id)
        changes = self.changes(request, "floatingip", _CHANGES)
        check_types(changes, description=str)
        if "port_id" in changes:
            changes.update(
                self._place(request, changes, floating["floating_network_id"])
            )
        changed = self.changed("floatingips", id, changes)
        for port_id in {floating["port_id"], changed["port_id"]}:
            self._tell(port_id)
        return {"floatingip": changed}

    @route("DELETE", "/v2.0/floatingips/{id}", status=204)
    def delete_floatingip(self, request: webob.Request, id: str) -> None:
        """Give the address back."""
        floating = self.owned(request, "floatingips", id)
        for port in self.ports_of(id, OWNER):
            self.store.remove("ports", port["id"])
        self.store.remove("floatingips", id)
        self._tell(floating["port_id"])

    def release_port(self, port_id: str) -> None:
        """Forget, in all floating addresses, a port that is deleted."""
        for floating in self.store.all("floatingips"):
            if floating["port_id"] == port_id:
                floating.update(_nowhere())
                self.place.change("floatingips", floating["id"])

    def _place(
        self, request: webob.Request, given: Resource, network_id: str
    ) -> Resource:
        """Return where the address leads: port, its fixed address, the router between."""
        if not given.get("port_id"):
            return _nowhere()
        port = self.owned(request, "ports", str(given["port_id"]))
        wanted = given.get("fixed_ip_address")
        fixed = [ip for ip in port["fixed_ips"] if wanted in (None, ip["ip_address"])]
        if not fixed:
            raise webob.exc.HTTPBadRequest(
                f"Bad floatingip request: Port {port['id']} does not have fixed ip "
                f"{wanted}."
            )
        address, subnet_id = fixed[0]["ip_address"], fixed[0]["subnet_id"]
        for other in self.store.all("floatingips"):
            taken = (other["port_id"], other["fixed_ip_address"])
            if taken == (port["id"], address) and other["id"] != _id_of(request):
                raise conflict(
                    "FloatingIPPortAlreadyAssociated",
                    f"Cannot associate floating IP with port {port['id']} using fixed "
                    f"IP {address}, as that fixed IP already has a floating IP.",
                )
        for router in self.store.all("routers"):
            gateway = router["external_gateway_info"] or {}
            if gateway.get("network_id") != network_id:
                continue
            legs = self.ports_of(router["id"], INTERFACE)
            if any(
                ip["subnet_id"] == subnet_id for leg in legs for ip in leg["fixed_ips"]
            ):
                return {
                    "port_id": port["id"],
                    "fixed_ip_address": address,
                    "router_id": router["id"],
                    "status": "ACTIVE",
                }
        raise not_found(
            "ExternalGatewayForFloatingIPNotFound",
            f"External network {network_id} is not reachable from subnet {subnet_id}.  "
            f"Therefore, cannot associate Port {port['id']} with a Floating IP.",
        )

    def _outside(self, given: Resource, network_id: str) -> Resource:
        """Return the new port in the external network that holds the address."""
        wish = {
            key: given[name]
            for key, name in (
                ("ip_address", "floating_ip_address"),
                ("subnet_id", "subnet_id"),
            )
            if given.get(name)
        }
        port = {
            "network_id": network_id,
            "device_owner": OWNER,
            "fixed_ips": [wish] if wish else [],
        }
        try:
            created = self.store.add_port(port, "")
        except neutron_store.AddressInUse as error:
            raise conflict("IpAddressInUse", f"{error} is in use.") from None
        except (neutron_store.NoAddressLeft, ValueError) as error:
            raise conflict("IpAddressGenerationFailure", str(error)) from None
        if not created["fixed_ips"]:
            self.store.remove("ports", created["id"])
            raise webob.exc.HTTPBadRequest(
                f"Bad floatingip request: Network {network_id} does not contain any "
                "IPv4 subnet."
            )
        created["status"] = "N/A"
        return created

    def _tell(self, port_id: str | None) -> None:
        """Let nova look at the addresses of the server behind the port again."""
        port = self.store.get("ports", port_id or "")
        if self.notifier and port and port["device_owner"].startswith("compute:"):
            self.notifier.network_changed(port["device_id"])


def _nowhere() -> Resource:
    return {
        "port_id": None,
        "fixed_ip_address": None,
        "router_id": None,
        "status": "DOWN",
    }


def _id_of(request: webob.Request) -> str:
    return str(request.path_info).rpartition("/")[2]
