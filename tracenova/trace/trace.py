"""One trace, and the questions that every view asks of it.

::

    trace = Trace.load("boot.otlp.jsonl")
    for hop in trace.hops():
        print(hop.seq, hop.from_, hop.to, hop.method)

Answers are kept until a span is added, so a live view may ask as often as it likes.
"""

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any, TypeVar

from tracenova.trace import bus, changes, files, names, stable, timing
from tracenova.trace import hops as hops_
from tracenova.trace.decisions import (
    Bar,
    Choice,
    Claim,
    Failure,
    FilterRun,
    Message,
    Notification,
    StateChange,
    Verdict,
    WeigherRun,
    Weight,
)
from tracenova.trace.model import Hop, Moment, Span
from tracenova.trace.scheduling import Scheduling
from tracenova.trace.selection import Selection
from tracenova.trace.tree import SpanTree

T = TypeVar("T")


class Trace:
    """Spans of one or more requests; ``instance=`` narrows an answer to one server.

    Attributes:
        warnings: what in the file could not be read, and what is missing.
    """

    def __init__(
        self, spans: Iterable[Span] = (), warnings: Iterable[str] = ()
    ) -> None:
        self._spans: dict[tuple[str, str], Span] = {span.key: span for span in spans}
        self._answers: dict[Any, Any] = {}
        self.warnings = list(warnings)

    @classmethod
    def load(
        cls,
        path: Path | str,
        at_most: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> "Trace":
        """Read a trace file, or only about the first ``at_most`` bytes of it.

        ``progress`` is told now and then how many bytes are read.

        Raises:
            TraceFileError: the file cannot be shown as a trace.
        """
        loaded = files.load(path, at_most, progress)
        trace = cls(loaded.spans, loaded.warnings)
        if at_most is None and (uncaused := trace.uncaused()):
            trace.warnings.append(_missing(uncaused))
        return trace

    # --- growing --------------------------------------------------------------

    def add(self, span: Span) -> None:
        """Take in one span; a finished one replaces its running self."""
        known = self._spans.get(span.key)
        if known is None or known.end_ns is None or span.end_ns is not None:
            self._spans[span.key] = span
            self._answers.clear()

    def feed(self, moment: Moment) -> None:
        """Take in what has just happened; messages change nothing here."""
        if moment.span is not None:
            self.add(moment.span)

    # --- spans ----------------------------------------------------------------

    @property
    def spans(self) -> list[Span]:
        """Every span, in the order of arrival."""
        return list(self._spans.values())

    def uncaused(self) -> list[Span]:
        """Return the spans whose cause, one of the services', is not here.

        What a server was asked for may have a client outside of the cloud.
        """
        return [
            span
            for span in self._spans.values()
            if span.parent_id
            and span.kind != "server"
            and (span.trace_id, span.parent_id) not in self._spans
        ]

    @property
    def tree(self) -> SpanTree:
        """The spans by parent and child."""
        return self._kept(("tree",), lambda: SpanTree(self._spans.values()))

    def span(self, span_id: str) -> Span | None:
        """Return the span of that id."""
        by_id = self._kept(
            ("by_id",), lambda: {span.span_id: span for span in self._spans.values()}
        )
        return by_id.get(span_id)

    def walked(self, instance: str | None = None) -> list[Span]:
        """Return the spans in story order."""
        if instance is not None:
            selection = self._selection
            return [s for s in self.walked() if selection.concerns(s, instance)]
        return self._kept(
            ("walked",),
            lambda: [step.span for step in self.tree.story() if step.at == "enter"],
        )

    def stabilised(self) -> "Trace":
        """Return the story's spans with ordinals for ids and times.

        The same boot gives the same bytes every time: for golden files and diagrams.
        """
        return Trace(stable.stabilised(hops_.story_spans(self.tree)))

    # --- the story ------------------------------------------------------------

    def hops(
        self, level: hops_.Level = "story", *, instance: str | None = None
    ) -> list[Hop]:
        """Return who asked whom for what, in story order."""
        if instance is None:
            return self._kept(("hops", level), lambda: hops_.hops(self.tree, level))
        return self._kept(
            ("hops", level, instance),
            lambda: hops_.hops(self._selection.tree_of(instance), level),
        )

    def messages(self, *, instance: str | None = None) -> list[Message]:
        """Return every message on the bus."""
        return bus.messages(self.tree, self.walked(instance))

    def notifications(self, *, instance: str | None = None) -> list[Notification]:
        """Return what was told on the notification bus."""
        return changes.notifications(self.walked(instance))

    def state_changes(self, *, instance: str | None = None) -> list[StateChange]:
        """Return how the servers' states changed."""
        return changes.state_changes(self.tree, self.walked(instance))

    def claims(self, *, instance: str | None = None) -> list[Claim]:
        """Return what the compute hosts counted for themselves."""
        return changes.claims(self.tree, self.walked(instance))

    def errors(self, *, instance: str | None = None) -> list[Failure]:
        """Return where the errors of the story began."""
        tree = self.tree if instance is None else self._selection.tree_of(instance)
        return changes.failures(tree, hops_.story_spans(tree))

    def timeline(self, *, instance: str | None = None) -> list[Bar]:
        """Return every span as a bar."""
        return timing.bars(self.tree, self.walked(instance))

    def shares(self, *, instance: str | None = None) -> list[timing.Share]:
        """Return each service's own time within the story."""
        told = {span.key for span in hops_.story_spans(self.tree)}
        spans = [span for span in self.walked(instance) if span.key in told]
        return timing.shares(self.tree, spans)

    # --- the scheduler --------------------------------------------------------

    def choices(self, *, instance: str | None = None) -> list[Choice]:
        """Return what the scheduler chose, attempt by attempt."""
        return self._scheduling(instance).choices

    def filter_runs(self, *, instance: str | None = None) -> list[FilterRun]:
        """Return every filter's run, in order."""
        return self._scheduling(instance).filter_runs

    def verdicts(self, *, instance: str | None = None) -> list[Verdict]:
        """Return what every filter said about every host."""
        return [v for run in self.filter_runs(instance=instance) for v in run.verdicts]

    def weigher_runs(self, *, instance: str | None = None) -> list[WeigherRun]:
        """Return every weigher's run, in order."""
        return self._scheduling(instance).weigher_runs

    def filter_runs_of(self, choice: Choice) -> list[FilterRun]:
        """Return the filters' runs that led to a choice."""
        return self._kept(("filters of",), lambda: _by_round(self.filter_runs())).get(
            (choice.attempt, choice.round), []
        )

    def weigher_runs_of(self, choice: Choice) -> list[WeigherRun]:
        """Return the weighers' runs that led to a choice."""
        runs = self._kept(("weighers of",), lambda: _by_round(self.weigher_runs()))
        return runs.get((choice.attempt, choice.round), [])

    def weights(self, *, instance: str | None = None) -> list[Weight]:
        """Return what every weigher gave every host."""
        return [w for run in self.weigher_runs(instance=instance) for w in run.weights]

    # --- who takes part -------------------------------------------------------

    def services(self) -> list[str]:
        """Return the services, in order of appearance; computes as ``name@host``."""
        seen: dict[str, None] = {}
        for span in self.walked():
            if span.service == "nova-compute" and span.host:
                seen[f"{span.service}@{span.host}"] = None
            elif span.service:
                seen[span.service] = None
        return list(seen)

    def instances(self) -> list[str]:
        """Return the servers' uuids, in order of appearance."""
        found = (span.text(names.INSTANCE_UUID) for span in self.walked())
        return list(dict.fromkeys(uuid for uuid in found if uuid))

    # --- helpers --------------------------------------------------------------

    @property
    def _selection(self) -> Selection:
        return self._kept(("selection",), lambda: Selection(self.tree))

    def _scheduling(self, instance: str | None) -> Scheduling:
        return self._kept(
            ("scheduling", instance),
            lambda: Scheduling(self.tree, self.walked(instance)),
        )

    def _kept(self, question: tuple[Any, ...], answer: Callable[[], T]) -> T:
        if question not in self._answers:
            self._answers[question] = answer()
        found: T = self._answers[question]
        return found


R = TypeVar("R", FilterRun, WeigherRun)


def _by_round(runs: Iterable[R]) -> dict[tuple[int, int], list[R]]:
    found: dict[tuple[int, int], list[R]] = {}
    for run in runs:
        found.setdefault((run.attempt, run.round), []).append(run)
    return found


def _missing(uncaused: Collection[Span]) -> str:
    """Say what a trace lacks: the causes of these spans."""
    services = ", ".join(sorted({span.service for span in uncaused}))
    steps = "1 step" if len(uncaused) == 1 else f"{len(uncaused)} steps"
    return (
        f"what caused {steps} of {services} is missing: whoever did it was killed, has "
        "not ended it yet, or wrote another file"
    )
