"""The nouns of a recorded boot: spans, hops, messages, verdicts, weights, states.

Everything that travels from a saved or running trace to a view is one of these frozen
records. Times are nanoseconds since 1970, durations nanoseconds, memory MB, disk GB.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

from tracenova.trace import names

SpanKind = Literal[
    "unspecified", "internal", "server", "client", "producer", "consumer"
]
StatusCode = Literal["unset", "ok", "error"]
HopKind = Literal["call", "cast", "fanout", "http", "db", "driver"]
HopStatus = Literal["ok", "error", "running"]
MomentKind = Literal[
    "started", "ended", "published", "delivered", "acked", "replied", "held", "dropped"
]

Value: TypeAlias = (
    "str | bool | int | float | bytes | tuple[Value, ...] | Mapping[str, Value] | None"
)
Attributes: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a span of another tool noted on its way."""

    name: str
    time_ns: int = 0
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A span that another tool says is related."""

    trace_id: str
    span_id: str
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """One step of one service, as recorded.

    Attributes:
        end_ns: None while the step is still running.
        resource: who recorded it; shared by all spans of a service.
        scope: name and version of the recording library.
    """

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    kind: SpanKind = "internal"
    start_ns: int = 0
    end_ns: int | None = None
    attributes: Attributes = field(default_factory=dict)
    resource: Attributes = field(default_factory=dict)
    status: StatusCode = "unset"
    status_message: str = ""
    events: tuple[Event, ...] = ()
    links: tuple[Link, ...] = ()
    scope: tuple[str, str] = ("", "")
    trace_state: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The pair that tells this span from all others."""
        return self.trace_id, self.span_id

    @property
    def service(self) -> str:
        """Which service acted: ``nova-api``, ``neutron`` …; "" when nobody says."""
        return str(self.resource.get(names.SERVICE_NAME) or "")

    @property
    def host(self) -> str:
        """The host that the service runs on; "" when nobody says."""
        found = self.resource.get(names.HOST_NAME)
        return str(found or self.resource.get(names.SERVICE_INSTANCE_ID) or "")

    @property
    def duration_ns(self) -> int | None:
        """How long the step took; None while it is running."""
        return None if self.end_ns is None else self.end_ns - self.start_ns

    @property
    def lamport(self) -> int:
        """The logical time at which it began; 0 in traces without that clock."""
        return self.number(names.LAMPORT) or 0

    @property
    def error(self) -> str:
        """What went wrong, "" when nothing did."""
        if self.status != "error":
            return ""
        return self.status_message or self.text(names.ERROR_TYPE) or "failed"

    def text(self, name: str) -> str | None:
        """Return the attribute as text, None when it is missing."""
        value = self.attributes.get(name)
        return None if value is None else str(value)

    def number(self, name: str) -> int | None:
        """Return the attribute as a whole number, None when it is not one."""
        value = self.attributes.get(name)
        if isinstance(value, (int, float)) and value == value // 1:
            return int(value)
        if isinstance(value, str) and value.lstrip("-").isdecimal():
            return int(value)
        return None

    def real(self, name: str) -> float | None:
        """Return the attribute as a number, None when it is not one."""
        value = self.attributes.get(name)
        return float(value) if isinstance(value, (int, float)) else None

    def column(self, name: str) -> tuple[Any, ...]:
        """Return a list attribute; () when it is missing or no list."""
        value = self.attributes.get(name)
        return value if isinstance(value, tuple) else ()

    def reals(self, name: str, *, finite: bool = True) -> tuple[float, ...]:
        """Return a list of numbers; () when it is missing, or holds something else.

        Args:
            name: the attribute's.
            finite: NaN and infinity are no numbers. (As a weight they are: Nova sorts
                by whatever a weigher says.)
        """
        try:
            found = tuple(float(value) for value in self.column(name))
        except (TypeError, ValueError, OverflowError):
            return ()
        return found if not finite or all(map(math.isfinite, found)) else ()


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that just happened, for whoever watches a run live.

    Attributes:
        kind: ``started`` and ``ended`` carry the span; the others a message.
        message: what the bus says about the message: id, topic, method …
    """

    kind: MomentKind
    time_ns: int
    span: Span | None = None
    message: Mapping[str, str] = field(default_factory=dict)


class Hop(NamedTuple):
    """One row of the story: somebody asks somebody for something.

    Attributes:
        source: the line of Nova 14.1.0 that does it, ``nova/compute/api.py:932``.
        queued_ns: how long the message waited before somebody took it.
        error: the error's text when the hop failed.
    """

    seq: int
    from_: str
    to: str
    kind: HopKind
    method: str
    topic: str | None = None
    version: str | None = None
    namespace: str | None = None
    source: str | None = None
    note: str = ""
    span_id: str = ""
    start_ns: int = 0
    duration_ns: int | None = None
    queued_ns: int | None = None
    status: HopStatus = "ok"
    error: str = ""

    @property
    def is_reply(self) -> bool:
        """Whether the row is the answer to an earlier call or request."""
        return self.method.startswith("reply:") or (
            self.kind == "http" and self.method[:3].isdecimal()
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the row in the shape that every ``--json`` view shares."""
        return {
            "seq": self.seq,
            "from": self.from_,
            "to": self.to,
            "kind": self.kind,
            "method": self.method,
            "topic": self.topic,
            "version": self.version,
            "namespace": self.namespace,
            "source": self.source,
            "note": self.note,
            "span_id": self.span_id,
            "start_ns": self.start_ns,
            "duration_ns": self.duration_ns,
            "queued_ns": self.queued_ns,
            "status": self.status,
        }
