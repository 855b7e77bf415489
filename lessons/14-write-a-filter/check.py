"""Boots with the student's filter in the row: without a hint, and with two."""

from collections.abc import Iterator

from tracenova.lesson.attempt import Attempt
from tracenova.lesson.findings import Finding
from tracenova.trace.decisions import Verdict

_NAME = "SpareMemoryFilter"


def check(attempt: Attempt) -> Iterator[Finding]:
    """Yield whom the filter lets through."""
    attempt.text("exercise.py")
    plain = _verdicts(attempt)
    yield attempt.holds("runs", plain)
    if not plain:
        return
    for key, host in (("roomy", "compute1"), ("exact", "compute2")):
        yield attempt.holds(key, plain[host].passed, reason=_reason(plain[host]))
    yield attempt.holds("short", not plain["compute3"].passed)
    spared = _verdicts(attempt, spare="no")["compute3"]
    yield attempt.holds("hint", spared.passed, reason=_reason(spared))
    kept = _verdicts(attempt, spare="yes")["compute3"]
    yield attempt.holds("other_hint", not kept.passed)


def _verdicts(attempt: Attempt, **hints: str) -> dict[str, Verdict]:
    """Return what the student's filter says, by host."""
    order = {"hints": hints} if hints else {}
    booted = attempt.boot("lab.toml", config=["nova.conf"], **order)
    return {
        verdict.host.partition("/")[0]: verdict
        for verdict in booted.trace.verdicts()
        if verdict.filter == _NAME
    }


def _reason(verdict: Verdict) -> str:
    return verdict.reason or "no reason given"
