"""Fills a lab with servers, empties it again, and audits it twice."""

import collections
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tracenova.lab import spec
from tracenova.lab.audit import Finding, audit
from tracenova.lab.client import Client, Refused
from tracenova.lab.cloud import Cloud
from tracenova.lab.order import Order
from tracenova.lab.settings import Settings

_LOOK_S = 0.05
_GRACE_S = 10.0  # for what goes on after a server has its last state


@dataclass(frozen=True, slots=True)
class Plan:
    """What to exercise."""

    lab: spec.Lab
    count: int
    virt: str | None = None
    timeout_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it.

    Attributes:
        statuses: how many servers ended in each status.
        refused: how many the API did not accept.
        full: findings while the servers were there.
        empty: findings after all were deleted.
    """

    statuses: Mapping[str, int]
    refused: int
    full: list[Finding]
    empty: list[Finding]

    @property
    def is_clean(self) -> bool:
        """Whether everybody agreed both times."""
        return not self.full and not self.empty

    def lines(self) -> list[str]:
        """Return the report as text."""
        counts = ", ".join(f"{n} {status}" for status, n in self.statuses.items())
        if self.refused:
            counts += f", {self.refused} refused"
        return [
            f"servers: {counts}",
            *section("with servers", self.full),
            *section("after deletion", self.empty),
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "clean": self.is_clean,
            "statuses": dict(self.statuses),
            "refused": self.refused,
            "full": [asdict(finding) for finding in self.full],
            "empty": [asdict(finding) for finding in self.empty],
        }


def run(plan: Plan, state: Path, narrate: Callable[[str], None]) -> Report:
    """Run the lab in the folder, and return the report.

    Raises:
        PartMissing: a hypervisor is not there.
        OrderError: the lab's request names something it does not have.
    """
    body = Order.of(plan.lab, count=1).body(plan.lab)
    settings = Settings(state_path=state, transport_url=f"fakeredis://{plan.lab.name}/")
    with Cloud(plan.lab, settings, virt=plan.virt, narrate=narrate) as cloud:
        client = cloud.client()
        accepted: list[str] = []
        refused = 0
        for _number in range(plan.count):
            try:
                accepted += client.create_servers(body)
            except Refused as error:
                refused += 1
                narrate(f"refused: {error.message}")
        deadline = time.monotonic() + plan.timeout_s
        ended = [_ended(client, each, deadline) for each in accepted]
        full = settled(lambda: audit(cloud))
        for server_id in accepted:
            client.delete_server(server_id)
        _wait_until_gone(client, deadline + plan.timeout_s)
        empty = settled(lambda: audit(cloud))
        return Report(collections.Counter(ended), refused, full, empty)


def settled(look: Callable[[], list[Finding]]) -> list[Finding]:
    """Audit until nothing is found, or the grace is over; return the last findings."""
    deadline = time.monotonic() + _GRACE_S
    while (found := look()) and time.monotonic() < deadline:
        time.sleep(_LOOK_S)
    return found


def section(title: str, findings: list[Finding]) -> list[str]:
    """Return findings as text."""
    if not findings:
        return [f"{title}: everybody agrees"]
    return [f"{title}: {len(findings)} do not fit", *(f"  {each}" for each in findings)]


def _ended(client: Client, server_id: str, deadline: float) -> str:
    while time.monotonic() < deadline:
        status = str(client.show_server(server_id)["status"])
        if status in ("ACTIVE", "ERROR"):
            return status
        time.sleep(_LOOK_S)
    return str(client.show_server(server_id)["status"])


def _wait_until_gone(client: Client, deadline: float) -> None:
    while client.call("GET", "/servers")["servers"] and time.monotonic() < deadline:
        time.sleep(_LOOK_S)
