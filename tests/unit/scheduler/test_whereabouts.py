"""A plug-in that does not come back is named."""

import threading
from typing import Any

from tests.unit.scheduler.factories import make_host_state, make_request
from tracenova.scheduler import filters, whereabouts


class HangingFilter(filters.BaseHostFilter):
    """Waits until it is told to go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.let_go = threading.Event()

    def host_passes(self, host_state: Any, spec_obj: Any) -> filters.Verdict:
        """Take its time."""
        self.reached.set()
        return self.let_go.wait(60)


def test_the_filter_that_a_thread_is_in_is_named() -> None:
    """Also from another thread; afterwards nobody is named."""
    slow = HangingFilter()
    asked = ([make_host_state()], make_request())
    thread = threading.Thread(target=slow.verdicts, args=asked)
    thread.start()
    assert slow.reached.wait(60)
    assert whereabouts.busy() == "HangingFilter.host_passes"
    slow.let_go.set()
    thread.join(60)
    assert whereabouts.busy() is None
