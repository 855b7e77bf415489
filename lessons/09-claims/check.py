"""Reads off the failed boot who tried what."""

from typing import Any

from tracenova.lesson.attempt import Attempt


def answers(attempt: Attempt) -> dict[str, Any]:
    """Return the right answers, read off a real run."""
    trace = attempt.trace("mystery")
    tried = [str(each.selected).partition("/")[0] for each in trace.choices()]
    hosts = {f"compute{number}" for number in range(1, 5)}
    failed = [trace.span(one.span_id) for one in trace.claims() if not one.passed]
    noticed = {span.service for span in failed if span is not None}
    last = trace.state_changes()[-1]
    assert len(noticed) == 1, noticed
    assert last.vm_state[1] == "error", last
    return {
        "noticed_by": noticed.pop(),
        "tried_second": tried[1],
        "never_tried": (hosts - set(tried)).pop(),
        "times_scheduled": len(tried),
        "made_the_error": last.by.partition("@")[0],
    }
