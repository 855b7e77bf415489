"""Chooses by filters and weighers, but from a picture that may be a minute old.

Nova: nova/scheduler/caching_scheduler.py
"""

from tracenova.context import RequestContext
from tracenova.scheduler import filter_scheduler
from tracenova.scheduler.host_state import HostState


class CachingScheduler(filter_scheduler.FilterScheduler):
    """Reads the hosts in a periodic task instead of at every request.

    Fast for bursts; what was freed, or promised by another scheduler, is seen late,
    so builds are retried more often.

    Nova: nova/scheduler/caching_scheduler.py CachingScheduler
    """

    def __init__(self) -> None:
        super().__init__()
        self.all_host_states: list[HostState] | None = None

    def run_periodic_tasks(self, context: RequestContext) -> None:
        """Read the hosts anew."""
        self.all_host_states = self._get_up_hosts(context.elevated())

    def _get_all_host_states(self, context: RequestContext) -> list[HostState]:
        if self.all_host_states is None:
            self.all_host_states = self._get_up_hosts(context)
        return self.all_host_states

    def _get_up_hosts(self, context: RequestContext) -> list[HostState]:
        states: list[HostState] = self.host_manager.get_all_host_states(context)
        return states
