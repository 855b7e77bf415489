"""What every scheduler driver is: somebody who answers ``select_destinations``.

Nova: nova/scheduler/driver.py
"""

import abc
from typing import Any, Final

from oslo_utils import importutils

from tracenova import objects, servicegroup
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.objects.request_spec import RequestSpec

Destination = dict[str, Any]
HOST_MANAGERS: Final = {
    "host_manager": "tracenova.scheduler.host_manager.HostManager",
}


class Scheduler(abc.ABC):
    """A way of choosing hosts.

    Nova: nova/scheduler/driver.py Scheduler. Nova finds host managers as entry points
    of ``nova.scheduler.host_manager``; here a table names them.
    """

    def __init__(self) -> None:
        path = HOST_MANAGERS[CONF.scheduler_host_manager]
        self.host_manager = importutils.import_object(path)
        self.servicegroup_api = servicegroup.API()

    def run_periodic_tasks(self, context: RequestContext) -> None:  # noqa: B027 - most drivers have none
        """Do what has to be done now and then; the manager calls it."""

    def hosts_up(self, context: RequestContext, topic: str) -> list[str]:
        """Return the hosts whose service for the topic is alive."""
        services = objects.ServiceList.get_by_topic(context, topic)
        return [
            service.host
            for service in services
            if self.servicegroup_api.service_is_up(service)
        ]

    @abc.abstractmethod
    def select_destinations(
        self, context: RequestContext, spec_obj: RequestSpec
    ) -> list[Destination]:
        """Return one ``{host, nodename, limits}`` for each instance of the request.

        Raises:
            exception.NoValidHost: fewer hosts fit than instances were asked for.
        """
