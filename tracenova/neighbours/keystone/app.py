"""The identity API: get a token, prove a token, the service catalog."""

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar

import webob
import webob.exc

from tracenova.neighbours.keystone.tokens import Token, TokenStore, User, id_of
from tracenova.neighbours.wsgi import Neighbour, body, caller, route

DOMAIN = {"id": "default", "name": "Default"}
REGION = "RegionOne"


class Keystone(Neighbour):
    """keystone, as far as authentication.

    Args:
        tokens: the users and their tokens.
        endpoints: service type → (service name, URL); ``%(project_id)s`` is replaced.
    """

    public: ClassVar[frozenset[str]] = frozenset({"/", "/v3", "/v3/auth/tokens"})

    def __init__(
        self, tokens: TokenStore, endpoints: Mapping[str, tuple[str, str]]
    ) -> None:
        super().__init__(tokens)
        self.endpoints = dict(endpoints)

    @route("GET", "/", status=300)
    def versions(self, request: webob.Request) -> dict[str, Any]:
        """List the API versions."""
        return {"versions": {"values": [_version(request)]}}

    @route("GET", "/v3")
    def version(self, request: webob.Request) -> dict[str, Any]:
        """Show version 3."""
        return {"version": _version(request)}

    @route("POST", "/v3/auth/tokens", status=201)
    def log_in(self, request: webob.Request) -> webob.Response:
        """Give a token for a name and a password, scoped to a project."""
        asked = body(request, "auth")
        try:
            user, password = _credentials(asked, self.tokens)
            project = _project(asked, self.tokens)
        except (KeyError, TypeError, AttributeError):
            raise webob.exc.HTTPBadRequest(
                "auth must name a user, a password, a scope."
            ) from None
        key = self.tokens.log_in(user, password, project)
        if key is None:
            raise webob.exc.HTTPUnauthorized(
                "The request you have made requires authentication."
            )
        response = self._show(key)
        response.status = 201
        response.headers["X-Subject-Token"] = key
        return response

    @route("GET", "/v3/auth/tokens")
    def validate(self, request: webob.Request) -> webob.Response:
        """Show what the token in X-Subject-Token proves."""
        self._validated(request)
        return self._show(request.headers.get("X-Subject-Token", ""))

    @route("DELETE", "/v3/auth/tokens", status=204)
    def revoke(self, request: webob.Request) -> None:
        """Forget a token."""
        self._validated(request)
        self.tokens.revoke(request.headers.get("X-Subject-Token", ""))

    @route("GET", "/v3/auth/catalog")
    def catalog(self, request: webob.Request) -> dict[str, Any]:
        """List the services and where they listen."""
        return {"catalog": self._catalog(caller(request).project_id)}

    @route("GET", "/v3/projects")
    def projects(self, request: webob.Request) -> dict[str, Any]:
        """List the projects: all for an admin, else the caller's own."""
        token = caller(request)
        names = self.tokens.projects if token.is_admin else sorted(token.user.roles)
        return {"projects": [_project_view(name) for name in names], "links": {}}

    def _show(self, key: str) -> webob.Response:
        token = self.tokens.find(key)
        if token is None:
            raise webob.exc.HTTPNotFound("Could not find token.")
        shown = _token_view(token)
        shown["catalog"] = self._catalog(token.project_id)
        return webob.Response(json={"token": shown}, headers=[("Vary", "X-Auth-Token")])

    def _catalog(self, project_id: str) -> list[dict[str, Any]]:
        return [
            {
                "type": service_type,
                "name": name,
                "id": id_of("service", name),
                "endpoints": [
                    {
                        "id": id_of("endpoint", f"{name}-{interface}"),
                        "interface": interface,
                        "region": REGION,
                        "region_id": REGION,
                        "url": url.replace("%(project_id)s", project_id),
                    }
                    for interface in ("public", "internal", "admin")
                ],
            }
            for service_type, (name, url) in sorted(self.endpoints.items())
        ]


def _version(request: webob.Request) -> dict[str, Any]:
    link = {"rel": "self", "href": f"{request.host_url}/v3/"}
    return {
        "id": "v3.14",
        "status": "stable",
        "updated": "2020-04-07T00:00:00Z",
        "links": [link],
        "media-types": [
            {
                "base": "application/json",
                "type": "application/vnd.openstack.identity-v3+json",
            }
        ],
    }


def _credentials(asked: dict[str, Any], tokens: TokenStore) -> tuple[str, str]:
    user = asked["identity"]["password"]["user"]
    named: User | None = tokens.users.get(user.get("name", ""))
    by_id = {known.id: known for known in tokens.users.values()}
    found = named or by_id.get(user.get("id", ""))
    return (found.name if found else "", str(user["password"]))


def _project(asked: dict[str, Any], tokens: TokenStore) -> str:
    project = asked["scope"]["project"]
    by_id = {id_of("project", name): name for name in tokens.projects}
    return str(project.get("name") or by_id.get(project.get("id", ""), ""))


def _project_view(name: str) -> dict[str, Any]:
    return {
        "id": id_of("project", name),
        "name": name,
        "domain_id": DOMAIN["id"],
        "enabled": True,
        "is_domain": False,
        "links": {},
    }


def _token_view(token: Token) -> dict[str, Any]:
    return {
        "methods": ["password"],
        "user": {"id": token.user.id, "name": token.user.name, "domain": DOMAIN},
        "project": {"id": token.project_id, "name": token.project, "domain": DOMAIN},
        "roles": [{"id": id_of("role", role), "name": role} for role in token.roles],
        "audit_ids": [token.audit_id],
        "is_domain": False,
        "issued_at": _iso(token.issued_s),
        "expires_at": _iso(token.expires_s),
    }


def _iso(epoch_s: float) -> str:
    moment = datetime.datetime.fromtimestamp(epoch_s, datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
