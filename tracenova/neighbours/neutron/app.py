"""The networking API: what it can do, quotas, and all its parts together."""

from typing import ClassVar, Final

import webob
import webob.exc

from tracenova.neighbours.neutron.base import invalid, not_found, whole_number
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
_LARGEST: Final = 0x7FFFFFFF
_WORDS: Final = frozenset({"check_limit", "force", "tenant_id", "project_id"})
"""What later clients add; Newton's neutron would refuse it."""


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
    def all_quotas(self, request: webob.Request) -> Resource:
        """List the limits of projects that have limits of their own."""
        require_admin(request)
        own = sorted(self.quotas)
        return {"quotas": [{**self._limits(each), "tenant_id": each} for each in own]}

    @route("GET", "/v2.0/quotas/{tenant_id}")
    def quota(self, request: webob.Request, tenant_id: str) -> Resource:
        """Show a project's limits."""
        if not may_touch(request, tenant_id):
            raise webob.exc.HTTPForbidden("Only an admin may see another's quota.")
        return {"quota": self._limits(tenant_id)}

    @route("GET", "/v2.0/quotas/{tenant_id}/default")
    def default_quota(self, request: webob.Request, tenant_id: str) -> Resource:
        """Show the limits that a project has by default."""
        return {"quota": {**_LIMITS, "port": self.port_quota}}

    @route("PUT", "/v2.0/quotas/{tenant_id}")
    def update_quota(self, request: webob.Request, tenant_id: str) -> Resource:
        """Change a project's limits. Simplified: only that of ports keeps anybody out."""
        require_admin(request)
        given = body(request, "quota")
        wished = {name: given[name] for name in given if name not in _WORDS}
        if unknown := sorted(set(wished) - set(_LIMITS)):
            raise webob.exc.HTTPBadRequest(
                f"Unrecognized attribute(s) '{', '.join(unknown)}'"
            )
        for name, limit in wished.items():
            wished[name] = whole_number(name, limit)
            if not -1 <= wished[name] <= _LARGEST:
                raise invalid(name, f"'{limit}' is not from -1 to {_LARGEST}")
        own = {**self.quotas.get(tenant_id, {}), **wished}
        self.quotas[tenant_id] = own
        self.place.change("quota", tenant_id)
        return {"quota": self._limits(tenant_id)}

    @route("DELETE", "/v2.0/quotas/{tenant_id}", status=204)
    def delete_quota(self, request: webob.Request, tenant_id: str) -> None:
        """Give a project the default limits again."""
        require_admin(request)
        if self.quotas.pop(tenant_id, None) is None:
            raise not_found(
                "TenantQuotaNotFound",
                f"Quota for tenant {tenant_id} could not be found.",
            )
        self.place.change("quota", tenant_id)

    def _limits(self, tenant_id: str) -> Resource:
        return {**_LIMITS, "port": self.port_quota, **self.quotas.get(tenant_id, {})}


def _extension(name: str, alias: str) -> Resource:
    updated = "2016-10-06T00:00:00-00:00"
    described = {"description": name, "links": [], "updated": updated}
    return {"name": name, "alias": alias, **described}
