"""Asks keystone who a token belongs to, and remembers the answer for a while.

A small working stand-in for the library keystonemiddleware.auth_token: the filter of
the same name in the paste file. Left out: v2 tokens, memcached, revocation lists,
delay_auth_decision, service tokens of other services.
"""

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import webob.dec
from oslo_utils import timeutils

from tracenova import exception, http, wsgi
from tracenova.api.service_token import ServiceToken
from tracenova.conf import CONF

LOG = logging.getLogger(__name__)

TokenInfo = dict[str, Any]
IDENTITY_HEADERS = (
    "X-Identity-Status",
    "X-User-Id",
    "X-User-Name",
    "X-Project-Id",
    "X-Project-Name",
    "X-Tenant-Id",
    "X-Tenant-Name",
    "X-Roles",
    "X-Service-Catalog",
)


def filter_factory(
    global_config: dict[str, str], **local_config: str
) -> Callable[[wsgi.WSGIApp], "AuthProtocol"]:
    """Return what paste calls with the application behind the filter."""
    return AuthProtocol


class TokenCache:
    """Validated tokens, by a hash of their text: the tokens themselves are not kept.

    Args:
        keep_s: seconds for which an answer is trusted; negative: never.
    """

    def __init__(
        self, keep_s: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._keep_s = keep_s
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, TokenInfo]] = {}

    def get(self, token: str) -> TokenInfo | None:
        """Return what is known about the token, if it is fresh."""
        with self._lock:
            until, info = self._known.get(_hash(token), (0.0, {}))
            return info if self._clock() < until else None

    def put(self, token: str, info: TokenInfo) -> None:
        """Remember the token; stale ones are forgotten on the way."""
        now = self._clock()
        with self._lock:
            self._known = {k: v for k, v in self._known.items() if v[0] > now}
            self._known[_hash(token)] = (now + self._keep_s, info)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class AuthProtocol(wsgi.Middleware):
    """Lets only requests with a valid token through, and writes who sent them.

    Identity headers that the client sent itself are removed first.
    """

    def __init__(self, application: wsgi.WSGIApp) -> None:
        super().__init__(application)
        conf = CONF.keystone_authtoken
        self._keystone = http.ServiceClient("keystone", conf.auth_url or conf.auth_uri)
        self._service_token = ServiceToken(self._keystone)
        self._cache = TokenCache(conf.token_cache_time)
        self._service_token.fetch_early()

    @webob.dec.wsgify(RequestClass=wsgi.Request)
    def __call__(self, req: wsgi.Request) -> Any:
        """Answer 401 to strangers; 503 when keystone cannot be asked."""
        for header in IDENTITY_HEADERS:
            req.headers.pop(header, None)
        token = req.headers.get("X-Auth-Token")
        if not token or not token.isascii() or not token.isprintable():
            return _unauthorized()
        try:
            info = self._cache.get(token) or self._validate(token)
        except exception.NovaException as error:
            LOG.critical("Unable to validate token: %s", error)
            return webob.exc.HTTPServiceUnavailable()
        if info is None or _expired(info):
            return _unauthorized()
        req.headers.update(_identity_headers(info))
        return self.application

    def _validate(self, token: str) -> TokenInfo | None:
        response = self._ask(token)
        if response.status_code == 401:
            self._service_token.forget()
            response = self._ask(token)
        if response.status_code == 404:
            return None
        if response.status_code != 200:
            raise exception.NovaException(
                f"keystone answered {response.status_code} to a token validation"
            )
        info: TokenInfo = response.json()["token"]
        self._cache.put(token, info)
        return info

    def _ask(self, token: str) -> Any:
        return self._keystone.request(
            "GET",
            "/v3/auth/tokens",
            token=self._service_token.get(),
            headers={"X-Subject-Token": token},
            display="/v3/auth/tokens (validate X-Auth-Token)",
        )


def _expired(info: TokenInfo) -> bool:
    expires_at = info.get("expires_at")
    return expires_at is not None and timeutils.is_older_than(
        timeutils.parse_isotime(expires_at), 0
    )


def _identity_headers(info: TokenInfo) -> dict[str, str]:
    project = info.get("project", {})
    return {
        "X-Identity-Status": "Confirmed",
        "X-User-Id": info["user"]["id"],
        "X-User-Name": info["user"]["name"],
        "X-Project-Id": project.get("id", ""),
        "X-Project-Name": project.get("name", ""),
        "X-Tenant-Id": project.get("id", ""),
        "X-Tenant-Name": project.get("name", ""),
        "X-Roles": ",".join(role["name"] for role in info.get("roles", [])),
        "X-Service-Catalog": json.dumps(_v2_catalog(info.get("catalog", []))),
    }


def _v2_catalog(catalog: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turn keystone's v3 catalog into the form that Nova reads, one URL a kind."""
    return [
        {
            "type": service["type"],
            "name": service.get("name", ""),
            "endpoints": _v2_endpoints(service.get("endpoints", [])),
        }
        for service in catalog
    ]


def _v2_endpoints(endpoints: list[dict[str, Any]]) -> list[dict[str, str]]:
    regions: dict[str, dict[str, str]] = {}
    for endpoint in endpoints:
        name = endpoint.get("region") or endpoint.get("region_id") or ""
        region = regions.setdefault(name, {"region": name})
        region[f"{endpoint['interface']}URL"] = endpoint["url"]
    return list(regions.values())


def _unauthorized() -> webob.Response:
    auth_uri = CONF.keystone_authtoken.auth_uri
    return webob.exc.HTTPUnauthorized(
        "Authentication required",
        headers=[("WWW-Authenticate", f'Keystone uri="{auth_uri}"')],
    )
