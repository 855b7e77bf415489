"""How often a live story is painted: soon when it rests, seldom while it storms.

Painting takes the processor away from the services that are watched, which run in the
same process. So a burst is shown when it is over, and a long one at intervals of which
painting takes a twentieth.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

_REST_S = 0.1
_LONGEST_S = 0.5
_SHARE = 20


class Pace:
    """Decides when it is time to paint; is told how much time has passed."""

    def __init__(self) -> None:
        self._quiet_s = 0.0
        self._waited_s = 0.0
        self._painted_s = _LONGEST_S
        self._cost_s = 0.0

    def heard(self) -> None:
        """Note that something has just happened."""
        self._quiet_s = 0.0

    def is_due(self, passed_s: float, *, dirty: bool) -> bool:
        """Say whether to paint now what has become dirty."""
        self._painted_s += passed_s
        if not dirty:
            return False
        self._quiet_s += passed_s
        self._waited_s += passed_s
        rests = self._quiet_s >= _REST_S
        if rests:
            return self._painted_s >= _SHARE / 2 * self._cost_s
        return self._waited_s >= max(_LONGEST_S, _SHARE * self._cost_s)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Note what painting costs this thread."""
        began = time.thread_time()
        try:
            yield
        finally:
            self._cost_s = time.thread_time() - began
            self._painted_s = self._waited_s = 0.0
