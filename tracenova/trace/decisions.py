"""The nouns of deciding and changing: verdicts, weights, choices, claims, states.

Hosts are written ``host/node``, as the scheduler's spans write them.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """One message on the bus, from its sending to its acknowledgement.

    Attributes:
        operation: ``call``, ``cast``, ``fanout`` or ``notification``.
        version_cap: the newest version the sender may use; None: no cap.
        endpoint_version: what the receiver implements.
        delivered: how many receivers took it (a fanout has several).
        failure: what went wrong at the receiver; the sender of a cast never hears it.
    """

    message_id: str
    operation: str
    topic: str
    method: str
    from_: str
    to: str
    version: str | None
    version_cap: str | None
    endpoint_version: str | None
    namespace: str | None
    server: str | None
    size: int | None
    args: str | None
    result: str | None
    request_id: str | None
    delivered: int
    acked: bool | None
    start_ns: int
    duration_ns: int | None
    queued_ns: int | None
    span_id: str
    status: str
    error: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one filter said about one host.

    Attributes:
        reason: why it refused, with the numbers; "" for a host that passed.
        numbers: those of the reason, by name; a trace of somebody else has none.
        shadow: asked only so that we know: an earlier filter had refused already.
    """

    filter: str
    index: int
    host: str
    passed: bool
    reason: str
    shadow: bool
    attempt: int
    round: int
    numbers: dict[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class FilterRun:
    """One filter asked about all hosts that were left.

    Attributes:
        attempt: which select_destinations of the trace, from 1.
        round: which instance of that request, from 1.
        error: what it stumbled over, "" when it did not.
    """

    name: str
    index: int
    hosts_in: int
    hosts_out: int
    verdicts: tuple[Verdict, ...]
    attempt: int
    round: int
    span_id: str
    duration_ns: int | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Weight:
    """What one weigher gave one host: weighted = multiplier × normalized."""

    weigher: str
    host: str
    raw: float
    normalized: float
    weighted: float


@dataclass(frozen=True, slots=True)
class WeigherRun:
    """One weigher asked about all hosts that passed.

    Attributes:
        minval: the smallest raw value that maps to 0; None when the weigher has
            seen none.
        minval_by: the server whose request set it, perhaps an earlier one; None: the
            weigher's own bound, or nobody says.
    """

    name: str
    multiplier: float
    minval: float | None
    maxval: float | None
    weights: tuple[Weight, ...]
    attempt: int
    round: int
    span_id: str
    minval_by: str | None = None
    maxval_by: str | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The scheduler's choice for one instance: who was weighed, and who was taken.

    Attributes:
        attempt: which select_destinations of the trace, from 1.
        round: which instance of that request, from 1.
        order: (host, sum of weights), best first.
        selected: None when no host was valid.
        single_survivor: only one host was left, so no weigher ran.
        filters_skipped: the host was forced, so no filter ran.
        case: what the scheduler knew and was asked, as a case document for
            ``tracenova schedule``; None where it was not recorded.
    """

    attempt: int
    round: int
    hosts_total: int | None
    order: tuple[tuple[str, float], ...]
    subset_size: int | None
    selected: str | None
    single_survivor: bool
    filters_skipped: bool
    instance: str | None
    span_id: str
    error: str = ""
    case: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimTest:
    """One resource of a claim. ``limit`` None: unlimited."""

    resource: str
    total: float
    used: float
    requested: float
    limit: float | None
    passed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A compute host checks for itself whether the server still fits."""

    host: str
    instance: str | None
    tests: tuple[ClaimTest, ...]
    passed: bool
    error: str
    span_id: str
    start_ns: int


@dataclass(frozen=True, slots=True)
class StateChange:
    """One save that changed what a server's record says about its state.

    Each pair is (before, after); before is None for the first record.
    """

    seq: int
    instance: str
    vm_state: tuple[str | None, str | None]
    task_state: tuple[str | None, str | None]
    power_state: tuple[str | None, str | None]
    by: str
    source: str | None
    start_ns: int
    span_id: str


@dataclass(frozen=True, slots=True)
class Notification:
    """Something Nova told whoever listens on the notification bus."""

    event_type: str
    topic: str
    priority: str | None
    publisher: str | None
    payload: str | None
    from_: str
    start_ns: int
    span_id: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One span as a bar of the timeline.

    Attributes:
        offset_ns: from the first span of the view.
        depth: 0 for a root.
        self_ns: duration that no child accounts for.
    """

    name: str
    service: str
    kind: str
    offset_ns: int
    duration_ns: int | None
    self_ns: int | None
    depth: int
    status: str
    span_id: str


@dataclass(frozen=True, slots=True)
class Failure:
    """One span that failed, innermost first."""

    name: str
    service: str
    error_type: str
    message: str
    start_ns: int
    span_id: str
