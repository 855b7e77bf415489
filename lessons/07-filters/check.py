"""What the filters really say about the six hosts."""

from typing import Any

from tracenova.lesson.attempt import Attempt


def answers(attempt: Attempt) -> dict[str, Any]:
    """Return the right answers, read off a real run."""
    runs = attempt.trace("reveal").filter_runs()
    refused_by = {
        verdict.host.partition("/")[0]: run.name
        for run in runs
        for verdict in run.verdicts
        if not verdict.passed and not verdict.shadow
    }
    passed = {verdict.host.partition("/")[0] for verdict in runs[0].verdicts}
    return {
        "survivors": sorted(passed - set(refused_by)),
        "compute1_refused_by": refused_by.get("compute1", "nobody"),
        "compute2_refused_by": refused_by.get("compute2", "nobody"),
        "asked_by_disk": next(r.hosts_in for r in runs if r.name == "DiskFilter"),
    }
