"""Testing aids that are part of the product: record a block, then question the trace.

::

    with capture_trace() as captured:
        boot_a_server()
    assert captured.trace.hops()[0].method == "POST /v2.1/{project_id}/servers"
"""

from collections.abc import Iterator
from contextlib import contextmanager

from tracenova import telemetry
from tracenova.telemetry.session import Session
from tracenova.trace.model import Span
from tracenova.trace.trace import Trace


class Captured:
    """What was recorded; complete once the block has ended, readable any time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def spans(self) -> list[Span]:
        """Every span that has ended so far."""
        return self._session.spans

    @property
    def trace(self) -> Trace:
        """The spans so far as a trace to ask questions of."""
        return self._session.trace()


@contextmanager
def capture_trace() -> Iterator[Captured]:
    """Record every span of the block in memory."""
    with telemetry.recording() as session:
        yield Captured(session)
