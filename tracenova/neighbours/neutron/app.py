"""The networking API: networks, subnets, ports, quotas, extensions."""

import ipaddress
from collections.abc import Mapping
from typing import Any

import webob
import webob.exc

from tracenova.neighbours.keystone.tokens import TokenStore
from tracenova.neighbours.neutron import store as neutron_store
from tracenova.neighbours.neutron.notifier import NovaNotifier
from tracenova.neighbours.neutron.store import Resource, Store
from tracenova.neighbours.wsgi import Neighbour, body, caller, may_touch, route

EXTENSIONS = (
    ("Port Binding", "binding"),
    ("Port Security", "port-security"),
    ("Provider Network", "provider"),
    ("Quota management support", "quotas"),
    ("security-group", "security-group"),
    ("Neutron L3 Router", "router"),
    ("Network MTU", "net-mtu"),
)


class Neutron(Neighbour):
    """neutron in memory.

    Attributes:
        notifier: tells nova-api about ports; set by the lab once nova-api exists.
        port_quota: ports a project may have; -1 is unlimited.
    """

    def __init__(self, tokens: TokenStore, port_quota: int = 50) -> None:
        super().__init__(tokens)
        self.store = Store()
        self.port_quota = port_quota
        self.notifier: NovaNotifier | None = None

    @route("GET", "/v2.0/extensions")
    def extensions(self, request: webob.Request) -> dict[str, Any]:
        """List what this neutron can do; the callers look for "Port Binding"."""
        shown = [
            {"name": n, "alias": a, "description": n, "links": []}
            for n, a in EXTENSIONS
        ]
        return {"extensions": shown}

    @route("GET", "/v2.0/quotas/{tenant_id}")
    def quota(self, request: webob.Request, tenant_id: str) -> dict[str, Any]:
        """Show a project's limits."""
        limits = {
            "network": 100,
            "subnet": 100,
            "port": self.port_quota,
            "floatingip": 50,
        }
        return {"quota": {**limits, "security_group": 10, "security_group_rule": 100}}

    @route("GET", "/v2.0/networks")
    def networks(self, request: webob.Request) -> dict[str, Any]:
        """List networks: the caller's own and the shared ones."""
        return {"networks": self._list(request, "networks")}

    @route("POST", "/v2.0/networks", status=201)
    def create_network(self, request: webob.Request) -> dict[str, Any]:
        """Create a network."""
        given = body(request, "network")
        return {"network": self.store.add_network(given, caller(request).project_id)}

    @route("GET", "/v2.0/networks/{id}")
    def network(self, request: webob.Request, id: str) -> dict[str, Any]:
        """Show a network."""
        return {"network": self._get(request, "networks", id)}

    @route("DELETE", "/v2.0/networks/{id}", status=204)
    def delete_network(self, request: webob.Request, id: str) -> None:
        """Delete a network with its subnets; 409 while servers have ports on it."""
        self._get(request, "networks", id)
        ports = [p for p in self.store.all("ports") if p["network_id"] == id]
        if any(p["device_owner"] != "network:dhcp" for p in ports):
            raise webob.exc.HTTPConflict(
                f"Unable to complete operation on network {id}. "
                "There are one or more ports still in use on the network."
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
    def subnets(self, request: webob.Request) -> dict[str, Any]:
        """List subnets."""
        return {"subnets": self._list(request, "subnets")}

    @route("POST", "/v2.0/subnets", status=201)
    def create_subnet(self, request: webob.Request) -> dict[str, Any]:
        """Create a subnet."""
        given = body(request, "subnet")
        self._get(request, "networks", str(given.get("network_id")))
        try:
            ipaddress.ip_network(str(given.get("cidr")))
        except ValueError as error:
            raise webob.exc.HTTPBadRequest(
                f"Invalid input for cidr. Reason: {error}."
            ) from None
        return {"subnet": self.store.add_subnet(given, caller(request).project_id)}

    @route("GET", "/v2.0/subnets/{id}")
    def subnet(self, request: webob.Request, id: str) -> dict[str, Any]:
        """Show a subnet."""
        return {"subnet": self._get(request, "subnets", id)}

    @route("GET", "/v2.0/ports")
    def ports(self, request: webob.Request) -> dict[str, Any]:
        """List ports."""
        return {"ports": self._list(request, "ports")}

    @route("POST", "/v2.0/ports", status=201)
    def create_port(self, request: webob.Request) -> dict[str, Any]:
        """Create a port; 409 over quota, when the subnet is full or the address taken."""
        given = body(request, "port")
        self._get(request, "networks", str(given.get("network_id")))
        project_id = self._tenant_of(request, given)
        own = [p for p in self.store.all("ports") if p["tenant_id"] == project_id]
        if 0 <= self.port_quota <= len(own):
            raise _conflict("OverQuota", "Quota exceeded for resources: ['port'].")
        try:
            return {"port": dict(self.store.add_port(given, project_id))}
        except neutron_store.NoAddressLeft as error:
            raise _conflict("IpAddressGenerationFailure", str(error)) from None
        except neutron_store.AddressInUse as error:
            raise _conflict("IpAddressInUse", f"{error} is in use.") from None

    @route("GET", "/v2.0/ports/{id}")
    def port(self, request: webob.Request, id: str) -> dict[str, Any]:
        """Show a port."""
        return {"port": self._get(request, "ports", id)}

    @route("PUT", "/v2.0/ports/{id}")
    def update_port(self, request: webob.Request, id: str) -> dict[str, Any]:
        """Change a port. A host binds it, an empty host unbinds it."""
        self._get(request, "ports", id)
        changes = body(request, "port")
        with self.store.lock:
            live = self.store.get("ports", id)
            if live is None:
                raise webob.exc.HTTPNotFound(f"Port {id} could not be found.")
            live.update(changes)
            if "binding:host_id" in changes:
                live.update(_binding(changes["binding:host_id"]))
            return {"port": dict(live)}

    @route("DELETE", "/v2.0/ports/{id}", status=204)
    def delete_port(self, request: webob.Request, id: str) -> None:
        """Delete a port; nova is told when a server used it."""
        port = self._get(request, "ports", id)
        self.store.remove("ports", id)
        if self.notifier and port["device_owner"].startswith("compute:"):
            self.notifier.port_event(
                "network-vif-deleted", port["device_id"], id, "completed"
            )

    @route("GET", "/v2.0/floatingips")
    def floatingips(self, request: webob.Request) -> dict[str, Any]:
        """List floating addresses: none are ever made here."""
        return {"floatingips": []}

    @route("GET", "/v2.0/security-groups")
    def security_groups(self, request: webob.Request) -> dict[str, Any]:
        """List security groups."""
        return {"security_groups": self._list(request, "security-groups")}

    @route("POST", "/v2.0/security-groups", status=201)
    def create_security_group(self, request: webob.Request) -> dict[str, Any]:
        """Create a security group."""
        given = body(request, "security_group")
        tenant_id = caller(request).project_id
        group = {
            "description": "",
            "security_group_rules": [],
            **given,
            "tenant_id": tenant_id,
        }
        return {"security_group": self.store.add("security-groups", group)}

    def fault(self, error: webob.exc.HTTPException) -> webob.Response:
        """Return the error as neutron writes it."""
        kind = error.headers.get("X-Neutron-Type") or error.title.replace(" ", "")
        shown = {"type": kind, "message": error.detail, "detail": ""}
        return webob.Response(json={"NeutronError": shown}, status=error.code)

    def _tenant_of(self, request: webob.Request, given: Mapping[str, Any]) -> str:
        tenant_id = str(given.get("tenant_id") or caller(request).project_id)
        if not may_touch(request, tenant_id):
            raise webob.exc.HTTPForbidden("The port would belong to another project.")
        return tenant_id

    def _list(self, request: webob.Request, kind: str) -> list[Resource]:
        query = {key: request.GET.getall(key) for key in request.GET}
        found = neutron_store.matching(self.store.all(kind), query)
        shown = [dict(r) for r in found if _visible(request, r, self.store)]
        if fields := query.get("fields"):
            return [
                {key: value for key, value in r.items() if key in fields} for r in shown
            ]
        return shown

    def _get(self, request: webob.Request, kind: str, resource_id: str) -> Resource:
        found = self.store.get(kind, resource_id)
        if found is None or not _visible(request, found, self.store):
            what = kind.removesuffix("s").capitalize()
            error = webob.exc.HTTPNotFound(f"{what} {resource_id} could not be found.")
            error.headers["X-Neutron-Type"] = f"{what}NotFound"
            raise error
        return dict(found)


def _visible(request: webob.Request, resource: Resource, store: Store) -> bool:
    if may_touch(request, resource["tenant_id"]) or resource.get("shared"):
        return True
    network = store.get("networks", resource.get("network_id", ""))
    return bool(network and network["shared"] and "cidr" in resource)


def _binding(host: str | None) -> Resource:
    if not host:
        unbound = {
            "binding:vif_type": "unbound",
            "binding:vif_details": {},
            "status": "DOWN",
        }
        return {**unbound, "binding:host_id": ""}
    details = {"port_filter": True, "ovs_hybrid_plug": False}
    return {"binding:vif_type": "ovs", "binding:vif_details": details, "status": "DOWN"}


def _conflict(kind: str, text: str) -> webob.exc.HTTPConflict:
    error = webob.exc.HTTPConflict(text)
    error.headers["X-Neutron-Type"] = kind
    return error
