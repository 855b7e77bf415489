"""The encrypted password that a guest may have left with the metadata service.

Nova: nova/api/openstack/compute/server_password.py. No guest here leaves one.
"""

from typing import Any

from tracenova import compute
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.policies import server_password as sp_policies


class ServerPasswordController(wsgi.Controller):
    """Answers /servers/{server_id}/os-server-password.

    Nova: nova/api/openstack/compute/server_password.py ServerPasswordController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()

    @extensions.expected_errors(404)
    def index(self, req: wsgi.Request, server_id: str) -> dict[str, Any]:
        """Return the password; empty: the guest has left none."""
        self._authorized(req, server_id)
        return {"password": ""}

    @wsgi.response(204)
    @extensions.expected_errors(404)
    def clear(self, req: wsgi.Request, server_id: str) -> None:
        """Forget the password."""
        self._authorized(req, server_id)

    def _authorized(self, req: wsgi.Request, server_id: str) -> None:
        context = req.environ["nova.context"]
        context.can(sp_policies.BASE_POLICY_NAME)
        common.get_instance(self.compute_api, context, server_id)


class ServerPassword(extensions.V21APIExtensionBase):
    """Server password support.

    Nova: nova/api/openstack/compute/server_password.py ServerPassword
    """

    name = "ServerPassword"
    alias = "os-server-password"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection under each server."""
        return [
            extensions.ResourceExtension(
                "os-server-password",
                ServerPasswordController(),
                collection_actions={"clear": "DELETE"},
                parent={"member_name": "server", "collection_name": "servers"},
            )
        ]
