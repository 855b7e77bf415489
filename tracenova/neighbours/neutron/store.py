"""What neutron remembers: networks, subnets, ports, and the addresses it gives out."""

import contextlib
import ipaddress
import itertools
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from tracenova.neighbours.listing import PAGING
from tracenova.neighbours.shelf import Place

Resource = dict[str, Any]

DEFAULT_PORT_QUOTA = 50
_MAC_PREFIX = "fa:16:3e"
_ANY = object()
_BROAD = frozenset(("tenant_id", "project_id", "network_id"))  # tested last: many pass


class NoAddressLeft(Exception):
    """Every address of the network's subnets is taken."""


class AddressInUse(Exception):
    """The address that was asked for belongs to another port."""


class Store:
    """All of neutron's resources, by kind and id. Thread-safe.

    Kinds are the API's plural words: ``networks``, ``subnets``, ``ports``,
    ``security-groups``, ``floatingips``.

    Args:
        place: where all of it is kept.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self._by_kind: dict[str, dict[str, Resource]] = {}
        self._macs = 0
        self._lowest_free: dict[tuple[str, str], int] = {}  # by subnet and pool
        self.lock = threading.RLock()

    def add(self, kind: str, resource: Resource) -> Resource:
        """Keep a resource; it gets an id unless it has one."""
        with self.lock:
            resource.setdefault("id", str(uuid.uuid4()))
            self._by_kind.setdefault(kind, {})[resource["id"]] = resource
            self.place.change(kind, resource["id"])
            return resource

    def look(self, kind: str, resource_id: str) -> Resource | None:
        """Return a copy of a resource, or None."""
        with self.lock:
            found = self._by_kind.get(kind, {}).get(resource_id)
            return None if found is None else dict(found)

    def take(self, kind: str, resource: Resource) -> None:
        """Know again what an earlier process has known."""
        self.add(kind, resource)
        if kind == "ports":
            tail = str(resource["mac_address"]).replace(":", "")[6:]
            with contextlib.suppress(ValueError):  # one that somebody asked for
                self._macs = max(self._macs, int(tail, 16))

    def get(self, kind: str, resource_id: str) -> Resource | None:
        """Return the live resource, or None."""
        self.place.touch(kind, resource_id)
        with self.lock:
            return self._by_kind.get(kind, {}).get(resource_id)

    def remove(self, kind: str, resource_id: str) -> None:
        """Forget a resource."""
        self.place.change(kind, resource_id)
        with self.lock:
            self._lowest_free.clear()
            self._by_kind.get(kind, {}).pop(resource_id, None)

    def all(self, kind: str) -> list[Resource]:
        """Return every resource of a kind, oldest first."""
        with self.lock:
            return list(self._by_kind.get(kind, {}).values())

    def add_network(self, network: Mapping[str, Any], tenant_id: str) -> Resource:
        """Create a network without subnets."""
        return self.add(
            "networks",
            {
                "name": "",
                "description": "",
                "shared": False,
                "admin_state_up": True,
                "router:external": False,
                "port_security_enabled": True,
                "mtu": 1450,
                **network,
                "status": "ACTIVE",
                "subnets": [],
                **_standard(tenant_id),
            },
        )

    def add_subnet(self, subnet: Mapping[str, Any], tenant_id: str) -> Resource:
        """Create a subnet with its gateway (first address) and DHCP port (second)."""
        cidr = ipaddress.ip_network(subnet["cidr"])
        first = cidr.network_address + 1
        pool = {"start": str(first + 1), "end": str(_last(cidr))}
        created = self.add(
            "subnets",
            {
                "name": "",
                "description": "",
                "gateway_ip": str(first),
                "enable_dhcp": True,
                "dns_nameservers": [],
                "host_routes": [],
                "ipv6_ra_mode": None,
                "ipv6_address_mode": None,
                **subnet,
                "subnetpool_id": None,
                "ip_version": cidr.version,
                "allocation_pools": subnet.get("allocation_pools") or [pool],
                **_standard(tenant_id),
            },
        )
        with self.lock:
            self._by_kind["networks"][subnet["network_id"]]["subnets"].append(
                created["id"]
            )
        self.place.change("networks", subnet["network_id"])
        if created["enable_dhcp"]:
            dhcp = {"network_id": subnet["network_id"], "device_owner": "network:dhcp"}
            self.add_port({**dhcp, "device_id": "dhcp-agent"}, tenant_id)["status"] = (
                "ACTIVE"
            )
        return created

    def add_port(self, port: Mapping[str, Any], tenant_id: str) -> Resource:
        """Create a port with one address of each subnet, or the addresses asked for.

        Raises:
            NoAddressLeft: a subnet is full.
            AddressInUse: an address asked for is taken.
        """
        with self.lock:
            network_id = port["network_id"]
            fixed_ips = list(self._addresses(network_id, port.get("fixed_ips") or []))
            self._macs += 1
            return self.add(
                "ports",
                {
                    "name": "",
                    "description": "",
                    "admin_state_up": True,
                    "device_id": "",
                    "device_owner": "",
                    "mac_address": self._mac(),
                    "binding:host_id": "",
                    "binding:vif_type": "unbound",
                    "binding:vif_details": {},
                    "binding:vnic_type": "normal",
                    "binding:profile": {},
                    "security_groups": [],
                    "allowed_address_pairs": [],
                    "extra_dhcp_opts": [],
                    "port_security_enabled": True,
                    **port,
                    "fixed_ips": fixed_ips,
                    "status": "DOWN",
                    **_standard(tenant_id),
                },
            )

    def readdress(self, port: Resource, asked: list[Resource]) -> list[Resource]:
        """Return the port's addresses as asked for; those that it has, it keeps.

        Raises:
            NoAddressLeft: a subnet is full.
            AddressInUse: an address asked for is another port's.
        """
        with self.lock:
            own = {ip["ip_address"]: ip for ip in port["fixed_ips"]}
            kept = [own[a["ip_address"]] for a in asked if a.get("ip_address") in own]
            more = [a for a in asked if a.get("ip_address") not in own]
            if not more:
                return kept
            return kept + list(self._addresses(port["network_id"], more))

    def _mac(self) -> str:
        tail = self._macs.to_bytes(3)
        return f"{_MAC_PREFIX}:{tail[0]:02x}:{tail[1]:02x}:{tail[2]:02x}"

    def _addresses(self, network_id: str, asked: list[Resource]) -> Iterable[Resource]:
        subnets = [s for s in self.all("subnets") if s["network_id"] == network_id]
        taken = {
            ip["ip_address"] for port in self.all("ports") for ip in port["fixed_ips"]
        }
        for wish in asked:
            if wish.get("ip_address") in taken:
                raise AddressInUse(wish["ip_address"])
            if "ip_address" in wish:
                yield {
                    "subnet_id": _subnet_of(wish, subnets),
                    "ip_address": wish["ip_address"],
                }
            else:
                chosen = [s for s in subnets if s["id"] == wish.get("subnet_id")]
                yield from (self._free_address(subnet, taken) for subnet in chosen)
        if not asked:
            yield from (self._free_address(subnet, taken) for subnet in subnets)

    def _free_address(self, subnet: Resource, taken: set[str]) -> Resource:
        """Return the lowest free address; the search goes on where the last one ended."""
        for pool in subnet["allocation_pools"]:
            first = ipaddress.ip_address(pool["start"])
            end = int(ipaddress.ip_address(pool["end"])) + 1
            place = subnet["id"], pool["start"]
            low = self._lowest_free.get(place, int(first))
            for number in itertools.chain(range(low, end), range(int(first), low)):
                address = str(type(first)(number))
                if address not in taken and address != subnet["gateway_ip"]:
                    self._lowest_free[place] = number
                    return {"subnet_id": subnet["id"], "ip_address": address}
        raise NoAddressLeft(f"No more IP addresses available on subnet {subnet['id']}.")


def matching(
    resources: Iterable[Resource], query: Mapping[str, list[str]]
) -> list[Resource]:
    """Keep the resources that have one of the given values for every query key."""
    found = list(resources)
    for key in sorted(query.keys() - PAGING, key=_BROAD.__contains__):
        test = _test(key, query[key])
        found = [resource for resource in found if test(resource)]
    return found


def _standard(tenant_id: str) -> Resource:
    """Return the attributes that every resource has."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    owner = {"tenant_id": tenant_id, "project_id": tenant_id}
    return {**owner, "created_at": now, "updated_at": now, "revision_number": 1}


def _test(key: str, values: list[str]) -> Callable[[Resource], bool]:
    if key == "fixed_ips":  # "ip_address=10.0.0.5"
        addresses = {value.partition("=")[2] for value in values}
        return lambda port: any(
            ip["ip_address"] in addresses for ip in port["fixed_ips"]
        )
    wanted = {value.lower() for value in values}
    exact = (_ANY, *values)

    def test(resource: Resource) -> bool:
        value = resource.get(key, _ANY)
        if value in exact:
            return True
        text = value if type(value) is str else str(value)
        return text.lower() in wanted

    return test


def _last(cidr: ipaddress.IPv4Network | ipaddress.IPv6Network) -> Any:
    return cidr.broadcast_address - 1


def _subnet_of(wish: Resource, subnets: list[Resource]) -> str:
    address = ipaddress.ip_address(wish["ip_address"])
    for subnet in subnets:
        if address in ipaddress.ip_network(subnet["cidr"]):
            return str(subnet["id"])
    raise NoAddressLeft(f"{address} is in none of the network's subnets")
