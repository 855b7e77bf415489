"""Counts in Newton's trace; what is true today is no matter of a trace."""

from typing import Any

from tracenova.lesson.attempt import Attempt


def answers(attempt: Attempt) -> dict[str, Any]:
    """Return how often the scheduler was asked, and whom the last filter let through."""
    trace = attempt.trace("newton")
    asked = [m for m in trace.messages() if m.method == "select_destinations"]
    last = max(run.attempt for run in trace.filter_runs())
    runs = [run for run in trace.filter_runs() if run.attempt == last]
    return {"asked_then": len(asked), "filtered_then": runs[-1].hosts_out}
