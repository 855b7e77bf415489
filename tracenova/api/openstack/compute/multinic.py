"""Addresses of a server: one more, one less.

Nova: nova/api/openstack/compute/multinic.py
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import webob.exc

from tracenova import compute, exception
from tracenova.api import validation
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.compute.schemas import multinic
from tracenova.policies import multinic as multinic_policies

Body = dict[str, Any]


class MultinicController(wsgi.Controller):
    """Answers the actions addFixedIp and removeFixedIp.

    Nova: nova/api/openstack/compute/multinic.py MultinicController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()

    @wsgi.response(202)
    @wsgi.action("addFixedIp")
    @extensions.expected_errors((400, 404, 409))
    @validation.schema(multinic.add_fixed_ip)
    def add_fixed_ip(self, req: wsgi.Request, id: str, body: Body) -> None:
        """Begin to give the server one more address of a network."""
        context = req.environ["nova.context"]
        context.can(multinic_policies.BASE_POLICY_NAME)
        instance = common.get_instance(self.compute_api, context, id)
        network_id = str(body["addFixedIp"]["networkId"])
        with _conflicts():
            self.compute_api.add_fixed_ip(context, instance, network_id)

    @wsgi.response(202)
    @wsgi.action("removeFixedIp")
    @extensions.expected_errors((400, 404, 409))
    @validation.schema(multinic.remove_fixed_ip)
    def remove_fixed_ip(self, req: wsgi.Request, id: str, body: Body) -> None:
        """Begin to take an address from the server."""
        context = req.environ["nova.context"]
        context.can(multinic_policies.BASE_POLICY_NAME)
        instance = common.get_instance(self.compute_api, context, id)
        address = body["removeFixedIp"]["address"]
        with _conflicts():
            self.compute_api.remove_fixed_ip(context, instance, address)


@contextmanager
def _conflicts() -> Iterator[None]:
    """Answer 409 for a server that is locked, or has no host yet; Newton answers 500."""
    try:
        yield
    except (exception.InstanceIsLocked, exception.InstanceNotReady) as error:
        raise webob.exc.HTTPConflict(explanation=error.format_message()) from error


class Multinic(extensions.V21APIExtensionBase):
    """Multiple network support.

    Nova: nova/api/openstack/compute/multinic.py Multinic
    """

    name = "Multinic"
    alias = "os-multinic"

    def get_controller_extensions(self) -> list[extensions.ControllerExtension]:
        """Return the actions on servers."""
        return [extensions.ControllerExtension("servers", MultinicController())]
