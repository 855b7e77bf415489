"""Watches over a cloud's bus: once Redis is gone for good, nobody waits for it."""

import contextlib
import threading
from collections.abc import Iterator

from tracenova import rpc
from tracenova.messaging.errors import BusUnreachable

_LOOK_EVERY_S = 0.5
_PATIENCE = 4  # looks in a row without an answer


@contextlib.contextmanager
def guarded(cloud: str) -> Iterator[None]:
    """Watch within the block; whoever still waits for a dead bus is told so."""
    stop = threading.Event()
    guard = threading.Thread(
        target=_watch, args=(cloud, stop), name="tracenova-bus-guard", daemon=True
    )
    guard.start()
    try:
        yield
    finally:
        stop.set()
        guard.join(_LOOK_EVERY_S)


def _watch(cloud: str, stop: threading.Event) -> None:
    missed = 0
    while missed < _PATIENCE and not stop.wait(_LOOK_EVERY_S):
        try:
            rpc.check(cloud)
            missed = 0
        except BusUnreachable:
            missed += 1
    if missed:
        rpc.give_up(cloud)
