"""The ports of a server.

Nova: nova/api/openstack/compute/attach_interfaces.py
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import webob.exc

from tracenova import compute, exception, network
from tracenova.api import validation
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.compute.schemas import attach_interfaces
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

    @extensions.expected_errors((400, 404, 409, 500, 501))
    @validation.schema(attach_interfaces.create)
    def create(self, req: wsgi.Request, server_id: str, body: Body) -> Body:
        """Attach a port, or a new one on the network; answer once it is there."""
        context = req.environ["nova.context"]
        context.can(ai_policies.BASE_POLICY_NAME)
        context.can(ai_policies.POLICY_ROOT % "create")
        asked = body.get("interfaceAttachment", {})
        network_id, port_id = asked.get("net_id"), asked.get("port_id")
        address = asked["fixed_ips"][0]["ip_address"] if "fixed_ips" in asked else None
        if network_id and port_id:
            raise webob.exc.HTTPBadRequest(
                explanation="Must not input both network_id and port_id"
            )
        if address and not network_id:
            raise webob.exc.HTTPBadRequest(
                explanation="Must input network_id when request IP address"
            )
        instance = common.get_instance(self.compute_api, context, server_id)
        with _as_http_errors("attach_interface", server_id):
            vif = self.compute_api.attach_interface(
                context, instance, network_id, port_id, address
            )
        return self.show(req, server_id, vif["id"])

    @wsgi.response(202)
    @extensions.expected_errors((404, 409, 501))
    def delete(self, req: wsgi.Request, server_id: str, id: str) -> None:
        """Begin to detach a port; one that Nova made is deleted with it."""
        context = req.environ["nova.context"]
        context.can(ai_policies.BASE_POLICY_NAME)
        context.can(ai_policies.POLICY_ROOT % "delete")
        instance = common.get_instance(self.compute_api, context, server_id)
        with _as_http_errors("detach_interface", server_id):
            self.compute_api.detach_interface(context, instance, port_id=id)


_BAD: Final = (
    exception.InterfaceAttachFailedNoNetwork,
    exception.NetworkDuplicated,
    exception.NetworkAmbiguous,
    exception.NoMoreFixedIps,
    exception.PortNotUsable,
    exception.AttachInterfaceNotSupported,
    exception.SecurityGroupCannotBeApplied,
)
_CONFLICTS: Final = (
    exception.InstanceIsLocked,
    exception.FixedIpAlreadyInUse,
    exception.PortInUse,
)


@contextmanager
def _as_http_errors(action: str, server_id: str) -> Iterator[None]:
    try:
        yield
    except _BAD as error:
        raise webob.exc.HTTPBadRequest(explanation=error.format_message()) from error
    except _CONFLICTS as error:
        raise webob.exc.HTTPConflict(explanation=error.format_message()) from error
    except (exception.PortNotFound, exception.NetworkNotFound) as error:
        raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error
    except exception.InterfaceAttachFailed as error:
        raise webob.exc.HTTPInternalServerError(
            explanation=error.format_message()
        ) from error
    except exception.InstanceInvalidState as error:
        common.raise_http_conflict_for_instance_invalid_state(error, action, server_id)


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
