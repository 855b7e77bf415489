"""What a server's network looks like to Nova: a list of virtual interfaces.

The info cache of an instance stores it as JSON; the virt driver gets it as
:class:`NetworkInfo` — or as :class:`NetworkInfoAsyncWrapper`, which is still being
fetched while the compute goes on with the disks.

Nova: nova/network/model.py. The address classes stand in addresses.py and the
constants in vif_types.py; both are visible here under Nova's names. Left out: the
802.1Qbg/Qbh parameters.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from typing import Any, Self, SupportsIndex, overload

from oslo_serialization import jsonutils

from tracenova import utils
from tracenova.network.addresses import IP, FixedIP, Model, Network, Route, Subnet
from tracenova.network.vif_types import (
    NIC_NAME_LEN,
    VIF_DETAILS_BRIDGE_NAME,
    VIF_DETAILS_OVS_HYBRID_PLUG,
    VIF_DETAILS_PHYSICAL_NETWORK,
    VIF_DETAILS_PORT_FILTER,
    VIF_MODEL_ALL,
    VIF_MODEL_E1000,
    VIF_MODEL_E1000E,
    VIF_MODEL_NE2K_PCI,
    VIF_MODEL_PCNET,
    VIF_MODEL_RTL8139,
    VIF_MODEL_VIRTIO,
    VIF_TYPE_BINDING_FAILED,
    VIF_TYPE_BRIDGE,
    VIF_TYPE_DVS,
    VIF_TYPE_HW_VEB,
    VIF_TYPE_OTHER,
    VIF_TYPE_OVS,
    VIF_TYPE_TAP,
    VIF_TYPE_UNBOUND,
    VIF_TYPE_VHOSTUSER,
    VNIC_TYPE_DIRECT,
    VNIC_TYPE_DIRECT_PHYSICAL,
    VNIC_TYPE_MACVTAP,
    VNIC_TYPE_NORMAL,
    VNIC_TYPES_SRIOV,
)

__all__ = [
    "IP",
    "NIC_NAME_LEN",
    "VIF",
    "VIF_DETAILS_BRIDGE_NAME",
    "VIF_DETAILS_OVS_HYBRID_PLUG",
    "VIF_DETAILS_PHYSICAL_NETWORK",
    "VIF_DETAILS_PORT_FILTER",
    "VIF_MODEL_ALL",
    "VIF_MODEL_E1000",
    "VIF_MODEL_E1000E",
    "VIF_MODEL_NE2K_PCI",
    "VIF_MODEL_PCNET",
    "VIF_MODEL_RTL8139",
    "VIF_MODEL_VIRTIO",
    "VIF_TYPE_BINDING_FAILED",
    "VIF_TYPE_BRIDGE",
    "VIF_TYPE_DVS",
    "VIF_TYPE_HW_VEB",
    "VIF_TYPE_OTHER",
    "VIF_TYPE_OVS",
    "VIF_TYPE_TAP",
    "VIF_TYPE_UNBOUND",
    "VIF_TYPE_VHOSTUSER",
    "VNIC_TYPES_SRIOV",
    "VNIC_TYPE_DIRECT",
    "VNIC_TYPE_DIRECT_PHYSICAL",
    "VNIC_TYPE_MACVTAP",
    "VNIC_TYPE_NORMAL",
    "FixedIP",
    "Model",
    "Network",
    "NetworkInfo",
    "NetworkInfoAsyncWrapper",
    "Route",
    "Subnet",
]


class VIF(Model):
    """One network card of a server: a port of neutron as the host will plug it."""

    compared = (
        "id",
        "address",
        "network",
        "vnic_type",
        "type",
        "profile",
        "details",
        "devname",
        "ovs_interfaceid",
        "qbh_params",
        "qbg_params",
        "active",
        "preserve_on_delete",
    )

    def __init__(
        self,
        id: str | None = None,
        address: str | None = None,
        network: Network | None = None,
        type: str | None = None,
        details: dict[str, Any] | None = None,
        devname: str | None = None,
        ovs_interfaceid: str | None = None,
        qbh_params: dict[str, Any] | None = None,
        qbg_params: dict[str, Any] | None = None,
        active: bool = False,
        vnic_type: str = VNIC_TYPE_NORMAL,
        profile: dict[str, Any] | None = None,
        preserve_on_delete: bool = False,
        **rest: Any,
    ) -> None:
        super().__init__(
            id=id,
            address=address,
            network=network or None,
            type=type,
            details=details or {},
            devname=devname,
            ovs_interfaceid=ovs_interfaceid,
            qbh_params=qbh_params,
            qbg_params=qbg_params,
            active=active,
            vnic_type=vnic_type,
            profile=profile,
            preserve_on_delete=preserve_on_delete,
        )
        self._set_meta(rest)

    def fixed_ips(self) -> list[FixedIP]:
        """Return the card's own addresses."""
        return [ip for subnet in self["network"]["subnets"] for ip in subnet["ips"]]

    def floating_ips(self) -> list[IP]:
        """Return the floating addresses that lead to this card."""
        return [each for fixed in self.fixed_ips() for each in fixed["floating_ips"]]

    def labeled_ips(self) -> dict[str, Any]:
        """Return network label, network id and a flat list of all addresses.

        The shape that the API's ``addresses`` view is made from; empty without a
        network.
        """
        if not self["network"]:
            return {}
        ips = [
            IP(**{key: value for key, value in ip.items() if key != "floating_ips"})
            for ip in self.fixed_ips()
        ]
        return {
            "network_label": self["network"]["label"],
            "network_id": self["network"]["id"],
            "ips": ips + self.floating_ips(),
        }

    def is_hybrid_plug_enabled(self) -> bool:
        """Say whether OVS needs a Linux bridge between itself and the card."""
        return bool(self["details"].get(VIF_DETAILS_OVS_HYBRID_PLUG, False))

    def is_neutron_filtering_enabled(self) -> bool:
        """Say whether neutron filters the port itself."""
        return bool(self["details"].get(VIF_DETAILS_PORT_FILTER, False))

    @classmethod
    def hydrate(cls, vif: Mapping[str, Any]) -> Self:
        """Build the interface and its network again from their dicts."""
        built = cls(**vif)
        built["network"] = Network.hydrate(built["network"])
        return built


class NetworkInfo(list[VIF]):
    """All network cards of one server, in order."""

    def fixed_ips(self) -> list[FixedIP]:
        """Return the addresses of all cards."""
        return [ip for vif in self for ip in vif.fixed_ips()]

    def floating_ips(self) -> list[IP]:
        """Return the floating addresses of all cards."""
        return [ip for vif in self for ip in vif.floating_ips()]

    @classmethod
    def hydrate(cls, network_info: str | Iterable[Mapping[str, Any]]) -> "NetworkInfo":
        """Build the list again from JSON text or from dicts."""
        if isinstance(network_info, str):
            return cls.hydrate(jsonutils.loads(network_info))
        return NetworkInfo([VIF.hydrate(vif) for vif in network_info])

    def wait(self, do_raise: bool = True) -> None:
        """Do nothing: this list is complete; the asynchronous one waits here."""

    def json(self) -> str:
        """Return the JSON text that the info cache stores."""
        return str(jsonutils.dumps(self))


class NetworkInfoAsyncWrapper(NetworkInfo):
    """A network that is still being allocated, in a thread of its own.

    The compute starts it and goes on to the disks; whoever first looks into the list
    (iterates, counts, indexes, prints) waits for the allocation, and gets its error.

    Args:
        async_method: what allocates; returns the finished NetworkInfo.
        args: its arguments, with ``kwargs``.

    Nova: nova/network/model.py NetworkInfoAsyncWrapper (a greenthread there; the lock
    is ours, for threads that look at the same moment).
    """

    def __init__(
        self, async_method: Callable[..., NetworkInfo], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__()
        self._waiting = threading.RLock()
        self._gt: Future[NetworkInfo] | None = utils.spawn(
            async_method, *args, **kwargs
        )

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> VIF: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[VIF]: ...
    def __getitem__(self, index: SupportsIndex | slice, /) -> VIF | list[VIF]:
        self.wait()
        return super().__getitem__(index)

    def __iter__(self) -> Iterator[VIF]:
        self.wait()
        return super().__iter__()

    def __len__(self) -> int:
        self.wait()
        return super().__len__()

    def __str__(self) -> str:
        self.wait()
        return super().__str__()

    def __repr__(self) -> str:
        self.wait()
        return super().__repr__()

    def __eq__(self, other: object) -> bool:
        self.wait()
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]  # as every list

    def json(self) -> str:
        """Return the JSON text, once the allocation has finished."""
        self.wait()
        return super().json()

    def wait(self, do_raise: bool = True) -> None:
        """Wait for the allocation; its error is raised once, unless unwanted."""
        with self._waiting:
            if self._gt is None:
                return
            future, self._gt = self._gt, None
            try:
                self[:] = future.result()
            except Exception:
                if do_raise:
                    raise
