"""The networking API: what it can do, quotas, and all its parts together."""

from typing import Any, ClassVar, Final

import webob
import webob.exc

from tracenova.neighbours.neutron.floatingips import FloatingIPs
from tracenova.neighbours.neutron.networks import Networks
from tracenova.neighbours.neutron.ports import Ports
from tracenova.neighbours.neutron.store import Resource
from tracenova.neighbours.wsgi import body, may_touch, require_admin, route

EXTENSIONS = (
    ("Port Binding", "binding"),
    ("Port Security", "port-security"),
    ("Provider Network", "provider"),
    ("Quota management support", "quotas"),
    ("security-group", "security-group"),
    ("Neutron L3 Router", "router"),
    ("Network MTU", "net-mtu"),
    ("Resource timestamps", "standard-attr-timestamp"),
    ("Resource revision numbers", "standard-attr-revisions"),
    ("standard-attr-description", "standard-attr-description"),
    ("project_id field enabled", "project-id"),
    ("Pagination support", "pagination"),
    ("Sorting support", "sorting"),
)
_LIMITS: Final = {
    "network": 100,
    "subnet": 100,
    "subnetpool": -1,
    "port": 50,
    "router": 10,
    "floatingip": 50,
    "security_group": 10,
    "security_group_rule": 100,
    "rbac_policy": 10,
}


class Neutron(Networks, Ports, FloatingIPs):
    """neutron in memory."""

    public: ClassVar[frozenset[str]] = frozenset({"/", "/v2.0", "/v2.0/"})

    @route("GET", "/")
    def versions(self, request: webob.Request) -> Resource:
        """List the API versions."""
        link = {"rel": "self", "href": f"{request.application_url}/v2.0/"}
        return {"versions": [{"id": "v2.0", "status": "CURRENT", "links": [link]}]}

    @route("GET", "/v2.0")
    def resources(self, request: webob.Request) -> Resource:
        """List the resources of the version."""
        base = f"{request.application_url}/v2.0"
        kinds = ("networks", "subnets", "ports", "security-groups", "routers")
        return {
            "resources": [
                {
                    "name": kind.removesuffix("s").replace("-", "_"),
                    "collection": kind.replace("-", "_"),
                    "links": [{"rel": "self", "href": f"{base}/{kind}"}],
                }
                for kind in (*kinds, "floatingips")
            ]
        }

    @route("GET", "/v2.0/")
    def resources_again(self, request: webob.Request) -> Resource:
        """List the resources of the version."""
        return self.resources(request)

    @route("GET", "/v2.0/extensions")
    def extensions(self, request: webob.Request) -> Resource:
        """List what this neutron can do; the callers look for "Port Binding"."""
        return {"extensions": [_extension(*each) for each in EXTENSIONS]}

    @route("GET", "/v2.0/extensions/{alias}")
    def extension(self, request: webob.Request, alias: str) -> Resource:
        """Show one of the things it can do."""
        for name, known in EXTENSIONS:
            if known == alias:
                return {"extension": _extension(name, known)}
        raise webob.exc.HTTPNotFound(f"Extension with alias {alias} does not exist")

    @route("GET", "/v2.0/quotas")
    def quotas(self, request: webob.Request) -> Resource:
        """List the limits of projects that have limits of their own: none."""
        require_admin(request)
        return {"quotas": []}

    @route("GET", "/v2.0/quotas/{tenant_id}")
    def quota(self, request: webob.Request, tenant_id: str) -> Resource:
        """Show a project's limits."""
        if not may_touch(request, tenant_id):
            raise webob.exc.HTTPForbidden("Only an admin may see another's quota.")
        return {"quota": {**_LIMITS, "port": self.port_quota}}

    @route("GET", "/v2.0/quotas/{tenant_id}/default")
    def default_quota(self, request: webob.Request, tenant_id: str) -> Resource:
        """Show the limits that a project has by default."""
        return {"quota": dict(_LIMITS)}

    @route("PUT", "/v2.0/quotas/{tenant_id}")
    def update_quota(self, request: webob.Request, tenant_id: str) -> Resource:
        """Change the limit of ports. Simplified: for all projects, and only this."""
        require_admin(request)
        limit: Any = body(request, "quota").get("port", self.port_quota)
        if type(limit) is not int or limit < -1:
            raise webob.exc.HTTPBadRequest(
                "Quota limit must be an integer, -1 or more."
            )
        self.port_quota = limit
        self.place.change("quota", "port")
        return self.quota(request, tenant_id)


def _extension(name: str, alias: str) -> Resource:
    updated = "2016-10-06T00:00:00-00:00"
    described = {"description": name, "links": [], "updated": updated}
    return {"name": name, "alias": alias, **described}
