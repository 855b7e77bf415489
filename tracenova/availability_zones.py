"""Which hosts stand in which zone: aggregates that carry ``availability_zone``.

A zone is nothing but metadata of a host aggregate; a compute that is in none belongs
to ``default_availability_zone``, any other service to the internal zone.

Nova: nova/availability_zones.py
Left out: memcached; the cache of an hour is a dictionary of this process.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from tracenova import identity, objects
from tracenova.conf import CONF
from tracenova.context import RequestContext

AZ_CACHE_SECONDS = 60 * 60

_cache: dict[tuple[str, str], tuple[float, str]] = {}  # (cloud, host): (until, zone)

Zones = list[str]
ZonesWithHosts = list[tuple[str, set[str]]]


def reset_cache() -> None:
    """Forget which host is in which zone.

    Nova: nova/availability_zones.py reset_cache
    """
    _cache.clear()


def set_availability_zones(
    context: RequestContext, services: Iterable[Any]
) -> list[dict[str, Any]]:
    """Return the services as dictionaries, each with its ``availability_zone``.

    Nova: nova/availability_zones.py set_availability_zones
    """
    dicts = [dict(service) for service in services]
    hosts = {service["host"] for service in dicts}
    zones = _zones_by_host(context, hosts)
    for service in dicts:
        zone = CONF.internal_service_availability_zone
        if service["topic"] == "compute":
            if zones.get(service["host"]):
                zone = ",".join(zones[service["host"]])
            else:
                zone = CONF.default_availability_zone
                update_host_availability_zone_cache(context, service["host"], zone)
        service["availability_zone"] = zone
    return dicts


def _zones_by_host(context: RequestContext, hosts: set[str]) -> Mapping[str, set[str]]:
    aggregates = objects.AggregateList.get_by_metadata_key(
        context, "availability_zone", hosts=hosts
    )
    zones: defaultdict[str, set[str]] = defaultdict(set)
    for aggregate in aggregates:
        for host in aggregate.hosts:
            if host in hosts:
                zones[host].add(aggregate.metadata["availability_zone"])
    return zones


def get_host_availability_zone(context: RequestContext, host: str) -> str:
    """Return the zone of the first aggregate that holds the host, else the default.

    Nova: nova/availability_zones.py get_host_availability_zone
    """
    aggregates = objects.AggregateList.get_by_host(
        context, host, key="availability_zone"
    )
    for aggregate in aggregates:
        return str(aggregate.metadata["availability_zone"])
    return str(CONF.default_availability_zone)


def update_host_availability_zone_cache(
    context: RequestContext, host: str, availability_zone: str | None = None
) -> None:
    """Note the host's zone, so that listings need not ask the database.

    Nova: nova/availability_zones.py update_host_availability_zone_cache
    """
    zone = availability_zone or get_host_availability_zone(context, host)
    _cache[_cache_key(host)] = (time.monotonic() + AZ_CACHE_SECONDS, zone)


def get_availability_zones(
    context: RequestContext, get_only_available: bool = False, with_hosts: bool = False
) -> Any:
    """Return the zones with an enabled service, and the zones without one.

    Args:
        context: who asks; the caller elevates it.
        get_only_available: return only the zones with an enabled service.
        with_hosts: return ``(zone, hosts)`` pairs instead of names.

    Nova: nova/availability_zones.py get_availability_zones
    """
    enabled = objects.ServiceList.get_all(context, disabled=False, set_zones=True)
    available = _group(enabled)
    if get_only_available:
        return _shape(available, with_hosts)
    disabled = objects.ServiceList.get_all(context, disabled=True, set_zones=True)
    not_available = {
        zone: hosts for zone, hosts in _group(disabled).items() if zone not in available
    }
    return _shape(available, with_hosts), _shape(not_available, with_hosts)


def _group(services: Iterable[Any]) -> dict[str, set[str]]:
    zones: dict[str, set[str]] = {}
    for service in services:
        zones.setdefault(service["availability_zone"], set()).add(service["host"])
    return zones


def _shape(zones: dict[str, set[str]], with_hosts: bool) -> Zones | ZonesWithHosts:
    return list(zones.items()) if with_hosts else list(zones)


def get_instance_availability_zone(
    context: RequestContext, instance: Any
) -> str | None:
    """Return the zone of the server's host; before it has one, the zone asked for.

    Nova: nova/availability_zones.py get_instance_availability_zone
    """
    host = instance.get("host")
    if not host:
        wanted: str | None = instance.get("availability_zone")
        return wanted
    expires, zone = _cache.get(_cache_key(host), (0.0, ""))
    asked_for = instance.get("availability_zone")
    wrong = asked_for is not None and zone != asked_for
    if zone and not wrong and time.monotonic() < expires:
        return zone
    zone = get_host_availability_zone(context.elevated(), host)
    update_host_availability_zone_cache(context, host, zone)
    return zone


def _cache_key(host: str) -> tuple[str, str]:
    acting = identity.current()
    return (acting.cloud if acting else "", host)
