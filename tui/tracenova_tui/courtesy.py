"""Hard work on a thread that lets the screen go first.

Two threads of one process share it half and half, so a key takes twice as long while a
long trace is read. A reader that rests while a key is answered gives all of it.
"""

import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_ANSWER_S = 0.04
_TURN_S = 0.01
_SOON_S = 0.000_5


class Courtesy:
    """Knows when a key was pressed; whoever works on a thread asks now and then."""

    def __init__(self) -> None:
        self._pressed_s = self._rested_s = -1.0

    def pressed(self) -> None:
        """Note that the user has just asked for something."""
        self._pressed_s = time.monotonic()

    def rest(self) -> None:
        """Wait while a key may still be answered, but take a turn between two rests."""
        now = time.monotonic()
        left = self._pressed_s + _ANSWER_S - now
        if left > 0 and now - self._rested_s > _TURN_S:
            time.sleep(left)
            self._rested_s = time.monotonic()


@contextmanager
def in_background() -> Iterator[None]:
    """Work hard on a thread without making the screen wait.

    Millions of new objects are made, none of them garbage: looking for some costs as
    much as reading the file, and would stop the screen for half a second each time. A
    key needs the interpreter some twenty times, and may have it soon each time.
    """
    was_on, interval = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(_SOON_S)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        gc.freeze()
        if was_on:
            gc.enable()
