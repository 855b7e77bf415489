"""SIGTERM and Ctrl-C for commands that run until then: a clean end is no failure.

Other than in :mod:`tracenova.cli.interrupts` what is under way is finished, a trace
written, and the exit code is 0.
"""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Final

GRACE_S: Final = 30.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_GAVE_UP: Final = 1
_LOOK_UP_S: Final = 1.0


class _Stop(BaseException):
    """A signal came while the main thread was still starting or waiting."""


class Stopped(threading.Event):
    """Something to wait for that comes only with a signal."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait; look up every second.

        Python hears of a signal that comes just before the wait begins when the wait
        is over; this one would never be.
        """
        while timeout is None and not super().wait(_LOOK_UP_S):
            pass
        return super().wait(timeout)


@contextlib.contextmanager
def until_stopped(*, at_eof: bool = False) -> Iterator[threading.Event]:
    """End the block, and what it started, at the first SIGTERM or SIGINT.

    Yields an event to wait for; it comes only with the signal. Further signals change
    nothing; what has not stopped after the grace is left behind, and the exit code
    says so.

    Args:
        at_eof: stop too when standard input ends: with the process that started this.
    """
    before = {sig: signal.getsignal(sig) for sig in _SIGNALS}

    def stop(_: int, __: FrameType | None) -> None:
        for sig in _SIGNALS:
            signal.signal(sig, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, lambda *_: os._exit(_GAVE_UP))
        signal.setitimer(signal.ITIMER_REAL, GRACE_S)
        raise _Stop

    for sig in _SIGNALS:
        signal.signal(sig, stop)
    if at_eof:
        threading.Thread(target=_stop_at_eof, name="stdin", daemon=True).start()
    try:
        yield Stopped()
    except _Stop:
        signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        for sig, handler in before.items():
            signal.signal(sig, handler)


def _stop_at_eof() -> None:
    with contextlib.suppress(OSError, ValueError):
        while os.read(sys.stdin.fileno(), 1024):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
