"""Ports: where a server is plugged into a network."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import webob
import webob.exc

from tracenova.neighbours.neutron import store as neutron_store
from tracenova.neighbours.neutron.base import check_types, conflict, invalid
from tracenova.neighbours.neutron.security_groups import SecurityGroups
from tracenova.neighbours.neutron.store import Resource
from tracenova.neighbours.wsgi import route

_CHANGES: Final = frozenset(
    {"name", "description", "admin_state_up", "fixed_ips", "device_id", "device_owner"}
    | {"security_groups", "port_security_enabled", "allowed_address_pairs", "dns_name"}
    | {"extra_dhcp_opts", "qos_policy_id"}
    | {"binding:host_id", "binding:profile", "binding:vnic_type"}
)
_ROUTERS: Final = frozenset(
    {"network:router_interface", "network:router_gateway", "network:floatingip"}
)
_PORT: Final = _CHANGES | {"network_id", "mac_address"}


class Ports(SecurityGroups):
    """The part of neutron that knows ports."""

    @route("GET", "/v2.0/ports")
    def ports(self, request: webob.Request) -> Resource:
        """List ports."""
        return self.listed(request, "ports")

    @route("POST", "/v2.0/ports", status=201)
    def create_port(self, request: webob.Request) -> Resource:
        """Create a port; 409 over quota, when the subnet is full or the address taken."""
        given = self.given(request, "port", _PORT)
        network = self.found(request, "networks", str(given.get("network_id")))
        project_id = given["tenant_id"]
        given = {key: value for key, value in given.items() if value is not None}
        self._check_port(request, given)
        own = [p for p in self.store.all("ports") if p["tenant_id"] == project_id]
        quota = self.quotas.get(project_id, {}).get("port", self.port_quota)
        if 0 <= quota <= len(own):
            raise conflict("OverQuota", "Quota exceeded for resources: ['port'].")
        secure = given.get("port_security_enabled", network["port_security_enabled"])
        if secure and "security_groups" not in given:
            given["security_groups"] = [self.ensure_default(project_id)["id"]]
        with _as_conflicts():
            port = self.store.add_port(
                {**given, "port_security_enabled": secure}, project_id
            )
        if port["binding:host_id"]:
            port.update(_binding(port["binding:host_id"]))
        return {"port": dict(port)}

    @route("GET", "/v2.0/ports/{id}")
    def port(self, request: webob.Request, id: str) -> Resource:
        """Show a port."""
        return {"port": self.found(request, "ports", id)}

    @route("PUT", "/v2.0/ports/{id}")
    def update_port(self, request: webob.Request, id: str) -> Resource:
        """Change a port. A host binds it, an empty host unbinds it."""
        port = self.owned(request, "ports", id)
        changes = self.changes(request, "port", _CHANGES)
        self._check_port(request, changes)
        if "fixed_ips" in changes:
            asked = changes["fixed_ips"] or []
            with _as_conflicts():
                changes["fixed_ips"] = self.store.readdress(port, asked)
        if "binding:host_id" in changes:
            changes.update(_binding(changes["binding:host_id"]))
        return {"port": self.changed("ports", id, changes)}

    @route("DELETE", "/v2.0/ports/{id}", status=204)
    def delete_port(self, request: webob.Request, id: str) -> None:
        """Delete a port; nova is told when a server used it."""
        port = self.owned(request, "ports", id)
        if port["device_owner"] in _ROUTERS:
            raise conflict(
                "ServicePortInUse",
                f"Port {id} cannot be deleted directly via the port API: has device "
                f"owner {port['device_owner']}.",
            )
        self.store.remove("ports", id)
        self.release_port(id)
        if self.notifier and port["device_owner"].startswith("compute:"):
            self.notifier.port_event(
                "network-vif-deleted", port["device_id"], id, "completed"
            )

    def update_device(self, port_id: str, *, is_up: bool) -> None:
        """Take note that an agent has wired a port, or could not; tell nova."""
        port = self.store.get("ports", port_id)
        if port is None or self.notifier is None:
            return
        port["status"] = "ACTIVE" if is_up else "ERROR"
        self.place.write()
        self.notifier.port_event(
            "network-vif-plugged",
            port["device_id"],
            port_id,
            "completed" if is_up else "failed",
        )

    def _check_port(self, request: webob.Request, given: Resource) -> None:
        check_types(given, name=str, description=str, admin_state_up=bool)
        check_types(given, device_id=str, device_owner=str, port_security_enabled=bool)
        for name in ("fixed_ips", "security_groups", "allowed_address_pairs"):
            if not isinstance(given.get(name) or [], list):
                raise invalid(name, f"{given[name]!r} is no list")
        for wish in given.get("fixed_ips") or ():
            if not isinstance(wish, dict):
                raise invalid("fixed_ips", f"{wish!r} is no object")
        for group in given.get("security_groups") or ():
            self.found(request, "security-groups", str(group))


@contextmanager
def _as_conflicts() -> Iterator[None]:
    """Answer 409 where there is no address to give."""
    try:
        yield
    except neutron_store.NoAddressLeft as error:
        raise conflict("IpAddressGenerationFailure", str(error)) from None
    except neutron_store.AddressInUse as error:
        raise conflict("IpAddressInUse", f"{error} is in use.") from None


def _binding(host: str | None) -> Resource:
    if not host:
        unbound = {
            "binding:vif_type": "unbound",
            "binding:vif_details": {},
            "status": "DOWN",
        }
        return {**unbound, "binding:host_id": ""}
    details = {"port_filter": True, "ovs_hybrid_plug": False}
    return {
        "binding:host_id": host,
        "binding:vif_type": "ovs",
        "binding:vif_details": details,
        "status": "DOWN",
    }
