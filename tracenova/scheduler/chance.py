"""Chooses any living host, at random, without filters.

Nova: nova/scheduler/chance.py
"""

import random

from tracenova import exception
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import driver


class ChanceScheduler(driver.Scheduler):
    """Rolls dice. Node and limits stay open: the compute takes what comes.

    Nova: nova/scheduler/chance.py ChanceScheduler
    """

    def select_destinations(
        self, context: RequestContext, spec_obj: RequestSpec
    ) -> list[driver.Destination]:
        """Return a random host for each instance.

        Raises:
            exception.NoValidHost: no compute is alive, or all are to be ignored.
        """
        topic = CONF.compute_topic
        return [
            {
                "host": self._schedule(context, topic, spec_obj),
                "nodename": None,
                "limits": None,
            }
            for _ in range(spec_obj.num_instances)
        ]

    def _schedule(
        self, context: RequestContext, topic: str, spec_obj: RequestSpec
    ) -> str:
        hosts = self.hosts_up(context.elevated(), topic)
        if not hosts:
            reason = "Is the appropriate service running?"
            raise exception.NoValidHost(reason=reason)
        hosts = self._filter_hosts(hosts, spec_obj)
        if not hosts:
            reason = "Could not find another compute"
            raise exception.NoValidHost(reason=reason)
        return random.choice(hosts)

    def _filter_hosts(self, hosts: list[str], spec_obj: RequestSpec) -> list[str]:
        ignore_hosts = spec_obj.ignore_hosts or []
        return [host for host in hosts if host not in ignore_hosts]
