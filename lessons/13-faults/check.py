"""What really becomes of the server, read off the runs."""

from typing import Any

from tracenova.lesson.attempt import Attempt
from tracenova.lesson.boots import Booted


def answers(attempt: Attempt) -> dict[str, Any]:
    """Return the right answers."""
    return {
        "just_died": _end(attempt.booted("just-died")),
        "timed_out": _end(attempt.booted("timed-out")),
        "conductor_twice": _times_built(attempt.booted("conductor-twice")),
        "conductor_late": _end(attempt.booted("conductor-late")),
        "compute_twice": _times_built(attempt.booted("compute-twice")),
    }


def _end(booted: Booted) -> str:
    """Return how the server ended, in the words of the question's options."""
    last = booted.trace.state_changes()[-1]
    if booted.succeeded:
        return f"ACTIVE on {last.by.rpartition('@')[2]}"
    return "ERROR" if last.vm_state[1] == "error" else "BUILD without end"


def _times_built(booted: Booted) -> int:
    """Return how often a compute came to spawning."""
    changes = booted.trace.state_changes()
    return sum(change.task_state[1] == "spawning" for change in changes)
