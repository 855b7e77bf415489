"""What ``tracenova boot`` says in the end: the outcome, the decisions, the time."""

from collections.abc import Iterator
from typing import Any

from tracenova.cli import text
from tracenova.cli.render import filters, states, timeline, weights
from tracenova.lab.boot import Outcome

_LONGEST = 240


def lines(outcome: Outcome, columns: int) -> Iterator[str]:
    """Yield the lines of the whole story."""
    yield ""
    yield from _ends(outcome)
    trace = outcome.trace
    parts = [
        ("Filters", filters.lines(trace, columns)),
        ("Weights", weights.lines(trace, columns)),
        ("States", states.lines(trace, columns)),
        ("Where the time went", timeline.shares(trace.shares(), columns)),
    ]
    for title, part in parts:
        told = list(part)
        if told:
            yield ""
            yield text.strong(title)
            yield from told
    yield ""
    yield from _next_steps(outcome)


def complaint(outcome: Outcome) -> str | None:
    """Return what went wrong, in one line with the way on; None: nothing did."""
    if outcome.refused is not None:
        return _short(f"Not booted: nova-api refused the request: {outcome.refused}")
    failed = [server for server in outcome.servers if server["status"] != "ACTIVE"]
    if not failed:
        return None
    first = failed[0]
    fault = _fault(first)
    line = f"Not ACTIVE: {_end_of(first, outcome)}" + (f": {fault}" if fault else "")
    others = f" (shown 1 of {len(failed)} servers)" if len(failed) > 1 else ""
    saved = outcome.unsaved is None
    way_on = f"; why: tracenova explain {outcome.save}" if saved else ""
    return _short(line.rstrip(".")) + others + way_on


def _fault(server: dict[str, Any]) -> str:
    """Return what failed; an unexpected error brings its traceback along."""
    message: str = server.get("fault", {}).get("message", "")
    return message.partition("\n")[0]


def _short(line: str) -> str:
    if len(line) <= _LONGEST:
        return line
    return f"{line[:_LONGEST]}… (shown {_LONGEST} of {len(line)} characters)"


def _ends(outcome: Outcome) -> Iterator[str]:
    hops, spans = len(outcome.trace.hops()), len(outcome.trace.spans)
    if outcome.refused is not None:
        yield text.strong(
            text.escaped(f"nova-api refused the request: {outcome.refused}")
        )
    for server in outcome.servers:
        yield text.strong(text.escaped(_end_of(server, outcome)))
        if "fault" in server:
            yield text.escaped(f"  {_fault(server)}")
    took = f" in {outcome.duration_ms:.0f} ms" if outcome.duration_ms else ""
    yield f"{hops} hops, {spans} spans{took}"


def _end_of(server: dict[str, Any], outcome: Outcome) -> str:
    status = server["status"]
    if status == "ACTIVE":
        claims = outcome.trace.claims(instance=server["id"])
        where = f" on {claims[-1].host}" if claims else ""
        return f"{server['name']} is ACTIVE{where}"
    if outcome.timed_out and status == "BUILD":
        return f"{server['name']} is still BUILD: time ran out (--timeout waits longer)"
    return f"{server['name']} ended in {status}"


def _next_steps(outcome: Outcome) -> Iterator[str]:
    path = text.escaped(str(outcome.save))
    if outcome.unsaved is not None:
        yield f"trace: not saved: {text.escaped(outcome.unsaved)}; name another --save"
        return
    yield f"trace: {path}"
    yield f"next:  tracenova hops {path}"
    yield f"       tracenova explain {path}"
