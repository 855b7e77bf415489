"""The host's own last look before a build: do the resources still suffice?

The scheduler chose from a snapshot; between its choice and the build another server
may have taken the room. The claim tests again, on the host, under the lock
``compute_resources``.

Nova: nova/compute/claims.py; MoveClaim (resize, evacuation) is left out; no host here has a
NUMA topology or PCI devices to give.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from tracenova import exception
from tracenova.compute import claim_record
from tracenova.context import RequestContext

if TYPE_CHECKING:
    from tracenova.compute.resource_tracker import ResourceTracker

LOG = logging.getLogger(__name__)

Limits = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ResourceTest:
    """One resource, measured against its limit.

    Attributes:
        type_: memory, disk or vcpu.
        unit: MB, GB or VCPU.
        total: what the host has.
        used: what its instances and the reserve take.
        requested: what this instance wants.
        limit: the most that may be used, as the scheduler's filter worked it out;
            None: as much as you like.
    """

    type_: str
    unit: str
    total: float
    used: float
    requested: float
    limit: float | None

    @property
    def free(self) -> float:
        """What may still be used."""
        return float("inf") if self.limit is None else self.limit - self.used

    @property
    def reason(self) -> str | None:
        """Why the claim fails, with the numbers; None when it does not."""
        if self.requested <= self.free:
            return None
        return (
            f"Free {self.type_} {self.free:.02f} {self.unit} < "
            f"requested {self.requested:d} {self.unit}"
        )


@dataclass(frozen=True, slots=True)
class FitTest:
    """A resource that fits or does not: NUMA topology, PCI devices.

    Attributes:
        type_: numa or pci.
        reason: why the claim fails; None when it does not.
    """

    type_: str
    reason: str | None


class NopClaim:
    """A claim that claims nothing: the driver does not track resources.

    Nova: nova/compute/claims.py NopClaim
    """

    claimed_numa_topology: Any = None

    @property
    def disk_gb(self) -> int:
        """Disk claimed, in GB."""
        return 0

    @property
    def memory_mb(self) -> int:
        """Memory claimed, in MB."""
        return 0

    @property
    def vcpus(self) -> int:
        """Virtual CPUs claimed."""
        return 0

    def abort(self) -> None:
        """Give back what was claimed."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if exc_type is not None:
            self.abort()

    def __str__(self) -> str:
        return f"[Claim: {self.memory_mb} MB memory, {self.disk_gb} GB disk]"


class Claim(NopClaim):
    """Resources held for one build; leaving its block by exception gives them back.

    Attributes:
        tests: what was measured, in the order memory, disk, vcpu, numa, pci.

    Raises:
        ComputeResourcesUnavailable: at construction, with every reason that applies.

    Nova: nova/compute/claims.py Claim
    """

    def __init__(
        self,
        context: RequestContext,
        instance: Any,
        tracker: "ResourceTracker",
        resources: Any,
        pci_requests: Any,
        overhead: Mapping[str, int] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.context = context
        # the instance may change while the claim is held: keep it as it was
        self.instance = instance.obj_clone()
        self.tracker = tracker
        self.overhead = overhead or {"memory_mb": 0, "disk_gb": 0}
        self._pci_requests = pci_requests
        self.tests: list[ResourceTest | FitTest] = []
        self._claim_test(resources, limits)

    @property
    def disk_gb(self) -> int:
        """Root and ephemeral disk plus the driver's overhead; swap is not counted."""
        flavor = self.instance.flavor
        overhead = self.overhead.get("disk_gb", 0)
        return int(flavor.root_gb + flavor.ephemeral_gb + overhead)

    @property
    def memory_mb(self) -> int:
        """The flavor's memory plus the driver's overhead."""
        return int(self.instance.flavor.memory_mb + self.overhead["memory_mb"])

    @property
    def vcpus(self) -> int:
        """The flavor's virtual CPUs."""
        return int(self.instance.flavor.vcpus)

    @property
    def numa_topology(self) -> Any:
        """The NUMA topology that the flavor or image asks for."""
        return self.instance.numa_topology

    def abort(self) -> None:
        """Give back what was claimed: the build has failed.

        Nova: nova/compute/claims.py Claim.abort
        """
        LOG.debug("[instance: %s] Aborting claim: %s", self.instance.uuid, self)
        self.tracker.abort_instance_claim(self.context, self.instance)

    @claim_record.recorded
    def _claim_test(self, resources: Any, limits: Limits | None = None) -> None:
        limits = limits or {}
        LOG.info(
            "[instance: %s] Attempting claim: memory %d MB, disk %d GB, vcpus %d CPU",
            self.instance.uuid,
            self.memory_mb,
            self.disk_gb,
            self.vcpus,
        )
        self.tests += [
            self._test_memory(resources, limits.get("memory_mb")),
            self._test_disk(resources, limits.get("disk_gb")),
            self._test_vcpus(resources, limits.get("vcpu")),
            self._test_numa_topology(resources, limits.get("numa_topology")),
            self._test_pci(),
        ]
        reasons = [test.reason for test in self.tests if test.reason is not None]
        if reasons:
            raise exception.ComputeResourcesUnavailable(reason="; ".join(reasons))
        LOG.info("[instance: %s] Claim successful", self.instance.uuid)

    def _test_memory(self, resources: Any, limit: float | None) -> ResourceTest:
        total, used = resources.memory_mb, resources.memory_mb_used
        return self._test("memory", "MB", total, used, self.memory_mb, limit)

    def _test_disk(self, resources: Any, limit: float | None) -> ResourceTest:
        total, used = resources.local_gb, resources.local_gb_used
        return self._test("disk", "GB", total, used, self.disk_gb, limit)

    def _test_vcpus(self, resources: Any, limit: float | None) -> ResourceTest:
        total, used = resources.vcpus, resources.vcpus_used
        return self._test("vcpu", "VCPU", total, used, self.vcpus, limit)

    def _test_numa_topology(self, resources: Any, limit: Any) -> FitTest:
        """Pass: hosts here report no NUMA topology, and then Nova does not test it."""
        return FitTest("numa", None)

    def _test_pci(self) -> FitTest:
        wanted = self._pci_requests.requests
        return FitTest("pci", "Claim pci failed." if wanted else None)

    def _test(
        self,
        type_: str,
        unit: str,
        total: float,
        used: float,
        requested: int,
        limit: float | None,
    ) -> ResourceTest:
        uuid = self.instance.uuid
        test = ResourceTest(type_, unit, total, used, requested, limit)
        LOG.info(
            "[instance: %s] Total %s: %d %s, used: %.02f %s",
            uuid,
            type_,
            total,
            unit,
            used,
            unit,
        )
        if limit is None:
            LOG.info(
                "[instance: %s] %s limit not specified, defaulting to unlimited",
                uuid,
                type_,
            )
        else:
            LOG.info(
                "[instance: %s] %s limit: %.02f %s, free: %.02f %s",
                uuid,
                type_,
                limit,
                unit,
                test.free,
                unit,
            )
        return test
