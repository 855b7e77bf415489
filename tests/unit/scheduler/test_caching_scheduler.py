"""The scheduler that looks at the cloud by the clock, not at every request."""

from typing import Any

import pytest

from tests.unit.scheduler.factories import make_host_state
from tracenova import context
from tracenova.scheduler.caching_scheduler import CachingScheduler
from tracenova.scheduler.host_state import HostState

ADMIN = context.get_admin_context()


class Cloud:
    """A picture of the cloud that counts how often it is drawn."""

    def __init__(self) -> None:
        self.drawn = 0

    def get_all_host_states(self, context: Any) -> list[HostState]:
        """Draw it: one host more each time."""
        self.drawn += 1
        return [make_host_state(f"host{number}") for number in range(self.drawn)]


@pytest.fixture
def scheduler() -> CachingScheduler:
    """Return the driver with that picture, without its notifier and plug-ins."""
    driver = CachingScheduler.__new__(CachingScheduler)
    driver.host_manager = Cloud()
    driver.all_host_states = None
    return driver


def test_requests_share_one_look_at_the_cloud(scheduler: CachingScheduler) -> None:
    """The first request looks; the next ones get the same hosts, promises included."""
    first = scheduler._get_all_host_states(ADMIN)
    assert scheduler._get_all_host_states(ADMIN) is first
    assert [state.host for state in first] == ["host0"]


def test_the_clock_brings_the_next_look(scheduler: CachingScheduler) -> None:
    """run_periodic_tasks: hosts that came meanwhile are seen from then on."""
    scheduler._get_all_host_states(ADMIN)
    scheduler.run_periodic_tasks(ADMIN)
    seen = [state.host for state in scheduler._get_all_host_states(ADMIN)]
    assert seen == ["host0", "host1"]
