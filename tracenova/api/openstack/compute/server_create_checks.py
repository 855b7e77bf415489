"""What is checked of a server create before the compute API sees it.

Nova: nova/api/openstack/compute/servers.py (parts of create)
"""

from typing import Any

import webob.exc

from tracenova import context as nova_context
from tracenova import objects
from tracenova.api.openstack.compute.server_networks import get_requested_networks
from tracenova.context import RequestContext
from tracenova.policies.servers import SERVERS

Body = dict[str, Any]

DEVICE_TAGGING_MIN_COMPUTE_VERSION = 14


def supports_device_tagging() -> bool:
    """Say whether every nova-compute knows tags of networks and block devices."""
    minimum: int = objects.Service.get_minimum_version(
        nova_context.get_admin_context(), "nova-compute"
    )
    return minimum >= DEVICE_TAGGING_MIN_COMPUTE_VERSION


def check_block_devices(
    context: RequestContext, target: Body, kwargs: Body, tagging: bool
) -> None:
    """Refuse block devices that policy, or an old nova-compute, does not allow.

    Raises:
        exception.PolicyNotAuthorized: rule servers:create:attach_volume.
        webob.exc.HTTPBadRequest: a tag that some nova-compute does not know.
    """
    block_devices = kwargs.get("block_device_mapping")
    if not block_devices:
        return
    context.can(SERVERS % "create:attach_volume", target)
    if not tagging and any(device.get("tag") for device in block_devices):
        raise webob.exc.HTTPBadRequest(
            explanation="Block device tags are not yet supported."
        )


def image_from_req_data(server: Body, kwargs: Body) -> str:
    """Return the image's id; empty when a block device holds the system.

    Raises:
        webob.exc.HTTPBadRequest: neither image nor block device.

    Nova: nova/api/openstack/compute/servers.py _image_from_req_data
    """
    image_href: str | None = server.get("imageRef")
    if image_href:
        return image_href
    if kwargs.get("block_device_mapping"):
        return ""
    raise webob.exc.HTTPBadRequest(explanation="Missing imageRef attribute")


def requested_networks(
    context: RequestContext, target: Body, server: Body, tagging: bool
) -> Any:
    """Return the networks asked for; None: as neutron has them for the project.

    Raises:
        exception.PolicyNotAuthorized: rule servers:create:attach_network.
        webob.exc.HTTPBadRequest: a request contradicts itself.
    """
    asked = server.get("networks")
    networks = None if asked is None else get_requested_networks(asked, tagging)
    if networks is not None and len(networks):
        context.can(SERVERS % "create:attach_network", target)
    return networks
