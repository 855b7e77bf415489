"""The first look at a request for servers, before anybody is asked anything.

Nova: nova/compute/api.py [create, parse_availability_zone, _check_multiple_instances_*]
"""

from typing import Any

from tracenova import availability_zones, exception
from tracenova.conf import CONF
from tracenova.context import RequestContext


def parse_availability_zone(
    availability_zone: str | None,
) -> tuple[str | None, str | None, str | None]:
    """Split a zone that may hold a host and a node.

    Raises:
        InvalidInput: more than two colons.

    Nova: nova/compute/api.py API.parse_availability_zone
    """
    zone, *forced = (availability_zone or "").split(":")
    if len(forced) > 2:
        raise exception.InvalidInput(reason="Unable to parse availability_zone")
    host, node = (*forced, None, None)[:2]
    if len(forced) == 2 and not host:
        host = None
    return zone or CONF.default_schedule_zone, host, node


def check_multiple_instances_with_specified_ip(requested_networks: Any) -> None:
    """Refuse one fixed address for several servers.

    Raises:
        InvalidFixedIpAndMaxCountRequest: a network is asked for with an address.

    Nova: nova/compute/api.py _check_multiple_instances_with_specified_ip
    """
    if any(request.network_id and request.address for request in requested_networks):
        raise exception.InvalidFixedIpAndMaxCountRequest(
            reason="max_count cannot be greater than 1 if an fixed_ip is specified."
        )


def check_multiple_instances_with_neutron_ports(requested_networks: Any) -> None:
    """Refuse one port for several servers.

    Raises:
        MultiplePortsNotApplicable: a port is asked for.

    Nova: nova/compute/api.py _check_multiple_instances_with_neutron_ports
    """
    if any(request.port_id for request in requested_networks):
        raise exception.MultiplePortsNotApplicable(
            reason="Unable to launch multiple instances with a single configured port "
            "ID. Please launch your instance one by one with different ports."
        )


def check_availability_zone(
    context: RequestContext, availability_zone: str, forced_host: str | None
) -> None:
    """Refuse a zone without an enabled service, unless a host is forced.

    Raises:
        InvalidRequest: there is no such zone.

    Nova: nova/compute/api.py API.create
    """
    available = availability_zones.get_availability_zones(
        context.elevated(), get_only_available=True
    )
    if forced_host is None and availability_zone not in available:
        raise exception.InvalidRequest(
            "The requested availability zone is not available"
        )
