"""One trace as all views see it: its hops, its spans, and where each is.

A live trace grows; answers are worked out anew when it has grown and somebody asks.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any, TypeVar

from tracenova.trace import hops as telling
from tracenova.trace import timing
from tracenova.trace.causality import critical_path
from tracenova.trace.decisions import Bar, Message, StateChange
from tracenova.trace.hops import Level
from tracenova.trace.model import Hop, Span
from tracenova.trace.names import HTTP_METHOD
from tracenova.trace.story import Decision, decisions
from tracenova.trace.trace import Trace
from tracenova.trace.tree import SpanTree

T = TypeVar("T")
ENOUGH_FOR_A_PATH = 5_000


class Story:
    """A trace with the questions of the views, answers kept until it grows.

    Args:
        trace: what is shown.
        name: what the header calls it.
        live: more may come.

    Attributes:
        revision: grows when there is more.
        whole: whether all of the file is here; ``read`` is the part that was read.
    """

    def __init__(self, trace: Trace, name: str, *, live: bool = False) -> None:
        self.trace = trace
        self.name = name
        self.live = live
        self.revision = 0
        self.whole = True
        self.read = 1.0
        self.level: Level = "story"
        self._kept: dict[str, Any] = {}

    def add(self, spans: Iterable[Span]) -> None:
        """Take in spans that began or ended."""
        for span in spans:
            self.trace.add(span)
        self.changed()

    def changed(self) -> None:
        """Forget every answer."""
        self.revision += 1
        self._kept.clear()

    def become(self, whole: "Story") -> None:
        """Take over the whole of what was shown in part, with its answers."""
        self.trace = whole.trace
        self.revision = whole.revision
        self._kept = whole._kept
        self.whole = True

    def answer_ahead(self, pause: Callable[[], None]) -> None:
        """Answer what other views will ask; on a thread, while nobody has asked."""
        for question in ("depths", "places", "critical", "messages"):
            getattr(self, question)
            pause()
        self.message_of("")
        self.change_at(0)
        for span in self.spans[:1]:
            self.place_of(span.span_id)
        pause()

    # --- what there is --------------------------------------------------------

    @property
    def hops(self) -> list[Hop]:
        """The rows of the story, at the level of detail that is set."""
        return self.trace.hops(self.level)

    @property
    def spans(self) -> list[Span]:
        """The spans that the story is about, in its order."""
        return self._answer("spans", lambda: telling.story_spans(self.trace.tree))

    def bar(self, at: int) -> Bar:
        """Return the span of that place as a bar of a timeline."""
        tree, span = self.trace.tree, self.spans[at]
        return timing.bar(tree, span, self.begins_ns, self.depths[at])

    @property
    def depths(self) -> list[int]:
        """How far below a root each span of the story is."""
        return self._answer(
            "depths", lambda: timing.depths(self.trace.tree, self.spans)
        )

    @property
    def places(self) -> dict[str, int]:
        """The place of each span in the story."""
        return self._answer(
            "span places", lambda: {s.span_id: at for at, s in enumerate(self.spans)}
        )

    @property
    def messages(self) -> list[Message]:
        """The messages of the story."""

        def answer() -> list[Message]:
            told = {span.span_id for span in self.spans}
            return [m for m in self.trace.messages() if m.span_id in told]

        return self._answer("messages", answer)

    def message_of(self, span_id: str) -> Message | None:
        """Return the message that a span sent."""
        places = self.message_places
        return self.messages[places[span_id]] if span_id in places else None

    @property
    def message_places(self) -> dict[str, int]:
        """The place of each message, by the span that sent it."""
        return self._answer(
            "message places",
            lambda: {m.span_id: at for at, m in enumerate(self.messages)},
        )

    @property
    def decisions(self) -> list[Decision]:
        """What the scheduler decided."""
        return self._answer("decisions", lambda: decisions(self.trace))

    def attempt(self, decision: Decision) -> tuple[int, int]:
        """Return which attempt of its request a decision was, and of how many."""

        def answer() -> dict[int, tuple[int, int]]:
            numbers: dict[str, dict[int, int]] = {}
            for one in self.decisions:
                span = self.span(one.choice.span_id)
                of_it = numbers.setdefault(span.trace_id if span else "", {})
                of_it.setdefault(one.choice.attempt, len(of_it) + 1)
            return {
                attempt: (number, len(of_it))
                for of_it in numbers.values()
                for attempt, number in of_it.items()
            }

        return self._answer("attempts", answer)[decision.choice.attempt]

    @property
    def state_changes(self) -> list[StateChange]:
        """How the servers' states changed."""
        return self._answer("states", self.trace.state_changes)

    def change_at(self, now_ns: int) -> StateChange | None:
        """Return the last change of a state until then."""
        by_time = self._answer(
            "states by time",
            lambda: sorted(self.state_changes, key=attrgetter("start_ns")),
        )
        at = bisect_right(by_time, now_ns, key=attrgetter("start_ns"))
        return by_time[at - 1] if at else None

    def changes_of(self, instance: str) -> list[StateChange]:
        """Return how the states of one server changed."""

        def answer() -> dict[str, list[StateChange]]:
            found: dict[str, list[StateChange]] = {}
            for change in self.state_changes:
                found.setdefault(change.instance, []).append(change)
            return found

        return self._answer("states by server", answer).get(instance, [])

    @property
    def critical(self) -> frozenset[str]:
        """Ids of the spans that the end of the story waited for."""

        def answer() -> frozenset[str]:
            if len(self.spans) > ENOUGH_FOR_A_PATH:
                return frozenset()
            return frozenset(
                s.span_id for s in critical_path(SpanTree(self._waited_for()))
            )

        return self._answer("critical", answer)

    def _waited_for(self) -> Iterator[Span]:
        """Yield the spans without the client's looking, which nothing waits for."""
        looks: set[str] = set()
        for span in self.spans:
            looking = (
                span.service == "client" and span.attributes.get(HTTP_METHOD) != "POST"
            )
            if span.parent_id in looks or (looking and span.parent_id is not None):
                looks.add(span.span_id)
            elif not looking:
                yield span

    @property
    def begins_ns(self) -> int:
        """When the first step of the story began."""
        return self._answer(
            "begins", lambda: min((span.start_ns for span in self.spans), default=0)
        )

    @property
    def ends_ns(self) -> int:
        """When the last step so far began or ended."""
        return self._answer(
            "ends",
            lambda: max(
                (span.end_ns or span.start_ns for span in self.spans), default=0
            ),
        )

    # --- where it is ----------------------------------------------------------

    def span(self, span_id: str | None) -> Span | None:
        """Return the span of that id."""
        return self.trace.span(span_id) if span_id else None

    def lineage(self, span_id: str) -> list[str]:
        """Return the span's id and those above it, nearest first."""
        span = self.trace.span(span_id)
        if span is None:
            return [span_id]
        return [span_id, *(s.span_id for s in self.trace.tree.ancestors(span))]

    def place_of(self, span_id: str) -> int | None:
        """Return the index of the hop that the span belongs to."""
        places = self._answer(f"places {self.level}", self._places)
        for one in self.lineage(span_id):
            if one in places:
                found: int = places[one]
                return found
        return None

    def _places(self) -> dict[str, int]:
        places: dict[str, int] = {}
        for index, hop in enumerate(self.hops):
            places.setdefault(hop.span_id, index)
        return places

    def kept(self, name: str, work: Callable[[], T]) -> T:
        """Return a view's own answer, worked out anew only when the story has grown."""
        return self._answer(name, work)

    def _answer(self, name: str, work: Callable[[], T]) -> T:
        if name not in self._kept:
            self._kept[name] = work()
        found: T = self._kept[name]
        return found
