"""The scheduler service's endpoint: what it does when a message comes.

Nova: nova/scheduler/manager.py
"""

from collections.abc import Sequence
from typing import Any, Final

import oslo_messaging as messaging
from oslo_serialization import jsonutils
from oslo_utils import importutils

from tracenova import exception, manager, objects, quota
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.objects.aggregate import Aggregate
from tracenova.objects.instance_list import InstanceList
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler.driver import Destination

QUOTAS = quota.QUOTAS
DRIVERS: Final = {
    "filter_scheduler": "tracenova.scheduler.filter_scheduler.FilterScheduler",
    "caching_scheduler": "tracenova.scheduler.caching_scheduler.CachingScheduler",
    "chance_scheduler": "tracenova.scheduler.chance.ChanceScheduler",
}


class SchedulerManager(manager.Manager):
    """Answers questions for hosts, and listens to news about aggregates and instances.

    Nova: nova/scheduler/manager.py SchedulerManager. Nova finds drivers as entry
    points of ``nova.scheduler.driver``; here a table names them.
    """

    target = messaging.Target(version="4.3")
    _periodic_spacing: dict[str, float]

    def __init__(
        self,
        scheduler_driver: str | None = None,
        host: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.driver = _load_driver(scheduler_driver or CONF.scheduler_driver)
        super().__init__(host, "scheduler", **kwargs)
        # Nova reads the option when the module is loaded; a configuration of
        # one's own per service needs it here
        self._periodic_spacing = {
            **self._periodic_spacing,
            "_run_periodic_tasks": CONF.scheduler_driver_task_period,
        }

    @manager.periodic_task
    def _expire_reservations(self, context: RequestContext) -> None:
        QUOTAS.expire(context)

    @manager.periodic_task(spacing=60, run_immediately=True)
    def _run_periodic_tasks(self, context: RequestContext) -> None:
        self.driver.run_periodic_tasks(context)

    @messaging.expected_exceptions(exception.NoValidHost)
    def select_destinations(
        self,
        ctxt: RequestContext,
        request_spec: dict[str, Any] | None = None,
        filter_properties: dict[str, Any] | None = None,
        spec_obj: RequestSpec | None = None,
    ) -> list[Destination]:
        """Return ``{host, nodename, limits}`` for each instance of the request.

        Senders older than 4.3 describe the request by two dictionaries.

        Raises:
            exception.NoValidHost: fewer hosts fit than instances were asked for.
        """
        if spec_obj is None:
            spec_obj = objects.RequestSpec.from_primitives(
                ctxt, request_spec or {}, filter_properties or {}
            )
        dests = self.driver.select_destinations(ctxt, spec_obj)
        primitive: list[Destination] = jsonutils.to_primitive(dests)
        return primitive

    def update_aggregates(
        self, ctxt: RequestContext, aggregates: Aggregate | Sequence[Aggregate]
    ) -> None:
        """Take over aggregates that were created or changed."""
        self.driver.host_manager.update_aggregates(aggregates)

    def delete_aggregate(self, ctxt: RequestContext, aggregate: Aggregate) -> None:
        """Forget a deleted aggregate."""
        self.driver.host_manager.delete_aggregate(aggregate)

    def update_instance_info(
        self, context: RequestContext, host_name: str, instance_info: InstanceList
    ) -> None:
        """Take over what a compute says about instances of its own."""
        self.driver.host_manager.update_instance_info(context, host_name, instance_info)

    def delete_instance_info(
        self, context: RequestContext, host_name: str, instance_uuid: str
    ) -> None:
        """Forget an instance that its compute has terminated."""
        self.driver.host_manager.delete_instance_info(context, host_name, instance_uuid)

    def sync_instance_info(
        self, context: RequestContext, host_name: str, instance_uuids: Sequence[str]
    ) -> None:
        """Compare with the full list that a compute sends now and then."""
        self.driver.host_manager.sync_instance_info(context, host_name, instance_uuids)


def _load_driver(name: str) -> Any:
    path = DRIVERS.get(name, name)
    try:
        driver_class = importutils.import_class(path)
    except (ImportError, ValueError) as error:
        msg = (
            f"Cannot load scheduler driver from configuration {name!r}: {error}. "
            f"Known: {', '.join(DRIVERS)}."
        )
        raise RuntimeError(msg) from error
    return driver_class()
