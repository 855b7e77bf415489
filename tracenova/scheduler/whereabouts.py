"""Which filter or weigher is at work: how a plug-in that does not come back is named.

Ours; in Nova the greenthread hangs, and the log ends.
"""

import sys
from types import FrameType
from typing import Final

_METHODS: Final = frozenset(
    ("host_passes", "filter_all", "verdicts", "_weigh_object", "weigh_objects")
)


def acting(frame: FrameType | None) -> str | None:
    """Return ``Class.method`` of the filter or weigher that the frame is within."""
    while frame is not None:
        if frame.f_code.co_name in _METHODS and "self" in frame.f_locals:
            kind = type(frame.f_locals["self"]).__name__
            return f"{kind}.{frame.f_code.co_name}"
        frame = frame.f_back
    return None


def busy() -> str | None:
    """Return which filter or weigher some thread is in right now; None: no such."""
    found = map(acting, sys._current_frames().values())
    return next((who for who in found if who is not None), None)
