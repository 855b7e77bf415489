"""A filter of your own: keeps a quarter of every host's memory free.

Servers here grow suddenly, and a host that is full to the brim has no answer to that. So:
when the server has been placed, at least 25 % of the host's memory must still be free.
Exactly 25 % is enough. Who asks with the scheduler hint  spare=no  is let in everywhere.
"""

from tracenova.scheduler import filters


class SpareMemoryFilter(filters.BaseHostFilter):
    """Passes hosts that would keep a quarter of their memory free."""

    def host_passes(self, host_state, spec_obj):
        # TODO: True or False (or filters.refuse(...) with the reason, see the lesson).
        return True
