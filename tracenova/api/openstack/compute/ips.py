"""The addresses of a server.

Nova: nova/api/openstack/compute/ips.py
"""

from typing import Any

import webob.exc

from tracenova import compute
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.compute.views import addresses as views_addresses
from tracenova.policies import ips as ips_policies


class IPsController(wsgi.Controller):
    """Answers /servers/{server_id}/ips.

    Nova: nova/api/openstack/compute/ips.py IPsController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()
        self.view_builder = views_addresses.ViewBuilderV21()

    @extensions.expected_errors(404)
    def index(self, req: wsgi.Request, server_id: str) -> dict[str, Any]:
        """Return the addresses by network."""
        return {"addresses": self._addresses(req, server_id, "index")}

    @extensions.expected_errors(404)
    def show(self, req: wsgi.Request, server_id: str, id: str) -> dict[str, Any]:
        """Return the addresses on one network, by its label."""
        addresses = self._addresses(req, server_id, "show")
        if id not in addresses:
            raise webob.exc.HTTPNotFound(
                explanation="Instance is not a member of specified network"
            )
        return {id: addresses[id]}

    def _addresses(
        self, req: wsgi.Request, server_id: str, action: str
    ) -> dict[str, list[Any]]:
        context = req.environ["nova.context"]
        context.can(ips_policies.POLICY_ROOT % action)
        instance = common.get_instance(self.compute_api, context, server_id)
        return self.view_builder.index(common.get_networks_for_instance(instance))


class IPs(extensions.V21APIExtensionBase):
    """Server addresses.

    Nova: nova/api/openstack/compute/ips.py IPs
    """

    name = "Ips"
    alias = "ips"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection under each server."""
        return [
            extensions.ResourceExtension(
                "ips",
                IPsController(),
                member_name="ip",
                parent={"member_name": "server", "collection_name": "servers"},
            )
        ]
