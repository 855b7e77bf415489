"""The states a server went through: before → after, and who saved it."""

from collections.abc import Iterator

from tracenova.cli import text
from tracenova.trace.trace import Trace

_HEAD = ("#", "vm_state", "task_state", "power_state", "by", "source")
_ROOM_FOR_SOURCE = 110
Pair = tuple[str | None, str | None]


def lines(trace: Trace, columns: int, instance: str | None = None) -> Iterator[str]:
    """Yield one table for each server."""
    changes = trace.state_changes(instance=instance)
    if not changes:
        yield "no server changed its state in this trace"
    servers = list(dict.fromkeys(change.instance for change in changes))
    for at, server in enumerate(servers):
        if at:
            yield ""
        yield text.strong(text.escaped(f"server {server}"))
        head = _HEAD if columns >= _ROOM_FOR_SOURCE else _HEAD[:-1]
        rows = [
            (
                str(change.seq),
                shown(change.vm_state),
                shown(change.task_state),
                shown(change.power_state),
                change.by.removeprefix("nova-"),
                change.source or "",
            )[: len(head)]
            for change in changes
            if change.instance == server
        ]
        yield from text.table(head, rows, columns, right=frozenset((0,)))


def shown(pair: Pair) -> str:
    """Return ``before → after``, or the one value when nothing changed."""
    before, after = pair
    if before == after:
        return after or "–"
    return f"{before or '–'} → {after or '–'}"
