"""What happened between the messages: states, verdicts, weights, claims."""

from collections.abc import Iterator

from tracenova.trace.decisions import Choice, Claim, StateChange, Verdict
from tracenova.trace.trace import Trace
from tracenova_diagrams.options import Level
from tracenova_diagrams.sequence.model import Note

_SHOWN_WEIGHTS = 4
_SHOWN_REFUSALS = 4


def notes(trace: Trace, level: Level) -> Iterator[tuple[str, Note]]:
    """Yield each note with the id of the span at which it belongs."""
    for change in trace.state_changes():
        for note in _state(change):
            yield change.span_id, note
    attempts: dict[int, list[Choice]] = {}
    for choice in trace.choices():
        attempts.setdefault(choice.attempt, []).append(choice)
    refusals = _refusals(trace)
    for attempt, choices in attempts.items():
        yield (
            choices[0].span_id,
            _decision(attempt, choices, refusals.get(attempt, []), level),
        )
    for claim in trace.claims():
        yield claim.span_id, _claim(claim)


def short(host: str) -> str:
    """Return ``compute1`` for ``compute1/compute1``; a different node stays."""
    name, _, node = host.partition("/")
    return name if node in ("", name) else host


def _state(change: StateChange) -> Iterator[Note]:
    for name, (before, after) in (
        ("vm_state", change.vm_state),
        ("task_state", change.task_state),
    ):
        if before != after:
            steps = (before or "–", after or "–")
            yield state_note(change.by, name, steps)


def state_note(at: str, name: str, steps: tuple[str, ...], group: str = "") -> Note:
    """Return the note of a state that went through some values."""
    tone = "fail" if steps[-1] == "error" else "plain"
    if steps[-1] == "active":
        tone = "good"
    text = f"{name}: {' → '.join(steps)}"
    return Note(at, (text,), tone, "state", group, name=name, steps=steps)  # type: ignore[arg-type]


def _refusals(trace: Trace) -> dict[int, list[Verdict]]:
    found: dict[int, dict[str, Verdict]] = {}
    for run in trace.filter_runs():
        for verdict in run.verdicts:
            if not verdict.passed and not verdict.shadow:
                found.setdefault(run.attempt, {}).setdefault(verdict.host, verdict)
    return {attempt: list(by_host.values()) for attempt, by_host in found.items()}


def _decision(
    attempt: int, choices: list[Choice], refused: list[Verdict], level: Level
) -> Note:
    first = choices[0]
    total = first.hosts_total or len(first.order) + len(refused)
    lines = [f"filters: {total} hosts → {max(0, total - len(refused))}"]
    if first.filters_skipped:
        lines = [f"{total} hosts, forced: no filter was asked"]
    for verdict in refused[:_SHOWN_REFUSALS]:
        why = f": {verdict.reason}" if verdict.reason and level != "services" else ""
        lines.append(f"✗ {short(verdict.host)} by {verdict.filter}{why}")
    if len(refused) > _SHOWN_REFUSALS:
        lines.append(f"✗ and {len(refused) - _SHOWN_REFUSALS} more hosts")
    for choice in choices:
        lines.append(_weights(choice, len(choices) > 1))
    failed = any(choice.selected is None for choice in choices)
    return Note(
        "nova-scheduler",
        tuple(lines),
        "fail" if failed else "plain",
        "filters",
        key=str(attempt),
    )


def _weights(choice: Choice, several: bool) -> str:
    which = f"server {choice.round}: " if several else ""
    if choice.selected is None:
        return f"✗ {which}no valid host"
    if choice.single_survivor or not choice.order:
        return f"✓ {which}{short(choice.selected)}, the only one left"
    shown = [
        f"{short(host)} {weight:.2f}{' ✓' if host == choice.selected else ''}"
        for host, weight in choice.order[:_SHOWN_WEIGHTS]
    ]
    more = len(choice.order) - len(shown)
    rest = f" and {more} more" if more > 0 else ""
    return f"{which or 'weights: '}{', '.join(shown)}{rest}"


def _claim(claim: Claim) -> Note:
    at = f"nova-compute@{claim.host}"
    if claim.passed:
        counted = [
            f"{test.resource} {test.requested:g}"
            for test in claim.tests
            if test.requested > 0
        ]
        return Note(at, (f"claim ✓ {', '.join(counted)}",), "plain", "claim")
    reasons = [test.reason for test in claim.tests if not test.passed and test.reason]
    said = reasons or [claim.error or "refused"]
    return Note(at, tuple(f"claim ✗ {text}" for text in said), "fail", "claim")
