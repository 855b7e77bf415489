"""Who and what keystone knows: projects, users, roles, services, endpoints."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import webob
import webob.exc

from tracenova.neighbours import listing
from tracenova.neighbours.keystone.tokens import TokenStore, User, id_of
from tracenova.neighbours.wsgi import Neighbour, caller, require_admin, route

Resource = dict[str, Any]

DOMAIN: Final = {"id": "default", "name": "Default"}
REGION: Final = "RegionOne"
_INTERFACES: Final = ("public", "internal", "admin")


class Directory(Neighbour):
    """The part of keystone that is only looked at: nobody is added here.

    Args:
        tokens: the users and their tokens.
        endpoints: service type → (service name, URL); ``%(project_id)s`` is replaced.
    """

    def __init__(
        self, tokens: TokenStore, endpoints: Mapping[str, tuple[str, str]]
    ) -> None:
        super().__init__(tokens)
        self.endpoints = dict(endpoints)

    @route("GET", "/v3/projects")
    def projects(self, request: webob.Request) -> Resource:
        """List the projects; for administrators."""
        token = caller(request)
        names = self.tokens.projects if token.is_admin else sorted(token.user.roles)
        return _listed(request, "projects", map(_project_view, names))

    @route("GET", "/v3/projects/{id}")
    def project(self, request: webob.Request, id: str) -> Resource:
        """Show a project: to administrators and to its users."""
        token = caller(request)
        names = self.tokens.projects if token.is_admin else sorted(token.user.roles)
        return {"project": _one(id, "project", map(_project_view, names))}

    @route("GET", "/v3/auth/projects")
    def own_projects(self, request: webob.Request) -> Resource:
        """List the projects that the caller can get a token for."""
        names = sorted(caller(request).user.roles)
        return _listed(request, "projects", map(_project_view, names))

    @route("GET", "/v3/users/{id}/projects")
    def projects_of(self, request: webob.Request, id: str) -> Resource:
        """List a user's projects."""
        user = self._user(request, id)
        return _listed(request, "projects", map(_project_view, sorted(user.roles)))

    @route("GET", "/v3/users")
    def users(self, request: webob.Request) -> Resource:
        """List the users."""
        require_admin(request)
        return _listed(request, "users", map(_user_view, self.tokens.users.values()))

    @route("GET", "/v3/users/{id}")
    def user(self, request: webob.Request, id: str) -> Resource:
        """Show a user: to administrators, and to the user."""
        return {"user": _user_view(self._user(request, id))}

    @route("GET", "/v3/roles")
    def roles(self, request: webob.Request) -> Resource:
        """List the roles."""
        require_admin(request)
        return _listed(request, "roles", map(_role_view, self._role_names()))

    @route("GET", "/v3/roles/{id}")
    def role(self, request: webob.Request, id: str) -> Resource:
        """Show a role."""
        require_admin(request)
        return {"role": _one(id, "role", map(_role_view, self._role_names()))}

    @route("GET", "/v3/role_assignments")
    def role_assignments(self, request: webob.Request) -> Resource:
        """List who has which role in which project."""
        require_admin(request)
        named = "include_names" in request.GET
        return _listed(request, "role_assignments", self._assignments(named))

    @route("GET", "/v3/domains")
    def domains(self, request: webob.Request) -> Resource:
        """List the domains: there is one."""
        require_admin(request)
        return _listed(request, "domains", [_domain_view()])

    @route("GET", "/v3/domains/{id}")
    def domain(self, request: webob.Request, id: str) -> Resource:
        """Show a domain."""
        require_admin(request)
        return {"domain": _one(id, "domain", [_domain_view()])}

    @route("GET", "/v3/regions")
    def regions(self, request: webob.Request) -> Resource:
        """List the regions: there is one."""
        return _listed(request, "regions", [_region_view()])

    @route("GET", "/v3/regions/{id}")
    def region(self, request: webob.Request, id: str) -> Resource:
        """Show a region."""
        return {"region": _one(id, "region", [_region_view()])}

    @route("GET", "/v3/services")
    def services(self, request: webob.Request) -> Resource:
        """List the services of the catalog."""
        require_admin(request)
        return _listed(request, "services", self._services())

    @route("GET", "/v3/services/{id}")
    def service(self, request: webob.Request, id: str) -> Resource:
        """Show a service."""
        require_admin(request)
        return {"service": _one(id, "service", self._services())}

    @route("GET", "/v3/endpoints")
    def list_endpoints(self, request: webob.Request) -> Resource:
        """List where the services listen."""
        require_admin(request)
        return _listed(request, "endpoints", self._endpoint_views())

    @route("GET", "/v3/endpoints/{id}")
    def endpoint(self, request: webob.Request, id: str) -> Resource:
        """Show an endpoint."""
        require_admin(request)
        return {"endpoint": _one(id, "endpoint", self._endpoint_views())}

    def catalog_of(self, project_id: str) -> list[Resource]:
        """Return the catalog as the users of a project see it."""
        return [
            {
                "type": service_type,
                "name": name,
                "id": id_of("service", name),
                "endpoints": [
                    _endpoint(
                        name, interface, url.replace("%(project_id)s", project_id)
                    )
                    for interface in _INTERFACES
                ],
            }
            for service_type, (name, url) in sorted(self.endpoints.items())
        ]

    def _user(self, request: webob.Request, user_id: str) -> User:
        token = caller(request)
        for user in self.tokens.users.values():
            if user.id == user_id and (token.is_admin or token.user.id == user_id):
                return user
        raise webob.exc.HTTPNotFound(f"Could not find user: {user_id}.")

    def _role_names(self) -> list[str]:
        users = self.tokens.users.values()
        return sorted(
            {role for u in users for roles in u.roles.values() for role in roles}
        )

    def _assignments(self, named: bool) -> Iterable[Resource]:
        for user in self.tokens.users.values():
            for project, roles in user.roles.items():
                for role in roles:
                    assignment: Resource = {
                        "user": {"id": user.id},
                        "role": {"id": id_of("role", role)},
                        "scope": {"project": {"id": id_of("project", project)}},
                        "links": {},
                    }
                    if named:
                        scope = assignment["scope"]["project"]
                        scope |= {"name": project, "domain": DOMAIN}
                        assignment["user"] |= {"name": user.name, "domain": DOMAIN}
                        assignment["role"] |= {"name": role}
                    yield assignment

    def _services(self) -> Iterable[Resource]:
        for service_type, (name, _) in sorted(self.endpoints.items()):
            yield {
                "id": id_of("service", name),
                "name": name,
                "type": service_type,
                "enabled": True,
                "links": {},
            }

    def _endpoint_views(self) -> Iterable[Resource]:
        for name, url in self.endpoints.values():
            for interface in _INTERFACES:
                yield {
                    **_endpoint(name, interface, url),
                    "service_id": id_of("service", name),
                    "enabled": True,
                    "links": {},
                }


def _listed(
    request: webob.Request, collection: str, resources: Iterable[Resource]
) -> Resource:
    """Return those that fit the query, with the list's own links."""
    names = ("name", "enabled", "domain_id", "type", "service_id", "interface")
    found = [each for each in resources if listing.fits(each, request, *names)]
    links = {"self": request.url, "previous": None, "next": None}
    return {collection: found, "links": links}


def _one(resource_id: str, kind: str, resources: Iterable[Resource]) -> Resource:
    for resource in resources:
        if resource["id"] == resource_id:
            return resource
    raise webob.exc.HTTPNotFound(f"Could not find {kind}: {resource_id}.")


def _project_view(name: str) -> Resource:
    return {
        "id": id_of("project", name),
        "name": name,
        "description": "",
        "domain_id": DOMAIN["id"],
        "parent_id": DOMAIN["id"],
        "enabled": True,
        "is_domain": False,
        "links": {},
    }


def _user_view(user: User) -> Resource:
    return {
        "id": user.id,
        "name": user.name,
        "domain_id": DOMAIN["id"],
        "enabled": True,
        "password_expires_at": None,
        "links": {},
    }


def _role_view(name: str) -> Resource:
    return {"id": id_of("role", name), "name": name, "domain_id": None, "links": {}}


def _domain_view() -> Resource:
    return {**DOMAIN, "description": "The default domain", "enabled": True, "links": {}}


def _region_view() -> Resource:
    return {"id": REGION, "description": "", "parent_region_id": None, "links": {}}


def _endpoint(name: str, interface: str, url: str) -> Resource:
    return {
        "id": id_of("endpoint", f"{name}-{interface}"),
        "interface": interface,
        "region": REGION,
        "region_id": REGION,
        "url": url,
    }
