"""The ports of a server.

Nova: nova/api/openstack/compute/attach_interfaces.py. Left out: attaching and detaching
(a POST answers 404).
"""

from typing import Any

import webob.exc

from tracenova import compute, exception, network
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.policies import attach_interfaces as ai_policies

Body = dict[str, Any]


class InterfaceAttachmentController(wsgi.Controller):
    """Answers everything under /servers/{server_id}/os-interface.

    Nova: nova/api/openstack/compute/attach_interfaces.py InterfaceAttachmentController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()
        self.network_api = network.API()

    @extensions.expected_errors((404, 501))
    def index(self, req: wsgi.Request, server_id: str) -> Body:
        """Return the ports of a server."""
        context = req.environ["nova.context"]
        context.can(ai_policies.BASE_POLICY_NAME)
        instance = common.get_instance(self.compute_api, context, server_id)
        found = self.network_api.list_ports(context, device_id=instance.uuid)
        return {"interfaceAttachments": [_shown(port) for port in found["ports"]]}

    @extensions.expected_errors((403, 404))
    def show(self, req: wsgi.Request, server_id: str, id: str) -> Body:
        """Return one of them."""
        context = req.environ["nova.context"]
        context.can(ai_policies.BASE_POLICY_NAME)
        common.get_instance(self.compute_api, context, server_id)
        try:
            port = self.network_api.show_port(context, id)["port"]
        except exception.PortNotFound as error:
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error
        except exception.Forbidden as error:
            raise webob.exc.HTTPForbidden(explanation=error.format_message()) from error
        if port["device_id"] != server_id:
            raise webob.exc.HTTPNotFound(
                explanation=f"Instance {server_id} does not have a port with id {id}"
            )
        return {"interfaceAttachment": _shown(port)}


def _shown(port: dict[str, Any]) -> Body:
    return {
        "net_id": port["network_id"],
        "port_id": port["id"],
        "mac_addr": port["mac_address"],
        "port_state": port["status"],
        "fixed_ips": port.get("fixed_ips"),
    }


class AttachInterfaces(extensions.V21APIExtensionBase):
    """Attach interface support.

    Nova: nova/api/openstack/compute/attach_interfaces.py AttachInterfaces
    """

    name = "AttachInterfaces"
    alias = "os-attach-interfaces"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection under each server."""
        return [
            extensions.ResourceExtension(
                "os-interface",
                InterfaceAttachmentController(),
                parent={"member_name": "server", "collection_name": "servers"},
            )
        ]
