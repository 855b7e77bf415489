"""Reads the reasons off the two traces."""

import re
from typing import Any

from tracenova.lesson.attempt import Attempt
from tracenova.trace.decisions import Verdict
from tracenova.trace.trace import Trace


def answers(attempt: Attempt) -> dict[str, Any]:
    """Return the right answers."""
    cause = attempt.trace("cause")
    refused = _refused(cause)
    emptied_by = next(run.name for run in cause.filter_runs() if not run.hosts_out)
    last = {host for host, verdict in refused.items() if verdict.filter == emptied_by}
    disabled = [host for host in last if "disabled" in refused[host].reason]
    usable = re.search(r"usable (\d+) MB", refused["compute6"].reason)
    assert len(disabled) == 1
    assert usable is not None
    hosts = {f"compute{number}" for number in range(1, 7)}
    return {
        "emptied_by": emptied_by,
        "closest": sorted(last),
        "one_command": disabled[0],
        "largest_memory_for_compute6": int(usable[1]),
        "with_medium": sorted(hosts - set(_refused(attempt.trace("smaller")))),
    }


def _refused(trace: Trace) -> dict[str, Verdict]:
    """Return each refused host's verdict."""
    return {
        verdict.host.partition("/")[0]: verdict
        for verdict in trace.verdicts()
        if not verdict.passed and not verdict.shadow
    }
