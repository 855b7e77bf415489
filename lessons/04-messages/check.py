"""Finds the messages that are asked for in the trace of a boot."""

from typing import Any

from tracenova.lesson.attempt import Attempt


def answers(attempt: Attempt) -> dict[str, Any]:
    """Return the right names, read off a real run."""
    hops = attempt.trace("boot").hops()

    def named(kind: str, from_: str, to: str) -> str:
        """Return the method of the one such message."""
        methods = {
            hop.method.split()[0]
            for hop in hops
            if (hop.kind, hop.from_, hop.to) == (kind, from_, to)
        }
        assert len(methods) == 1, methods
        return methods.pop()

    lost = attempt.trace("lost-call").hops()
    return {
        "hands_over": named("cast", "nova-api", "nova-conductor"),
        "asks": named("call", "nova-conductor", "nova-scheduler"),
        "tells_all": named("fanout", "nova-compute", "nova-scheduler"),
        "passes_on": named("cast", "nova-api", "nova-compute"),
        "times_sent": sum(hop.method.startswith("select_destinations") for hop in lost),
    }
