"""The host's own test of its resources before a build."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

from tracenova import exception, profiler
from tracenova.compute import claims
from tracenova.context import RequestContext
from tracenova.trace import names


@dataclass
class FakeInstance:
    flavor: Any
    uuid: str = "5e1f0b1a-0000-4000-8000-000000000001"
    numa_topology: Any = None

    def obj_clone(self) -> "FakeInstance":
        """Copy it, as a versioned object does."""
        return replace(self)


@dataclass
class FakeTracker:
    aborted: list[Any] = field(default_factory=list)

    def abort_instance_claim(self, context: RequestContext, instance: Any) -> None:
        """Remember who gave resources back."""
        self.aborted.append(instance.uuid)


@dataclass
class FakeBackend:
    """Keeps the attributes of every span by name."""

    spans: dict[str, dict[str, Any]] = field(default_factory=dict)

    @contextmanager
    def span(
        self, name: str, kind: str, attributes: Mapping[str, Any]
    ) -> Iterator[Any]:
        """Keep the attributes that the block sets."""
        kept = self.spans.setdefault(name, dict(attributes))
        yield SimpleNamespace(set=kept.update)


def make_instance(
    memory_mb: int = 512, vcpus: int = 1, root_gb: int = 1
) -> FakeInstance:
    """Return an instance with a flavor of the given size."""
    flavor = SimpleNamespace(
        memory_mb=memory_mb, vcpus=vcpus, root_gb=root_gb, ephemeral_gb=0, swap=1024
    )
    return FakeInstance(flavor)


def make_node(**changes: int) -> SimpleNamespace:
    """Return a node of 2048 MB, 20 GB and 2 CPUs that keeps 512 MB back."""
    node = {
        "memory_mb": 2048,
        "memory_mb_used": 512,
        "local_gb": 20,
        "local_gb_used": 0,
        "vcpus": 2,
        "vcpus_used": 0,
    }
    return SimpleNamespace(**node | changes)


def make_claim(
    instance: FakeInstance | None = None,
    node: SimpleNamespace | None = None,
    tracker: FakeTracker | None = None,
    overhead: Mapping[str, int] | None = None,
    pci_requests: tuple[Any, ...] = (),
    **limits: float,
) -> claims.Claim:
    """Return the claim of an instance on a node."""
    return claims.Claim(
        RequestContext("user", "project", is_admin=False),
        instance or make_instance(),
        tracker or FakeTracker(),  # type: ignore[arg-type]  # the edge of this test
        node or make_node(),
        SimpleNamespace(requests=list(pci_requests)),
        overhead=overhead,
        limits=limits,
    )


@pytest.mark.parametrize(
    ("instance", "node", "limits", "reason"),
    [
        pytest.param(
            make_instance(memory_mb=1024),
            make_node(memory_mb_used=1148),
            {"memory_mb": 2048},
            "Free memory 900.00 MB < requested 1024 MB",
            id="memory",
        ),
        pytest.param(
            make_instance(root_gb=21),
            make_node(),
            {"disk_gb": 20},
            "Free disk 20.00 GB < requested 21 GB",
            id="disk",
        ),
        pytest.param(
            make_instance(vcpus=2),
            make_node(vcpus_used=1),
            {"vcpu": 2},
            "Free vcpu 1.00 VCPU < requested 2 VCPU",
            id="vcpu",
        ),
    ],
)
def test_a_resource_that_does_not_suffice_is_named_with_its_numbers(
    instance: FakeInstance, node: SimpleNamespace, limits: dict[str, Any], reason: str
) -> None:
    """A claim fails when requested > limit - used, and the text holds the numbers."""
    with pytest.raises(exception.ComputeResourcesUnavailable) as caught:
        make_claim(instance, node, **limits)
    assert caught.value.format_message() == f"Insufficient compute resources: {reason}."


def test_every_reason_is_reported_at_once() -> None:
    """All tests run; the reasons are joined by a semicolon."""
    greedy = make_instance(memory_mb=4096, vcpus=8, root_gb=100)
    with pytest.raises(exception.ComputeResourcesUnavailable) as caught:
        make_claim(greedy, memory_mb=2048, disk_gb=20, vcpu=2, pci_requests=(object(),))
    text = caught.value.format_message()
    assert [part.split()[1] for part in text.split(": ", 1)[1].split("; ")] == [
        "memory",
        "disk",
        "vcpu",
        "pci",
    ]


def test_exactly_what_is_left_may_be_claimed() -> None:
    """requested == limit - used passes."""
    claim = make_claim(make_instance(memory_mb=1536), memory_mb=2048)
    assert claim.memory_mb == 1536


def test_a_limit_above_the_total_overcommits() -> None:
    """Not the total counts but the limit, which the filter made of total and ratio."""
    claim = make_claim(make_instance(memory_mb=2500), memory_mb=2048 * 1.5)
    assert claim.tests[0].reason is None


def test_a_missing_limit_means_unlimited() -> None:
    """Without a limit (CoreFilter is off by default: no vcpu limit) nothing fails."""
    claim = make_claim(make_instance(memory_mb=10**6, vcpus=999, root_gb=10**6))
    assert [test.reason for test in claim.tests] == [None] * 5


def test_swap_is_not_claimed_but_ephemeral_disk_and_overhead_are() -> None:
    """disk = root + ephemeral + overhead, memory = flavor + overhead."""
    instance = make_instance(memory_mb=512, root_gb=5)
    instance.flavor.ephemeral_gb = 3
    claim = make_claim(instance, overhead={"memory_mb": 64, "disk_gb": 2})
    assert (claim.memory_mb, claim.disk_gb, claim.vcpus) == (576, 10, 1)


def test_pci_devices_cannot_be_had() -> None:
    """A request for PCI devices fails the claim when the host has none to give."""
    with pytest.raises(exception.ComputeResourcesUnavailable, match="Claim pci failed"):
        make_claim(pci_requests=(object(),))


def test_leaving_the_block_by_exception_gives_the_resources_back() -> None:
    """A claim is a context manager whose failure aborts it."""
    tracker = FakeTracker()
    with pytest.raises(RuntimeError), make_claim(tracker=tracker):
        raise RuntimeError
    assert tracker.aborted == ["5e1f0b1a-0000-4000-8000-000000000001"]


def test_leaving_the_block_normally_keeps_the_resources() -> None:
    """A build that succeeds keeps what it claimed."""
    tracker = FakeTracker()
    with make_claim(tracker=tracker):
        pass
    assert tracker.aborted == []


def test_a_claim_remembers_the_instance_as_it_was() -> None:
    """The build changes the instance; the abort must free what was claimed."""
    instance = make_instance()
    claim = make_claim(instance)
    instance.flavor = make_instance(memory_mb=9999).flavor
    assert claim.memory_mb == 512


def test_a_claim_of_nothing_is_nothing() -> None:
    """A driver that tracks no resources gets a claim that can be entered and left."""
    with claims.NopClaim() as claim:
        assert str(claim) == "[Claim: 0 MB memory, 0 GB disk]"
    assert claim.vcpus == 0
    with pytest.raises(RuntimeError), claims.NopClaim():
        raise RuntimeError


def test_the_trace_holds_every_number_of_a_failed_claim(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Per resource: total, used, requested, limit, verdict, reason; -1 is unlimited."""
    backend = FakeBackend()
    monkeypatch.setattr(profiler, "_backend", backend)
    with pytest.raises(exception.ComputeResourcesUnavailable):
        make_claim(make_instance(memory_mb=4096), memory_mb=2048, disk_gb=30)
    columns = backend.spans["Claim._claim_test"]
    assert columns[names.CLAIM_RESOURCES] == ["memory", "disk", "vcpu", "numa", "pci"]
    assert columns[names.CLAIM_TOTAL][:3] == [2048, 20, 2]
    assert columns[names.CLAIM_USED][:3] == [512, 0, 0]
    assert columns[names.CLAIM_REQUESTED][:3] == [4096, 1, 1]
    assert columns[names.CLAIM_LIMIT][:3] == [2048, 30, -1]
    assert columns[names.CLAIM_PASSED] == [False, True, True, True, True]
    assert (
        columns[names.CLAIM_REASONS][0] == "Free memory 1536.00 MB < requested 4096 MB"
    )
    assert columns[names.INSTANCE_UUID] == "5e1f0b1a-0000-4000-8000-000000000001"
