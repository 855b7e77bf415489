"""What changed on the way: claims on hosts, states of servers, notifications."""

from collections.abc import Iterable

from tracenova.trace import names, vocabulary
from tracenova.trace.decisions import (
    Claim,
    ClaimTest,
    Failure,
    Notification,
    StateChange,
)
from tracenova.trace.model import Span
from tracenova.trace.rows import error_type, is_notification
from tracenova.trace.tree import SpanTree

_WRITES = frozenset(("Instance.create", "Instance.save", "Instance.destroy"))
_STATES = (names.VM_STATE, names.TASK_STATE, names.POWER_STATE)
POWER_STATES = {
    "0": "NOSTATE",
    "1": "RUNNING",
    "3": "PAUSED",
    "4": "SHUTDOWN",
    "6": "CRASHED",
    "7": "SUSPENDED",
}


def claims(tree: SpanTree, spans: Iterable[Span]) -> list[Claim]:
    """Return every claim, with each resource's numbers."""
    return [
        Claim(
            host=span.host,
            instance=instance_of(tree, span),
            tests=_tests(span),
            passed=span.status != "error" and all(span.column(names.CLAIM_PASSED)),
            error=span.error,
            span_id=span.span_id,
            start_ns=span.start_ns,
        )
        for span in spans
        if names.CLAIM_RESOURCES in span.attributes or span.name == "Claim._claim_test"
    ]


def _tests(span: Span) -> tuple[ClaimTest, ...]:
    resources = span.column(names.CLAIM_RESOURCES)
    reasons = span.column(names.CLAIM_REASONS) or ("",) * len(resources)
    columns = zip(
        resources,
        span.reals(names.CLAIM_TOTAL),
        span.reals(names.CLAIM_USED),
        span.reals(names.CLAIM_REQUESTED),
        span.reals(names.CLAIM_LIMIT),
        span.column(names.CLAIM_PASSED),
        reasons,
        strict=False,
    )
    return tuple(
        ClaimTest(
            resource=str(resource),
            total=total,
            used=used,
            requested=requested,
            limit=None if limit < 0 else limit,
            passed=bool(passed),
            reason=str(reason),
        )
        for resource, total, used, requested, limit, passed, reason in columns
    )


def state_changes(tree: SpanTree, spans: Iterable[Span]) -> list[StateChange]:
    """Return every save that changed what a server's record says about its state."""
    known: dict[str, dict[str, str | None]] = {}
    changes: list[StateChange] = []
    for span in spans:
        uuid = span.text(names.INSTANCE_UUID)
        if span.name not in _WRITES or not uuid:
            continue
        if span.status == "error" or not any(s in span.attributes for s in _STATES):
            continue
        before = known.setdefault(uuid, {})
        pairs = {state: _pair(span, state, before.get(state)) for state in _STATES}
        for state, (_, after) in pairs.items():
            before[state] = after
        if span.name != "Instance.create" and all(a == b for a, b in pairs.values()):
            continue
        who, source = _who(tree, span)
        changes.append(
            StateChange(
                seq=len(changes) + 1,
                instance=uuid,
                vm_state=pairs[names.VM_STATE],
                task_state=pairs[names.TASK_STATE],
                power_state=pairs[names.POWER_STATE],
                by=who,
                source=source,
                start_ns=span.start_ns,
                span_id=span.span_id,
            )
        )
    return changes


def _pair(span: Span, state: str, before: str | None) -> tuple[str | None, str | None]:
    after = _shown(span, state, state) if state in span.attributes else before
    old = state + names.OLD
    return (_shown(span, old, state) if old in span.attributes else before), after


def _shown(span: Span, name: str, state: str) -> str | None:
    value = span.text(name)
    if value in (None, "", "None"):
        return None
    return POWER_STATES.get(value or "", value) if state == names.POWER_STATE else value


def _who(tree: SpanTree, span: Span) -> tuple[str, str | None]:
    """Return who meant the save: behind the conductor, the compute that asked."""
    for above in tree.ancestors(span):
        if above.kind == "producer" and above.name in vocabulary.OBJECT_ACTIONS:
            span = above
            break
    entry = vocabulary.find(span.name, span.attributes)
    source = entry.source if entry else span.text(names.NOVA_SOURCE)
    at_host = f"@{span.host}" if span.service == "nova-compute" and span.host else ""
    return (span.service or "?") + at_host, source


def notifications(spans: Iterable[Span]) -> list[Notification]:
    """Return everything that was told on the notification bus."""
    return [
        Notification(
            event_type=span.text(names.NOTIFICATION_EVENT_TYPE) or span.name,
            topic=span.text(names.MESSAGING_DESTINATION) or "notifications",
            priority=span.text(names.NOTIFICATION_PRIORITY),
            publisher=span.text(names.NOTIFICATION_PUBLISHER),
            payload=span.text(names.NOTIFICATION_PAYLOAD),
            from_=span.service,
            start_ns=span.start_ns,
            span_id=span.span_id,
        )
        for span in spans
        if span.kind == "producer" and is_notification(span)
    ]


def failures(tree: SpanTree, spans: Iterable[Span]) -> list[Failure]:
    """Return every span where an error began: failed, but none of its children did.

    Errors that are business as usual (no server group) are left out.
    """
    found = []
    for span in spans:
        if span.status != "error":
            continue
        if any(child.status == "error" for child in tree.children(span)):
            continue
        entry = vocabulary.find(span.name, span.attributes)
        if entry is not None and entry.expected == error_type(span):
            continue
        failure = Failure(
            name=span.name,
            service=span.service,
            error_type=error_type(span),
            message=span.status_message,
            start_ns=span.start_ns,
            span_id=span.span_id,
        )
        found.append(failure)
    return found


def instance_of(tree: SpanTree, span: Span) -> str | None:
    """Return the server that a span is about: its own word, or of what caused it."""
    if found := span.text(names.INSTANCE_UUID):
        return found
    for above in tree.ancestors(span):
        if found := above.text(names.INSTANCE_UUID):
            return found
    return None
