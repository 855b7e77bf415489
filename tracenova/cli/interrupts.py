"""Ctrl-C and SIGTERM: everything stops in order, and soon, whatever hangs.

The first one becomes ``KeyboardInterrupt`` in the main thread, so that every ``with``
block on the way out stops what it started. What has not stopped after the grace is
left behind, with the command's last words: the trace is written as spans end, so nothing
of it is lost. A second one leaves at once.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Final, NoReturn

EXIT_CODE: Final = 130
GRACE_S: Final = 1.5
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _interrupted() -> str:
    return "interrupted"


_last_words: Callable[[], str] | None = _interrupted


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


def leave_with(words: Callable[[], str] | None) -> None:
    """Say these words, one line, if the grace is not enough; None: they are said."""
    global _last_words  # noqa: PLW0603 - there is one process to leave
    _last_words = words


def _leave(_: int, __: FrameType | None) -> NoReturn:
    if _last_words is not None:
        with contextlib.suppress(OSError, UnicodeError):
            os.write(sys.stderr.fileno(), f"{_last_words()}\n".encode())
    os._exit(EXIT_CODE)
