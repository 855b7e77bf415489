"""Neutron's refusals as exceptions, before Nova gives them its own meaning.

Named as in python-neutronclient (neutronclient.common.exceptions): an error's class
is its ``type`` in the body plus "Client", else one by status code.
"""

import logging
from typing import Any

from tracenova.http_message import Response

LOG = logging.getLogger(__name__)


class NeutronClientException(Exception):
    """Neutron refused, or did not answer.

    Attributes:
        status_code: HTTP status; 0 when there was no answer.
        message: neutron's own words.
    """

    status_code = 0

    def __init__(self, message: str = "", status_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        if status_code is not None:
            self.status_code = status_code


class BadRequest(NeutronClientException):
    """The request makes no sense to neutron."""

    status_code = 400


class Unauthorized(NeutronClientException):
    """The token is not valid."""

    status_code = 401


class Forbidden(NeutronClientException):
    """The user may not do that."""

    status_code = 403


class NotFound(NeutronClientException):
    """There is no such thing, or not for this user."""

    status_code = 404


class Conflict(NeutronClientException):
    """It cannot be done in the present state."""

    status_code = 409


class ServiceUnavailable(NeutronClientException):
    """Neutron cannot do it now."""

    status_code = 503


class ConnectionFailed(NeutronClientException):
    """Nobody answers at neutron's address."""


class PortNotFoundClient(NotFound):
    """There is no such port."""


class NetworkNotFoundClient(NotFound):
    """There is no such network."""


class OverQuotaClient(Conflict):
    """The project has as many ports as it may have."""


class IpAddressInUseClient(Conflict):
    """Another port has the fixed address."""


class IpAddressGenerationFailureClient(Conflict):
    """The subnet has no free address."""


class InvalidIpForNetworkClient(BadRequest):
    """The fixed address is of no subnet of the network."""


class MacAddressInUseClient(Conflict):
    """Another port of the network has the MAC address."""


class HostNotCompatibleWithFixedIpsClient(Conflict):
    """The port's address belongs to a segment that the host does not reach."""


_BY_TYPE: dict[str, type[NeutronClientException]] = {
    cls.__name__: cls
    for cls in (
        PortNotFoundClient,
        NetworkNotFoundClient,
        OverQuotaClient,
        IpAddressInUseClient,
        IpAddressGenerationFailureClient,
        InvalidIpForNetworkClient,
        MacAddressInUseClient,
        HostNotCompatibleWithFixedIpsClient,
    )
}
_BY_STATUS: dict[int, type[NeutronClientException]] = {
    cls.status_code: cls
    for cls in (
        BadRequest,
        Unauthorized,
        Forbidden,
        NotFound,
        Conflict,
        ServiceUnavailable,
    )
}


def from_response(response: Response) -> NeutronClientException:
    """Return the exception that neutron's answer means."""
    kind, message = _described(response)
    cls = _BY_TYPE.get(f"{kind}Client") or _BY_STATUS.get(
        response.status_code, NeutronClientException
    )
    return cls(message, status_code=response.status_code)


def _described(response: Response) -> tuple[str, str]:
    try:
        error: Any = response.json().get("NeutronError", {})
    except (ValueError, AttributeError):
        return "", response.text
    if isinstance(error, dict):
        return str(error.get("type", "")), str(error.get("message", ""))
    return "", str(error)
