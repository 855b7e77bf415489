"""Chooses hosts by filters and weighers: Nova's default driver.

Nova: nova/scheduler/filter_scheduler.py
"""

import logging
import random

from tracenova import exception, rpc, utils
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import driver, scheduler_options
from tracenova.scheduler.choice_record import recorded_choice
from tracenova.scheduler.host_state import HostState
from tracenova.scheduler.weights import WeighedHost

LOG = logging.getLogger(__name__)


class FilterScheduler(driver.Scheduler):
    """Filters, weighs, takes one of the best, and remembers what it promised.

    Requests take turns. Host states and weighers are shared by all of them, and Nova
    never changes its greenthread between a filter's word and the promise made on it.

    Nova: nova/scheduler/filter_scheduler.py FilterScheduler
    """

    def __init__(self) -> None:
        super().__init__()
        self.options = scheduler_options.SchedulerOptions()
        self.notifier = rpc.get_notifier("scheduler")

    def select_destinations(
        self, context: RequestContext, spec_obj: RequestSpec
    ) -> list[driver.Destination]:
        """Return one host for each instance of the request, in its order.

        All or nothing: with fewer hosts than instances, what was promised to the
        chosen ones is taken back by reading them anew next time.

        Raises:
            exception.NoValidHost: fewer hosts fit than instances were asked for.
        """
        self._notify(context, "start", spec_obj)
        dests = self._destinations(context, spec_obj)
        self._notify(context, "end", spec_obj)
        return dests

    @utils.synchronized("host_states")
    def _destinations(
        self, context: RequestContext, spec_obj: RequestSpec
    ) -> list[driver.Destination]:
        selected_hosts = self._schedule(context, spec_obj)
        if len(selected_hosts) < spec_obj.num_instances:
            for host in selected_hosts:
                host.obj.updated = None
            LOG.debug(
                "There are %(hosts)d hosts available but %(num_instances)d instances "
                "requested to build.",
                {
                    "hosts": len(selected_hosts),
                    "num_instances": spec_obj.num_instances,
                },
            )
            reason = "There are not enough hosts available."
            raise exception.NoValidHost(reason=reason)
        return [
            {
                "host": host.obj.host,
                "nodename": host.obj.nodename,
                "limits": host.obj.limits,
            }
            for host in selected_hosts
        ]

    def _notify(
        self, context: RequestContext, phase: str, spec_obj: RequestSpec
    ) -> None:
        payload = {"request_spec": spec_obj.to_legacy_request_spec_dict()}
        self.notifier.info(context, f"scheduler.select_destinations.{phase}", payload)

    def _schedule(
        self, context: RequestContext, spec_obj: RequestSpec
    ) -> list[WeighedHost]:
        """Return the chosen host of each instance, until none fits any more.

        The survivors of one instance's filters are the candidates of the next.
        """
        elevated = context.elevated()
        spec_obj.config_options = self.options.get_configuration()
        hosts: list[HostState] | None = self._get_all_host_states(elevated)
        with recorded_choice(spec_obj, hosts, self.host_manager) as choice:
            selected_hosts: list[WeighedHost] = []
            for num in range(spec_obj.num_instances):
                hosts = self.host_manager.get_filtered_hosts(hosts, spec_obj, index=num)
                if not hosts:
                    break
                LOG.debug("Filtered %(hosts)s", {"hosts": hosts})
                weighed_hosts = self.host_manager.get_weighed_hosts(
                    hosts, spec_obj, index=num
                )
                LOG.debug("Weighed %(hosts)s", {"hosts": weighed_hosts})
                chosen_host = self._choose(weighed_hosts)
                choice.note_choice(num, weighed_hosts, chosen_host)
                LOG.debug("Selected host: %(host)s", {"host": chosen_host})
                selected_hosts.append(chosen_host)
                self._consume(chosen_host, spec_obj)
            return selected_hosts

    def _choose(self, weighed_hosts: list[WeighedHost]) -> WeighedHost:
        subset_size = max(1, CONF.scheduler_host_subset_size)
        return random.choice(weighed_hosts[:subset_size])

    def _consume(self, chosen_host: WeighedHost, spec_obj: RequestSpec) -> None:
        """Let the next instance see a fuller host, and its group one host more."""
        chosen_host.obj.consume_from_request(spec_obj)
        if spec_obj.instance_group is not None:
            spec_obj.instance_group.hosts.append(chosen_host.obj.host)
            spec_obj.instance_group.obj_reset_changes(["hosts"])

    def _get_all_host_states(self, context: RequestContext) -> list[HostState]:
        """Return the candidates; a subclass may keep them for a while."""
        states: list[HostState] = self.host_manager.get_all_host_states(context)
        return states
