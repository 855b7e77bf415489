"""The networks that the user asked for: a network, a port, a fixed address, or a word.

Nova: nova/objects/network_request.py
"""

from collections.abc import Iterable, Sequence
from typing import Any

from oslo_utils import versionutils

from tracenova.objects import base, fields

NETWORK_ID_NONE = "none"
NETWORK_ID_AUTO = "auto"


@base.NovaObjectRegistry.register
class NetworkRequest(base.NovaObject):
    """One wished network interface.

    Nova: nova/objects/network_request.py NetworkRequest
    """

    VERSION = "1.2"
    fields = {
        "network_id": fields.StringField(nullable=True),
        "address": fields.IPAddressField(nullable=True),
        "port_id": fields.UUIDField(nullable=True),
        "pci_request_id": fields.UUIDField(nullable=True),
        "tag": fields.StringField(nullable=True),
    }

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.2 there was no tag."""
        if versionutils.convert_version_to_tuple(target_version) < (1, 2):
            primitive.pop("tag", None)

    def obj_load_attr(self, attrname: str) -> None:
        """A field that was never set is None."""
        setattr(self, attrname, None)

    def to_tuple(self) -> tuple[str | None, str | None, str | None, str | None]:
        """Return network, address, port and PCI request, for older receivers."""
        address = None if self.address is None else str(self.address)
        return self.network_id, address, self.port_id, self.pci_request_id

    @classmethod
    def from_tuple(cls, net_tuple: Sequence[str | None]) -> "NetworkRequest":
        """Read what an older sender wrote: two values (nova-network) or four."""
        names = ("network_id", "address", "port_id", "pci_request_id")
        return cls(**dict(zip(names, net_tuple, strict=False)))

    @property
    def auto_allocate(self) -> bool:
        """Whether neutron is to pick or make a network."""
        return bool(self.network_id == NETWORK_ID_AUTO)

    @property
    def no_allocate(self) -> bool:
        """Whether the user wants no network at all."""
        return bool(self.network_id == NETWORK_ID_NONE)


@base.NovaObjectRegistry.register
class NetworkRequestList(base.ObjectListBase, base.NovaObject):
    """All wished network interfaces of one server.

    Nova: nova/objects/network_request.py NetworkRequestList
    """

    VERSION = "1.1"
    fields = {"objects": fields.ListOfObjectsField("NetworkRequest")}

    def as_tuples(self) -> list[tuple[str | None, ...]]:
        """Return all as tuples, for older receivers."""
        return [request.to_tuple() for request in self.objects]

    @classmethod
    def from_tuples(
        cls, net_tuples: Iterable[Sequence[str | None]]
    ) -> "NetworkRequestList":
        """Read what an older sender wrote."""
        return cls(objects=[NetworkRequest.from_tuple(each) for each in net_tuples])

    @property
    def is_single_unspecified(self) -> bool:
        """Whether one interface is wished, on whatever network."""
        return len(self.objects) == 1 and not any(self.objects[0].to_tuple())

    @property
    def auto_allocate(self) -> bool:
        """Whether the user said ``auto``."""
        return len(self.objects) == 1 and self.objects[0].auto_allocate

    @property
    def no_allocate(self) -> bool:
        """Whether the user said ``none``."""
        return len(self.objects) == 1 and self.objects[0].no_allocate
