"""Counts in the trace of a boot what nova-compute does itself and what it asks for."""

from typing import Any

from tracenova.lesson.attempt import Attempt


def answers(attempt: Attempt) -> dict[str, Any]:
    """Return the right numbers, read off a real run."""
    trace = attempt.trace("boot")
    hops, everything = trace.hops(), trace.hops("full")
    from_compute = [hop for hop in everything if hop.from_.startswith("nova-compute")]
    writers = {
        hop.from_
        for hop in everything
        if hop.kind == "db" and hop.method == "Instance.save"
    }
    assert len(writers) == 1, writers
    return {
        "database_hops_of_compute": sum(hop.kind == "db" for hop in from_compute),
        "saves_of_the_instance": sum(
            hop.kind == "call"
            and hop.from_.startswith("nova-compute")
            and hop.method == "object_action"
            and hop.note.startswith("Instance.save")
            for hop in hops
        ),
        "writes_the_rows": writers.pop(),
    }
