"""How many PCI devices of each kind a host has free, and whether they are enough.

Nova: nova/pci/stats.py
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from tracenova import exception

Pool = dict[str, Any]
SRIOV_PF: Final = "type-PF"


def pci_device_prop_match(
    pci_dev: Mapping[str, Any], specs: Iterable[Mapping[str, Any]]
) -> bool:
    """Say whether the device (or pool) is as one of the descriptions says.

    Nova: nova/pci/utils.py pci_device_prop_match
    """
    return any(
        all(pci_dev.get(key) == value for key, value in spec.items()) for spec in specs
    )


class PciDeviceStats:
    """The pools of one host: devices of the same product, node and tags, counted.

    Nova: nova/pci/stats.py PciDeviceStats. Left out: adding and removing single
    devices, which the whitelist decides on the compute.

    Args:
        stats: a PciDevicePoolList or None.
    """

    def __init__(self, stats: Iterable[Any] | None = None) -> None:
        self.pools: list[Pool] = [pool.to_dict() for pool in stats or ()]
        self.pools.sort(key=len)  # the fewest properties first

    def support_requests(
        self, requests: Iterable[Any], numa_cells: Sequence[Any] | None = None
    ) -> bool:
        """Say whether all requests can be met; nothing is taken.

        Args:
            requests: InstancePCIRequest objects.
            numa_cells: take only devices of these nodes, or of no node.
        """
        return self.lacking(requests, numa_cells) is None

    def lacking(
        self, requests: Iterable[Any], numa_cells: Sequence[Any] | None = None
    ) -> tuple[Any, int] | None:
        """Return the first request that cannot be met, and how many fit it; ours."""
        pools = [dict(pool) for pool in self.pools]
        for request in requests:
            suiting = self._suiting(pools, request, numa_cells)
            count = sum(pool["count"] for pool in suiting)
            if not self._apply_request(pools, request, numa_cells):
                return request, count
        return None

    def apply_requests(
        self, requests: Iterable[Any], numa_cells: Sequence[Any] | None = None
    ) -> None:
        """Take the devices from the pools, so that the next request finds fewer.

        Raises:
            PciDeviceRequestFailed: not all were there; what was there is gone.
        """
        wanted = list(requests)
        met = [self._apply_request(self.pools, each, numa_cells) for each in wanted]
        if not all(met):
            raise exception.PciDeviceRequestFailed(requests=wanted)

    def consume_requests(
        self, requests: Iterable[Any], numa_cells: Sequence[Any] | None = None
    ) -> list[Any] | None:
        """Take the devices themselves out of pools that hold them (``devices``).

        None: not all were there, nothing was taken.

        Nova: nova/pci/stats.py PciDeviceStats.consume_requests (without the devices
        that depend on one another).
        """
        taken: list[tuple[Pool, Any]] = []
        for request in requests:
            suiting = self._suiting(self.pools, request, numa_cells)
            devices = [(pool, each) for pool in suiting for each in pool["devices"]]
            if len(devices) < request.count:
                for pool, device in taken:
                    pool["devices"].append(device)
                    pool["count"] += 1
                return None
            for pool, device in devices[: request.count]:
                pool["devices"].remove(device)
                pool["count"] -= 1
                device.request_id = request.request_id
                taken.append((pool, device))
        return [device for _, device in taken]

    def _apply_request(
        self, pools: list[Pool], request: Any, numa_cells: Sequence[Any] | None
    ) -> bool:
        count = request.count
        suiting = self._suiting(pools, request, numa_cells)
        if sum(pool["count"] for pool in suiting) < count:
            return False
        for pool in suiting:
            count = _decrease_pool_count(pools, pool, count)
            if not count:
                break
        return True

    def _suiting(
        self, pools: list[Pool], request: Any, numa_cells: Sequence[Any] | None
    ) -> list[Pool]:
        """Return the pools of the request; physical functions only for who asks."""
        spec = request.spec
        suiting = [pool for pool in pools if pci_device_prop_match(pool, spec)]
        if numa_cells:
            near = {None, *(cell.id for cell in numa_cells)}
            suiting = [pool for pool in suiting if pool.get("numa_node") in near]
        if all(each.get("dev_type") != SRIOV_PF for each in spec):
            suiting = [pool for pool in suiting if pool.get("dev_type") != SRIOV_PF]
        return suiting

    def __iter__(self) -> Iterator[Pool]:
        """Yield the pools without their devices."""
        for pool in self.pools:
            yield {key: value for key, value in pool.items() if key != "devices"}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PciDeviceStats) and self.pools == other.pools

    __hash__ = None  # type: ignore[assignment]  # pools change


def _decrease_pool_count(pools: list[Pool], pool: Pool, count: int) -> int:
    """Take devices from the pool; an empty pool goes. Return how many are missing."""
    if pool["count"] > count:
        pool["count"] -= count
        return 0
    pools.remove(pool)
    return int(count - pool["count"])
