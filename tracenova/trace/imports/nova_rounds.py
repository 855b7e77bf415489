"""Puts together what the lines about one request told, and makes spans of it."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracenova.trace import names
from tracenova.trace.model import Span, Value

_RESOURCE: Mapping[str, Value] = {
    names.SERVICE_NAME: "nova-scheduler",
    names.HOST_NAME: "",
}


@dataclass(slots=True)
class FilterNote:
    """One filter: counts always, hosts where the log tells them."""

    name: str
    hosts_in: int
    hosts_out: int
    time_ns: int
    survivors: list[str] | None = None
    refusals: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class WeigherNote:
    """One weigher: raw and normalized weights, and the multiplier of each host."""

    name: str
    time_ns: int
    raw: dict[str, float] = field(default_factory=dict)
    normalized: dict[str, float] = field(default_factory=dict)
    multipliers: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Round:
    """The choice for one instance."""

    time_ns: int
    start: int = 0
    filters: list[FilterNote] = field(default_factory=list)
    weighers: list[WeigherNote] = field(default_factory=list)
    filtered: list[str] = field(default_factory=list)
    order: list[tuple[str, float]] = field(default_factory=list)
    selected: str | None = None
    is_over: bool = False
    _refusals: dict[str, str] = field(default_factory=dict)

    def note_filter(self, name: str, hosts_out: int, time_ns: int) -> None:
        """A filter has spoken; what was refused before the line is its doing."""
        known = self._named(name)
        if known is None or known is not self.filters[-1]:
            hosts_in = self.filters[-1].hosts_out if self.filters else self.start
            known = FilterNote(name, hosts_in, hosts_out, time_ns)
            self.filters.append(known)
        known.refusals.update(self._refusals)
        self._refusals = {}

    def note_counts(self, name: str, start: int, end: int, time_ns: int) -> None:
        """The summary tells a filter's counts."""
        known = self._named(name)
        if known is None:
            known = FilterNote(name, start, end, time_ns)
            place = sum(1 for each in self.filters if each.hosts_out >= start)
            self.filters.insert(place, known)
        known.hosts_in, known.hosts_out = start, end
        self.start = max(self.start, start)

    def note_survivors(self, name: str, hosts: list[str], time_ns: int) -> None:
        """The full summary tells whom a filter left."""
        known = self._named(name)
        if known is None:
            hosts_in = self.filters[-1].hosts_out if self.filters else self.start
            known = FilterNote(name, max(hosts_in, len(hosts)), len(hosts), time_ns)
            self.filters.append(known)
        known.survivors = hosts

    def note_refusal(self, host: str, reason: str) -> None:
        """A filter says why it refuses a host; its name comes later."""
        self._refusals[host] = reason

    def weigher(self, name: str, time_ns: int) -> WeigherNote:
        """Return the note of a weigher, a new one at first."""
        for known in self.weighers:
            if known.name == name:
                return known
        self.weighers.append(WeigherNote(name, time_ns))
        return self.weighers[-1]

    def _named(self, name: str) -> FilterNote | None:
        return next((each for each in self.filters if each.name == name), None)

    def hosts_left(self) -> list[str]:
        """Return who passed every filter, as far as the log tells."""
        return self.filtered or [host for host, _ in self.order]


class Request:
    """One request to the scheduler."""

    def __init__(self, request_id: str) -> None:
        self._id = request_id
        self.rounds: list[Round] = []
        self.instance = ""
        self._first_ns = 0
        self._last_ns = 0

    def see(self, time_ns: int) -> None:
        """Take note of a line's time."""
        self._first_ns = self._first_ns or time_ns
        self._last_ns = max(self._last_ns, time_ns)

    def current(self, *, finished: bool = True) -> Round:
        """Return the round under way; one begins where the log tells no beginning.

        Args:
            finished: whether a round that is over makes room for a new one.
        """
        if not self.rounds or (finished and self.rounds[-1].is_over):
            self.rounds.append(Round(self._last_ns))
        return self.rounds[-1]

    def spans(self) -> Iterator[Span]:
        """Yield the choice and, below it, filters and weighers in their order."""
        digest = hashlib.sha256(self._id.encode()).hexdigest()
        trace_id, root = digest[:32], digest[32:48]
        base = int(digest[48:60], 16)
        place = 0
        for index, round_ in enumerate(self.rounds):
            for name, time_ns, attributes in _runs(round_, index):
                place += 1
                yield Span(
                    trace_id=trace_id,
                    span_id=f"{(base + place) & (2**64 - 1):016x}",
                    parent_id=root,
                    name=name,
                    start_ns=time_ns,
                    end_ns=time_ns,
                    attributes={
                        **attributes,
                        names.INSTANCE_INDEX: index,
                        names.ORDER: f"{place}.1",
                    },
                    resource=_RESOURCE,
                )
        yield Span(
            trace_id=trace_id,
            span_id=root,
            parent_id=None,
            name="FilterScheduler._schedule",
            start_ns=self._first_ns,
            end_ns=self._last_ns,
            attributes=self._choice(),
            resource=_RESOURCE,
        )

    def _choice(self) -> dict[str, Value]:
        weighed = [
            (index, host, weight)
            for index, round_ in enumerate(self.rounds)
            for host, weight in round_.order
        ]
        chosen = [round_ for round_ in self.rounds if round_.selected]
        attributes: dict[str, Value] = {
            names.HOSTS_TOTAL: self.rounds[0].start,
            names.WEIGHED_INSTANCE: tuple(index for index, _, _ in weighed),
            names.WEIGHED_HOSTS: tuple(host for _, host, _ in weighed),
            names.WEIGHED_WEIGHTS: tuple(weight for _, _, weight in weighed),
            names.SELECTED: tuple(str(round_.selected) for round_ in chosen),
            names.SINGLE_SURVIVOR: tuple(len(each.order) == 1 for each in chosen),
        }
        if self._id:
            attributes[names.REQUEST_ID] = self._id
        if self.instance:
            attributes[names.INSTANCE_UUID] = self.instance
        return attributes


def _runs(round_: Round, index: int) -> Iterator[tuple[str, int, dict[str, Value]]]:
    racing: list[str] = []
    for place, note in enumerate(round_.filters):
        yield f"filter {note.name}", note.time_ns, _filter(round_, note, place, racing)
        racing = note.survivors or []
    for weigher in round_.weighers:
        yield f"weigher {weigher.name}", weigher.time_ns, _weigher(weigher)


def _filter(
    round_: Round, note: FilterNote, place: int, racing: list[str]
) -> dict[str, Value]:
    survivors = round_.hosts_left() if note.survivors is None else note.survivors
    verdicts: dict[str, str | None] = dict.fromkeys(survivors)
    for host in racing:
        verdicts.setdefault(host, "")
    for host, reason in note.refusals.items():
        if verdicts.get(host, "") is not None:
            verdicts[host] = reason
    return {
        names.FILTER_NAME: note.name,
        names.FILTER_INDEX: place,
        names.FILTER_HOSTS_IN: note.hosts_in,
        names.FILTER_HOSTS_OUT: note.hosts_out,
        names.FILTER_HOSTS: tuple(verdicts),
        names.FILTER_PASSED: tuple(reason is None for reason in verdicts.values()),
        names.FILTER_REASONS: tuple(
            "" if reason is None else reason or "the log does not say why"
            for reason in verdicts.values()
        ),
        names.FILTER_SHADOW: (False,) * len(verdicts),
    }


def _weigher(note: WeigherNote) -> dict[str, Value]:
    hosts = list(note.raw or note.normalized)
    multipliers = [note.multipliers.get(host, 1.0) for host in hosts]
    normalized = [note.normalized.get(host, 0.0) for host in hosts]
    attributes: dict[str, Any] = {
        names.WEIGHER_NAME: note.name,
        names.WEIGHER_MULTIPLIER: multipliers[0] if multipliers else 1.0,
        names.WEIGHER_HOSTS: tuple(hosts),
        names.WEIGHER_RAW: tuple(note.raw.get(host, 0.0) for host in hosts),
        names.WEIGHER_NORMALIZED: tuple(normalized),
        names.WEIGHER_WEIGHTED: tuple(
            multiplier * value
            for multiplier, value in zip(multipliers, normalized, strict=True)
        ),
    }
    if scale := _scale(note):
        attributes[names.WEIGHER_MINVAL], attributes[names.WEIGHER_MAXVAL] = scale
    return attributes


def _scale(note: WeigherNote) -> tuple[float, float] | None:
    """Return the ends of the scale, found from two hosts' weights."""
    points = sorted({(note.raw[h], note.normalized.get(h, 0.0)) for h in note.raw})
    if len(points) < 2 or points[0][1] == points[-1][1]:
        return None
    (low, low_norm), (high, high_norm) = points[0], points[-1]
    width = (high - low) / (high_norm - low_norm)
    return low - low_norm * width, low + (1.0 - low_norm) * width
