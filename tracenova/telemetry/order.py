"""Program order: which place a span has among its siblings.

Threads race, so start times cannot say what came first in the program. Each span
therefore notes its place: the first child of a span is ``0.1``, the second ``1.1``. A
thread that is started after two children numbers its own spans ``2.0.0.1``, ``2.0.1.1``
and so on: before the parent's third child ``2.1``, wherever the scheduler of the
operating system puts it. Sorted as numbers, the places give the same story every time.
"""

import threading
from contextvars import ContextVar, Token
from typing import NamedTuple


class Place(NamedTuple):
    """How far the children of a span have been counted, in one thread."""

    span_id: int
    thread: int
    prefix: str
    done: int


_place: ContextVar[Place | None] = ContextVar("tracenova_place", default=None)


def next_place(parent_id: int) -> tuple[str, Place]:
    """Return the next place below the parent, and what ``enter`` and ``leave`` need."""
    span_id, thread, prefix, done = _at(parent_id)
    return f"{prefix}{done}.1", Place(span_id, thread, prefix, done + 1)


def enter(after: Place, span_id: int) -> None:
    """Count the children of a span that has taken its place."""
    _place.set(Place(span_id, after.thread, "", 0))


def leave(after: Place) -> None:
    """Go back to counting the parent's children."""
    _place.set(after)


def suspend() -> Token[Place | None]:
    """Remember the count while another trace is continued in this thread."""
    return _place.set(_place.get())


def resume(token: Token[Place | None]) -> None:
    """Go on where ``suspend`` left off."""
    _place.reset(token)


def _at(parent_id: int) -> Place:
    thread = threading.get_ident()
    here = _place.get()
    if here is None or here.span_id != parent_id:
        return Place(parent_id, thread, "", 0)
    if here.thread != thread:
        return Place(parent_id, thread, f"{here.prefix}{here.done}.0.", 0)
    return here
