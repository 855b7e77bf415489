"""Lamport clocks: an order that holds although wall clocks differ or are too coarse.

Every service counts its own steps; every message carries the sender's count, and the
receiver continues from the larger of both. So a cause always has a smaller number than
its effect, even when both happen in the same millisecond on two machines.
"""

import threading
from collections.abc import Mapping
from typing import Any

HEADER = "nova-lamport"  # among HTTP headers
KEY = "nova.lamport"  # inside the request context of a message


class LamportClock:
    """The count of one service. Thread-safe."""

    def __init__(self) -> None:
        self._now = 0
        self._lock = threading.Lock()

    def tick(self, heard: int = 0) -> int:
        """Count one more step, after everything heard of; return its number."""
        with self._lock:
            self._now = max(self._now, heard) + 1
            return self._now

    def witness(self, heard: int) -> None:
        """Never count below a number that a message brought."""
        with self._lock:
            self._now = max(self._now, heard)


def read(carrier: Mapping[str, Any]) -> int:
    """Return the clock that a message or a request brought, 0 when it has none."""
    found = carrier.get(KEY, carrier.get(HEADER, 0))
    try:
        return int(found)
    except (TypeError, ValueError):
        return 0


def key_for(carrier: Mapping[str, Any]) -> str:
    """Return the clock's name: request contexts and headers spell it differently."""
    return HEADER if "Accept" in carrier else KEY
