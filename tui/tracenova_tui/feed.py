"""What threads tell the screen: one queue, drained by a timer; nobody ever waits."""

import queue
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tracenova.trace.model import Span

_AT_MOST = 5_000


@dataclass(frozen=True, slots=True)
class SpanSeen:
    """A span began or ended."""

    span: Span


@dataclass(frozen=True, slots=True)
class BusSeen:
    """The bus did something with a message: published, held, delivered, dropped."""

    kind: str
    message_id: str
    what: str


@dataclass(frozen=True, slots=True)
class Said:
    """Something to tell the user; ``severity`` as Textual knows it."""

    text: str
    severity: Literal["information", "warning", "error"] = "information"


@dataclass(frozen=True, slots=True)
class LabState:
    """The live lab is now starting, ready, booting, stopping, stopped or failed."""

    state: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer to something that a view asked of the running lab."""

    topic: str
    answer: Any = field(default=None)


Event = SpanSeen | BusSeen | Said | LabState | Told


class Feed:
    """The queue. ``put`` never blocks; ``drain`` is called on the screen's thread."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def put(self, event: Event) -> None:
        """Tell the screen something, from any thread."""
        self._queue.put(event)

    def drain(self) -> Iterator[Event]:
        """Yield what has been told since the last time, at most a few thousand."""
        for _ in range(_AT_MOST):
            try:
                yield self._queue.get_nowait()
            except queue.Empty:
                return
