"""Ctrl-C and SIGTERM: everything stops in order, and soon, whatever hangs.

The first one becomes ``KeyboardInterrupt`` in the main thread, so that every ``with``
block on the way out stops what it started. What has not stopped after the grace is
left behind: the trace is written as spans end, so nothing of it is lost. A second one
leaves at once.
"""

import contextlib
import os
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Final, NoReturn

EXIT_CODE: Final = 130
GRACE_S: Final = 1.5
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def heard() -> Iterator[None]:
    """Hear interrupts within the block; after it one ends the process at once.

    A signal that is ignored already (``nohup``, a shell's background job) stays so.
    """
    wanted = [sig for sig in _SIGNALS if signal.getsignal(sig) is not signal.SIG_IGN]
    for sig in wanted:
        signal.signal(sig, _stop_in_order)
    try:
        yield
    finally:
        for sig in wanted:
            signal.signal(sig, _leave)


def _stop_in_order(_: int, __: FrameType | None) -> NoReturn:
    for sig in (*_SIGNALS, signal.SIGALRM):
        signal.signal(sig, _leave)
    signal.setitimer(signal.ITIMER_REAL, GRACE_S)
    raise KeyboardInterrupt


def _leave(_: int, __: FrameType | None) -> NoReturn:
    os._exit(EXIT_CODE)
