"""The logged-in way from a compute to placement.

Nova: nova/scheduler/client/report.py [keystoneauth1's Session, as far as it is used]
"""

import threading
from collections.abc import Mapping
from typing import Any

import httpx

from tracenova import exception, http
from tracenova.conf import CONF
from tracenova.http_message import Response


class PlacementProblem(exception.NovaException):
    """Placement could not be asked; Newton goes on without."""

    msg_fmt = "Placement cannot be used."


class EndpointNotFound(PlacementProblem):
    """The cloud has no placement."""

    msg_fmt = "[placement]url is empty."


class MissingAuthPlugin(PlacementProblem):
    """Nobody said as whom to log in."""

    msg_fmt = "[placement]username is empty."


class Unauthorized(PlacementProblem):
    """The account of ``[placement]`` is refused."""

    msg_fmt = "keystone or placement refuses the account of [placement]."


class ConnectFailure(PlacementProblem):
    """Nobody answers."""

    msg_fmt = "%(reason)s"


class PlacementSession:
    """Sends requests to placement, with a token that it renews itself. Thread-safe."""

    def __init__(self) -> None:
        self._token: str | None = None
        self._lock = threading.Lock()

    def request(
        self, method: str, template: str, path: Mapping[str, str], json: Any = None
    ) -> Response:
        """Return placement's answer, whatever its status.

        Args:
            method: the HTTP method.
            template: path with ``{placeholders}``.
            path: what fills them.
            json: the body, if any.

        Raises:
            PlacementProblem: there is no placement, no login, or no answer.
        """
        if not CONF.placement.url:
            raise EndpointNotFound
        client = http.ServiceClient("placement", CONF.placement.url)
        try:
            token = self._logged_in()
            response = client.request(
                method, template, path=path, json=json, token=token
            )
            if response.status_code == httpx.codes.UNAUTHORIZED:
                token = self._logged_in(refused=token)
                response = client.request(
                    method, template, path=path, json=json, token=token
                )
        except exception.NeighbourUnavailable as error:
            raise ConnectFailure(reason=str(error)) from error
        if response.status_code == httpx.codes.UNAUTHORIZED:
            raise Unauthorized
        return response

    def _logged_in(self, refused: str | None = None) -> str:
        with self._lock:
            if self._token is None or self._token == refused:
                self._token = _log_in()
            return self._token


def _log_in() -> str:
    conf = CONF.placement
    if not conf.username:
        raise MissingAuthPlugin
    base_url = conf.auth_url or CONF.keystone_authtoken.auth_uri
    keystone = http.ServiceClient("keystone", base_url.rstrip("/").removesuffix("/v3"))
    user = {
        "name": conf.username,
        "domain": {"name": conf.user_domain_name},
        "password": conf.password,
    }
    project = {
        "name": conf.project_name,
        "domain": {"name": conf.project_domain_name},
    }
    credentials = {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": project},
        }
    }
    response = keystone.request("POST", "/v3/auth/tokens", json=credentials)
    token = response.headers.get("X-Subject-Token")
    if response.is_error or not token:
        raise Unauthorized
    return str(token)
