"""The networks of a server create.

Nova: nova/api/openstack/compute/servers.py (_get_requested_networks and helpers)
"""

import logging
from typing import Any

import webob.exc
from oslo_utils import uuidutils

from tracenova import context as nova_context
from tracenova import objects

LOG = logging.getLogger(__name__)

AUTO_NETWORK_MIN_COMPUTE_VERSION = 12


def get_requested_networks(
    requested_networks: list[dict[str, Any]] | str, supports_device_tagging: bool
) -> Any:
    """Return the requested networks as a NetworkRequestList; None: as if not asked.

    Args:
        requested_networks: a list of networks or ports, or from 2.37 on ``auto`` or
            ``none``.
        supports_device_tagging: every nova-compute knows device tags.

    Raises:
        webob.exc.HTTPBadRequest: a request contradicts itself or names no network.

    Nova: nova/api/openstack/compute/servers.py _get_requested_networks
    """
    if isinstance(requested_networks, str):
        return _auto_or_none(requested_networks)
    return objects.NetworkRequestList(
        objects=[
            _network_request(network, supports_device_tagging)
            for network in requested_networks
        ]
    )


def _auto_or_none(word: str) -> Any:
    minimum = objects.Service.get_minimum_version(
        nova_context.get_admin_context(), "nova-compute"
    )
    if minimum < AUTO_NETWORK_MIN_COMPUTE_VERSION:
        LOG.debug("Network '%s' is unknown to computes of version %s", word, minimum)
        return None
    return objects.NetworkRequestList(objects=[objects.NetworkRequest(network_id=word)])


def _network_request(network: dict[str, Any], supports_device_tagging: bool) -> Any:
    request: Any = objects.NetworkRequest(
        address=network.get("fixed_ip"),
        port_id=network.get("port"),
        tag=network.get("tag"),
        network_id=None,
    )
    if request.tag and not supports_device_tagging:
        _refuse("Network interface tags are not yet supported.")
    if request.port_id:
        if request.address is not None:
            _refuse(
                f"Specified Fixed IP '{request.address}' cannot be used with port "
                f"'{request.port_id}': the two cannot be specified together."
            )
        return request
    if "uuid" not in network:
        _refuse("Bad network format: missing 'uuid'")
    request.network_id = network["uuid"]
    _validate_network_id(request.network_id)
    return request


def _validate_network_id(network_id: str) -> None:
    """Refuse what is no uuid; a ``br-`` before it is an old custom of neutron's."""
    if uuidutils.is_uuid_like(network_id):
        return
    if not uuidutils.is_uuid_like(network_id.split("-", 1)[-1]):
        _refuse(
            f"Bad networks format: network uuid is not in proper format ({network_id})"
        )


def _refuse(text: str) -> None:
    raise webob.exc.HTTPBadRequest(explanation=text)
