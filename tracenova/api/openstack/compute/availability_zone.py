"""Availability zones, and for administrators their hosts and services.

Nova: nova/api/openstack/compute/availability_zone.py
"""

from collections.abc import Iterable
from typing import Any

from tracenova import availability_zones, objects, servicegroup
from tracenova.api.openstack import extensions, wsgi
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.policies import availability_zone as az_policies

Zone = dict[str, Any]
API_SERVICES = ("nova-osapi_compute", "nova-ec2", "nova-metadata")


class AvailabilityZoneController(wsgi.Controller):
    """Answers /os-availability-zone.

    Nova: nova/api/openstack/compute/availability_zone.py AvailabilityZoneController
    """

    def __init__(self) -> None:
        self.servicegroup_api = servicegroup.API()

    @extensions.expected_errors(())
    def index(self, req: wsgi.Request) -> dict[str, list[Zone]]:
        """Return the zones, the services' own left out."""
        context = req.environ["nova.context"]
        context.can(az_policies.POLICY_ROOT % "list")
        up, down = availability_zones.get_availability_zones(context.elevated())
        return {"availabilityZoneInfo": [*_zones(up, True), *_zones(down, False)]}

    @extensions.expected_errors(())
    def detail(self, req: wsgi.Request) -> dict[str, list[Zone]]:
        """Return the zones with hosts and services."""
        context = req.environ["nova.context"]
        context.can(az_policies.POLICY_ROOT % "detail")
        up, down = availability_zones.get_availability_zones(context.elevated())
        hosts = self._hosts_by_zone(context)
        available = [_zone(zone, True, hosts.get(zone, {})) for zone in up]
        return {
            "availabilityZoneInfo": available + [_zone(zone, False) for zone in down]
        }

    def _hosts_by_zone(self, context: RequestContext) -> dict[str, Zone]:
        zones: dict[str, Zone] = {}
        for service in objects.ServiceList.get_all(
            context, disabled=False, set_zones=True
        ):
            if service.binary in API_SERVICES:
                continue
            hosts = zones.setdefault(service.availability_zone, {})
            hosts.setdefault(service.host, {})[service.binary] = {
                "available": self.servicegroup_api.service_is_up(service),
                "active": not service.disabled,
                "updated_at": service.updated_at,
            }
        return zones


def _zones(names: Iterable[str], available: bool) -> list[Zone]:
    internal = CONF.internal_service_availability_zone
    return [_zone(name, available) for name in names if name != internal]


def _zone(name: str, available: bool, hosts: Zone | None = None) -> Zone:
    return {"zoneName": name, "zoneState": {"available": available}, "hosts": hosts}


class AvailabilityZone(extensions.V21APIExtensionBase):
    """Availability zones.

    Nova: nova/api/openstack/compute/availability_zone.py AvailabilityZone
    """

    name = "AvailabilityZone"
    alias = "os-availability-zone"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection /os-availability-zone."""
        return [
            extensions.ResourceExtension(
                self.alias,
                AvailabilityZoneController(),
                collection_actions={"detail": "GET"},
            )
        ]
