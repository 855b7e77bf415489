"""What is asked of a cloud: a server-create request in the lab's own words."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from tracenova.lab import spec
from tracenova.lab.ids import uuid_of


class OrderError(Exception):
    """The request names something that the lab does not have."""


@dataclass(frozen=True, slots=True)
class Order:
    """One server-create request.

    Attributes:
        network: a network's name, ``auto`` (all there are) or ``none``.
        az: ``zone[:host[:node]]``.
        group_policy: put the servers into a new server group of this policy.
        volume_gb: the root disk is a new volume of that size, made of the image.
        requests: how often this is asked, one request after the other.
    """

    name: str
    flavor: str
    image: str
    network: str
    count: int = 1
    az: str | None = None
    group_policy: str | None = None
    hints: dict[str, Any] = field(default_factory=dict)
    volume_gb: int | None = None
    requests: int = 1

    @classmethod
    def of(cls, lab: spec.Lab, **changes: Any) -> "Order":
        """Return the lab's own request, changed where a change is not None."""
        asked = {key: value for key, value in changes.items() if value is not None}
        return dataclasses.replace(cls(**dataclasses.asdict(lab.request)), **asked)

    def body(self, lab: spec.Lab, group_id: str | None = None) -> dict[str, Any]:
        """Return the JSON document to POST.

        Raises:
            OrderError: no such flavor, image, network or host in the lab.
        """
        self._check_host(lab)
        server: dict[str, Any] = {
            "name": self.name,
            "flavorRef": str(
                1 + _index("flavor", self.flavor, [f.name for f in lab.flavors])
            ),
            **self._root_disk(),
            "networks": self._networks(lab),
        }
        _index("image", self.image, [image.name for image in lab.images])
        if self.count > 1:
            server.update(min_count=self.count, max_count=self.count)
        if self.az is not None:
            server["availability_zone"] = self.az
        hints = {**self.hints, **({"group": group_id} if group_id else {})}
        return {"server": server, **({"os:scheduler_hints": hints} if hints else {})}

    def _root_disk(self) -> dict[str, Any]:
        """Return what the server boots from: the image, or a volume made of it."""
        image = uuid_of("image", self.image)
        if self.volume_gb is None:
            return {"imageRef": image}
        volume = {
            "boot_index": 0,
            "uuid": image,
            "source_type": "image",
            "destination_type": "volume",
            "volume_size": self.volume_gb,
            "delete_on_termination": True,
        }
        return {"block_device_mapping_v2": [volume]}

    def _check_host(self, lab: spec.Lab) -> None:
        """Make sure that the hosts of ``zone:host:node`` exist; nova checks the zone."""
        for name in (self.az or "").split(":", 2)[1:]:
            if name and ":" not in name:  # more colons: nova says what it thinks of it
                _index("host", name, [host.name for host in lab.hosts])

    def _networks(self, lab: spec.Lab) -> Any:
        if self.network in ("auto", "none"):
            return self.network
        _index("network", self.network, [network.name for network in lab.networks])
        return [{"uuid": uuid_of("network", self.network)}]


def _index(kind: str, name: str, known: list[str]) -> int:
    try:
        return known.index(name)
    except ValueError:
        listed = ", ".join(known) or "none"
        raise OrderError(
            f"no {kind} {name!r} in this lab; there are: {listed}"
        ) from None
