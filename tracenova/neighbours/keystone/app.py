"""The identity API: get a token, prove a token, the service catalog."""

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar

import webob
import webob.exc

from tracenova.neighbours.keystone.directory import DOMAIN, Directory
from tracenova.neighbours.keystone.tokens import Token, TokenStore, User, id_of
from tracenova.neighbours.wsgi import body, caller, route


class Keystone(Directory):
    """keystone: authentication here, who and what there is in its directory.

    Args:
        tokens: the users and their tokens.
        endpoints: service type → (service name, URL); ``%(project_id)s`` is replaced.
    """

    public: ClassVar[frozenset[str]] = frozenset({"/", "/v3", "/v3/auth/tokens"})

    def __init__(
        self, tokens: TokenStore, endpoints: Mapping[str, tuple[str, str]]
    ) -> None:
        super().__init__(tokens, endpoints)

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
            key = self._token_for(asked)
        except (KeyError, TypeError, AttributeError):
            raise webob.exc.HTTPBadRequest(
                "auth must name a user, a password, a scope."
            ) from None
        if key is None:
            raise _unauthorized()
        response = self._show(key)
        response.status = 201
        response.headers["X-Subject-Token"] = key
        return response

    def _token_for(self, asked: dict[str, Any]) -> str | None:
        project = _project(asked, self.tokens)
        if "token" in asked["identity"].get("methods", ()):
            earlier = self.tokens.find(str(asked["identity"]["token"]["id"]))
            if earlier is None or project not in ("", *earlier.user.roles):
                return None
            return self.tokens.issue(earlier.user, project)
        user, password = _credentials(asked, self.tokens)
        return self.tokens.log_in(user, password, project)

    @route("HEAD", "/v3/auth/tokens")
    def check(self, request: webob.Request) -> webob.Response:
        """Say whether the token in X-Subject-Token is one."""
        return self.validate(request)

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
        return {"catalog": self.catalog_of(caller(request).project_id)}

    def _show(self, key: str) -> webob.Response:
        token = self.tokens.find(key)
        if token is None:
            raise webob.exc.HTTPNotFound("Could not find token.")
        shown = _token_view(token)
        if token.project:
            shown["catalog"] = self.catalog_of(token.project_id)
        return webob.Response(json={"token": shown}, headers=[("Vary", "X-Auth-Token")])


def _version(request: webob.Request) -> dict[str, Any]:
    link = {"rel": "self", "href": f"{request.application_url}/v3/"}
    return {
        "id": "v3.7",
        "status": "stable",
        "updated": "2016-10-06T00:00:00Z",
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
    _check_domain(user)
    named: User | None = tokens.users.get(user.get("name", ""))
    by_id = {known.id: known for known in tokens.users.values()}
    found = named or by_id.get(user.get("id", ""))
    return (found.name if found else "", str(user["password"]))


def _project(asked: dict[str, Any], tokens: TokenStore) -> str:
    """Return the name of the project of the scope; empty: none is asked for.

    Raises:
        webob.exc.HTTPUnauthorized: it is a scope that nobody has here.
    """
    if asked.get("scope", "unscoped") == "unscoped":
        return ""
    if "project" not in asked["scope"]:  # a domain, a trust
        raise _unauthorized()
    project = asked["scope"]["project"]
    _check_domain(project)
    by_id = {id_of("project", name): name for name in tokens.projects}
    name = str(project.get("name") or by_id.get(project.get("id", ""), ""))
    if name not in tokens.projects:
        raise _unauthorized()
    return name


def _check_domain(named: dict[str, Any]) -> None:
    domain = named.get("domain", DOMAIN)
    if DOMAIN["id"] != domain.get("id", DOMAIN["id"]) or (
        DOMAIN["name"] != domain.get("name", DOMAIN["name"])
    ):
        raise _unauthorized()


def _unauthorized() -> webob.exc.HTTPUnauthorized:
    return webob.exc.HTTPUnauthorized(
        "The request you have made requires authentication."
    )


def _token_view(token: Token) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "methods": ["password"],
        "user": {
            "id": token.user.id,
            "name": token.user.name,
            "domain": DOMAIN,
            "password_expires_at": None,
        },
        "audit_ids": [token.audit_id],
        "issued_at": _iso(token.issued_s),
        "expires_at": _iso(token.expires_s),
    }
    if token.project:
        shown["project"] = {
            "id": token.project_id,
            "name": token.project,
            "domain": DOMAIN,
        }
        shown["is_domain"] = False
        shown["roles"] = [
            {"id": id_of("role", role), "name": role} for role in token.roles
        ]
    return shown


def _iso(epoch_s: float) -> str:
    moment = datetime.datetime.fromtimestamp(epoch_s, datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
