"""The token with which nova-api itself may ask keystone about other tokens.

Part of the stand-in for keystonemiddleware.auth_token.
"""

import datetime
import logging
import threading
from typing import Any

from oslo_utils import timeutils

from tracenova import exception, http
from tracenova.conf import CONF

LOG = logging.getLogger(__name__)

RENEW_BEFORE_S = 60


class ServiceToken:
    """Logged in once; logged in again shortly before the token expires."""

    def __init__(self, keystone: http.ServiceClient) -> None:
        self._keystone = keystone
        self._lock = threading.Lock()
        self._token: str | None = None
        self._expires_at: datetime.datetime | None = None

    def fetch_early(self) -> None:
        """Log in now, so that the first request need not; keystone may be down yet."""
        try:
            self.get()
        except exception.NovaException as error:
            LOG.warning("Keystone is not reachable yet: %s", error)

    def get(self) -> str:
        """Return a token that is valid for another minute at least.

        Raises:
            exception.NovaException: keystone refuses the account or does not answer.
        """
        with self._lock:
            if self._token is None or self._runs_out():
                self._log_in()
            assert self._token is not None
            return self._token

    def forget(self) -> None:
        """Keystone no longer knows the token: the next ``get`` logs in again."""
        with self._lock:
            self._token = None

    def _runs_out(self) -> bool:
        return self._expires_at is not None and timeutils.is_soon(
            self._expires_at, RENEW_BEFORE_S
        )

    def _log_in(self) -> None:
        response = self._keystone.request(
            "POST", "/v3/auth/tokens", json={"auth": _password_auth()}
        )
        if response.status_code != 201:
            raise exception.NovaException(
                f"keystone answered {response.status_code} to the log-in of "
                f"{CONF.keystone_authtoken.username}"
            )
        self._token = response.headers["X-Subject-Token"]
        expires_at = response.json()["token"].get("expires_at")
        self._expires_at = expires_at and timeutils.parse_isotime(expires_at)


def _password_auth() -> dict[str, Any]:
    conf = CONF.keystone_authtoken
    user = {
        "name": conf.username,
        "password": conf.password,
        "domain": {"name": conf.user_domain_name},
    }
    project = {
        "name": conf.project_name,
        "domain": {"name": conf.project_domain_name},
    }
    return {
        "identity": {"methods": ["password"], "password": {"user": user}},
        "scope": {"project": project},
    }
