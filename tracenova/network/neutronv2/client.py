"""Neutron's v2.0 API, as far as Nova calls it.

Nova: nova/network/neutronv2/api.py get_client, ClientWrapper (python-neutronclient is
behind them there).
"""

import logging
from typing import Any

import httpx

from tracenova import exception, http
from tracenova.conf import CONF
from tracenova.http_message import Response
from tracenova.network.neutronv2 import auth, errors
from tracenova.network.neutronv2.auth import warm

__all__ = ["NeutronClient", "get_client", "warm"]

LOG = logging.getLogger(__name__)
Body = dict[str, Any]


class NeutronClient:
    """Neutron as one user — or Nova's own admin account — sees it.

    The ``display`` argument of the list calls is how the trace names the URL.

    Args:
        context: whose token is sent, and the request id.
        admin: act as the account of ``[neutron]`` instead.
    """

    def __init__(self, context: Any, admin: bool = False) -> None:
        self._context = context
        self._admin = admin
        self._http = http.ServiceClient("neutron", CONF.neutron.url)

    # --- networks and subnets -------------------------------------------------

    def list_networks(self, display: str | None = None, **filters: Any) -> Body:
        """GET networks."""
        return self._get("/v2.0/networks", filters, display)

    def show_network(self, network_id: str, **filters: Any) -> Body:
        """GET one network."""
        return self._get("/v2.0/networks/{network_id}", filters, network_id=network_id)

    def list_subnets(self, display: str | None = None, **filters: Any) -> Body:
        """GET subnets."""
        return self._get("/v2.0/subnets", filters, display)

    # --- ports ----------------------------------------------------------------

    def list_ports(self, display: str | None = None, **filters: Any) -> Body:
        """GET ports."""
        return self._get("/v2.0/ports", filters, display)

    def show_port(self, port_id: str, **filters: Any) -> Body:
        """GET one port."""
        return self._get("/v2.0/ports/{port_id}", filters, port_id=port_id)

    def create_port(self, body: Body) -> Body:
        """POST a port."""
        return self._request("POST", "/v2.0/ports", json=body)

    def update_port(self, port_id: str, body: Body) -> Body:
        """PUT a port."""
        return self._request(
            "PUT", "/v2.0/ports/{port_id}", path={"port_id": port_id}, json=body
        )

    def delete_port(self, port_id: str) -> None:
        """DELETE a port."""
        self._request("DELETE", "/v2.0/ports/{port_id}", path={"port_id": port_id})

    # --- the rest -------------------------------------------------------------

    def show_quota(self, project_id: str) -> Body:
        """GET a project's quotas; -1 means without limit."""
        return self._get("/v2.0/quotas/{project_id}", {}, project_id=project_id)

    def list_extensions(self) -> Body:
        """GET the extensions that neutron has loaded."""
        return self._get("/v2.0/extensions", {})

    def list_security_groups(self, display: str | None = None, **filters: Any) -> Body:
        """GET security groups."""
        return self._get("/v2.0/security-groups", filters, display)

    def show_security_group(self, group_id: str) -> Body:
        """GET one security group."""
        return self._get("/v2.0/security-groups/{group_id}", {}, group_id=group_id)

    def create_security_group(self, body: Body) -> Body:
        """POST a security group."""
        return self._request("POST", "/v2.0/security-groups", json=body)

    def update_security_group(self, group_id: str, body: Body) -> Body:
        """PUT a security group."""
        path = {"group_id": group_id}
        template = "/v2.0/security-groups/{group_id}"
        return self._request("PUT", template, path=path, json=body)

    def delete_security_group(self, group_id: str) -> None:
        """DELETE a security group."""
        path = {"group_id": group_id}
        self._request("DELETE", "/v2.0/security-groups/{group_id}", path=path)

    def create_security_group_rule(self, body: Body) -> Body:
        """POST a rule of a security group."""
        return self._request("POST", "/v2.0/security-group-rules", json=body)

    def delete_security_group_rule(self, rule_id: str) -> None:
        """DELETE a rule of a security group."""
        path = {"rule_id": rule_id}
        self._request("DELETE", "/v2.0/security-group-rules/{rule_id}", path=path)

    def list_floatingips(self, display: str | None = None, **filters: Any) -> Body:
        """GET floating addresses."""
        return self._get("/v2.0/floatingips", filters, display)

    def validate_auto_allocated_topology_requirements(self, project_id: str) -> Body:
        """Ask whether a network could be made for the project: a dry run."""
        return self._get(
            "/v2.0/auto-allocated-topology/{project_id}",
            {"fields": "dry-run"},
            project_id=project_id,
        )

    def get_auto_allocated_topology(self, project_id: str) -> Body:
        """Have a network made for the project."""
        return self._get(
            "/v2.0/auto-allocated-topology/{project_id}", {}, project_id=project_id
        )

    # --- one request ----------------------------------------------------------

    def _get(
        self, template: str, filters: Body, display: str | None = None, **path: str
    ) -> Body:
        params = {key: _as_query(value) for key, value in filters.items()}
        return self._request(
            "GET", template, path=path, params=params or None, display=display
        )

    def _request(self, method: str, template: str, **kwargs: Any) -> Body:
        try:
            response = self._send(method, template, renew=False, **kwargs)
            if self._admin and response.status_code == httpx.codes.UNAUTHORIZED:
                response = self._send(method, template, renew=True, **kwargs)
        except exception.NeighbourUnavailable as error:
            raise errors.ConnectionFailed(
                f"Connection to neutron failed: {error}"
            ) from error
        if response.is_error:
            self._refuse(errors.from_response(response))
        return dict(response.json()) if response.content else {}

    def _send(self, method: str, template: str, renew: bool, **kwargs: Any) -> Response:
        token = auth.admin_token(renew) if self._admin else None
        return self._http.request(
            method, template, context=self._context, token=token, **kwargs
        )

    def _refuse(self, error: errors.NeutronClientException) -> None:
        if isinstance(error, errors.Unauthorized):
            if not self._admin:
                raise exception.Unauthorized from error
            LOG.error(
                "Neutron client was not able to generate a valid admin token, please "
                "verify Neutron admin credential located in nova.conf"
            )
            raise exception.NeutronAdminCredentialConfigurationInvalid from error
        if isinstance(error, errors.Forbidden):
            raise exception.Forbidden(str(error)) from error
        raise error


def _as_query(value: Any) -> str | list[str]:
    return [str(each) for each in value] if isinstance(value, list) else str(value)


def get_client(context: Any, admin: bool = False) -> NeutronClient:
    """Return neutron for the context's user, or for Nova's admin account.

    Raises:
        Unauthorized: no token, and no admin either.

    Nova: nova/network/neutronv2/api.py get_client
    """
    as_admin = admin or bool(context.is_admin and not context.auth_token)
    if not as_admin and not context.auth_token:
        raise exception.Unauthorized
    return NeutronClient(context, admin=as_admin)
