"""Memory nodes: what is asked for, where it fits, what it takes."""

from typing import Any

import pytest

from tests.unit.scheduler.factories import make_flavor, make_image
from tracenova import exception, objects
from tracenova.pci.stats import PciDeviceStats
from tracenova.virt import hardware


def _host(*cells: dict[str, Any]) -> Any:
    defaults: dict[str, Any] = {
        "memory": 4096,
        "memory_usage": 0,
        "cpu_usage": 0,
        "pinned_cpus": set(),
        "mempages": [],
    }
    return objects.NUMATopology(
        cells=[
            objects.NUMACell(**{**defaults, "id": at, **cell})
            for at, cell in enumerate(cells)
        ]
    )


def _wish(vcpus: int = 2, **specs: str) -> Any:
    extra = {name.replace("__", ":"): value for name, value in specs.items()}
    flavor = make_flavor(vcpus=vcpus, memory_mb=2048, extra_specs=extra)
    return hardware.numa_get_constraints(flavor, make_image())


CELL: dict[str, Any] = {"cpuset": {0, 1, 2, 3}, "siblings": [{0, 1}, {2, 3}]}


def test_no_wish_is_no_topology() -> None:
    """A plain flavor leaves the guest without memory nodes."""
    assert _wish() is None


def test_two_nodes_share_cpus_and_memory_equally() -> None:
    """hw:numa_nodes alone divides; what cannot be divided is refused."""
    cells = _wish(4, hw__numa_nodes="2").cells
    assert [(sorted(c.cpuset), c.memory) for c in cells] == [
        ([0, 1], 1024),
        ([2, 3], 1024),
    ]
    with pytest.raises(exception.ImageNUMATopologyAsymmetric):
        _wish(3, hw__numa_nodes="2")


def test_an_image_may_not_pin_against_the_flavor() -> None:
    """hw:cpu_policy=shared of the flavor wins over the image's dedicated."""
    flavor = make_flavor(extra_specs={"hw:cpu_policy": "shared"})
    with pytest.raises(exception.ImageCPUPinningForbidden):
        hardware.numa_get_constraints(flavor, make_image(hw_cpu_policy="dedicated"))


def test_pinned_cpus_go_onto_siblings() -> None:
    """prefer packs two CPUs onto one core; the usage shows them pinned."""
    wish = _wish(2, hw__cpu_policy="dedicated")
    host = _host(CELL)
    fitted = hardware.numa_fit_instance_to_host(host, wish)
    assert fitted.cells[0].cpu_pinning == {0: 0, 1: 1}
    after = hardware.numa_usage_from_instances(host, [fitted])
    assert after.cells[0].pinned_cpus == {0, 1}
    assert host.cells[0].pinned_cpus == set()


def test_isolate_takes_whole_cores() -> None:
    """One CPU a core; its sibling stays empty."""
    wish = _wish(2, hw__cpu_policy="dedicated", hw__cpu_thread_policy="isolate")
    fitted = hardware.numa_fit_instance_to_host(_host(CELL), wish)
    assert fitted.cells[0].cpu_pinning == {0: 0, 1: 2}
    after = hardware.numa_usage_from_instances(_host(CELL), [fitted])
    assert after.cells[0].pinned_cpus == {0, 1, 2, 3}


def test_a_host_that_cannot_take_it_says_why() -> None:
    """With the numbers that decided."""
    why: list[str] = []
    wish = _wish(2, hw__numa_nodes="1")
    assert not hardware.numa_fit_instance_to_host(
        _host({**CELL, "memory": 1024}), wish, why_not=why
    )
    assert why == ["node 0: requested 2048 MB, it has 1024 MB"]


def _pools(**values: Any) -> PciDeviceStats:
    pool = {"vendor_id": "8086", "product_id": "1520", "numa_node": 0, "count": 2}
    tags = {"dev_type": "type-VF"}
    return PciDeviceStats([objects.PciDevicePool(**{**pool, **values}, tags=tags)])


def _want(count: int) -> Any:
    spec = [{"vendor_id": "8086"}]
    return objects.InstancePCIRequest(count=count, spec=spec, request_id=None)


def test_devices_are_counted_and_taken() -> None:
    """support_requests takes nothing, apply_requests does."""
    stats = _pools()
    assert stats.support_requests([_want(2)])
    assert not stats.support_requests([_want(1), _want(2)])
    stats.apply_requests([_want(2)])
    with pytest.raises(exception.PciDeviceRequestFailed):
        stats.apply_requests([_want(1)])


def test_devices_must_be_near_the_guest_s_nodes() -> None:
    """A device of another node does not count, one of no node does."""
    cells = [objects.InstanceNUMACell(id=1, cpuset={0}, memory=1)]
    assert not _pools().support_requests([_want(1)], cells)
    assert _pools(numa_node=None).support_requests([_want(1)], cells)
