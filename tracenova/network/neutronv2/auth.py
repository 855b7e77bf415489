"""The admin token with which Nova binds ports.

A user may not say on which host a port lives, so Nova logs in with the account of
``[neutron]`` and keeps the token until shortly before it expires.

Nova: nova/network/neutronv2/api.py _load_auth_plugin (keystoneauth does it there).
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from oslo_utils import timeutils

from tracenova import exception, http, identity
from tracenova.conf import CONF

_EARLY = timedelta(seconds=30)
_DEFAULT_LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Account:
    cloud: str
    auth_url: str
    username: str
    project_name: str


@dataclass(frozen=True, slots=True)
class _Token:
    token_id: str
    expires_at: datetime

    def is_fresh(self) -> bool:
        return bool(timeutils.utcnow() + _EARLY < self.expires_at)


_lock = threading.Lock()
_tokens: dict[_Account, _Token] = {}


def warm() -> None:
    """Log in now, anew, so that the first boot does not have to.

    Raises:
        NeutronAdminCredentialConfigurationInvalid: keystone refuses the account.
    """
    admin_token(renew=True)


def admin_token(renew: bool = False) -> str:
    """Return the token of the account in ``[neutron]``, logging in when needed.

    Args:
        renew: log in again, because neutron refused the token.

    Raises:
        NeutronAdminCredentialConfigurationInvalid: keystone refuses the account.
        ServiceUnavailable: keystone does not answer.
    """
    account = _configured_account()
    with _lock:
        token = _tokens.get(account)
        if renew or token is None or not token.is_fresh():
            token = _tokens[account] = _log_in(account)
        return token.token_id


def forget() -> None:
    """Drop every cached token."""
    with _lock:
        _tokens.clear()


def _configured_account() -> _Account:
    acting = identity.current()
    conf = CONF.neutron
    auth_url = conf.auth_url or CONF.keystone_authtoken.auth_uri
    return _Account(
        acting.cloud if acting else "", auth_url, conf.username, conf.project_name
    )


def _log_in(account: _Account) -> _Token:
    base_url = account.auth_url.rstrip("/").removesuffix("/v3")
    client = http.ServiceClient("keystone", base_url)
    response = client.request("POST", "/v3/auth/tokens", json=_credentials(account))
    token_id = response.headers.get("X-Subject-Token")
    if response.status_code == 503:
        raise exception.ServiceUnavailable
    if response.is_error or not token_id:
        raise exception.NeutronAdminCredentialConfigurationInvalid
    expires = response.json().get("token", {}).get("expires_at")
    if not expires:
        return _Token(token_id, timeutils.utcnow() + _DEFAULT_LIFE)
    return _Token(token_id, timeutils.normalize_time(timeutils.parse_isotime(expires)))


def _credentials(account: _Account) -> dict[str, object]:
    conf = CONF.neutron
    user = {
        "name": account.username,
        "domain": {"name": conf.user_domain_name},
        "password": conf.password,
    }
    project = {
        "name": account.project_name,
        "domain": {"name": conf.project_domain_name},
    }
    return {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": project},
        }
    }
