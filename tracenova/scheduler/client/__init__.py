"""The scheduler as conductor, API and compute see it: questions and resource reports.

Nova: nova/scheduler/client/__init__.py
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from oslo_utils import importutils

from tracenova.context import RequestContext
from tracenova.scheduler import utils


class LazyLoader:
    """Makes the object only when something is asked of it.

    Nova: nova/scheduler/client/__init__.py LazyLoader
    """

    def __init__(self, class_name: str) -> None:
        self.class_name = class_name
        self.instance: Any = None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return functools.partial(self._run_method, name)

    def _run_method(self, method: str, /, *args: Any, **kwargs: Any) -> Any:
        if self.instance is None:
            self.instance = importutils.import_object(self.class_name)
        return getattr(self.instance, method)(*args, **kwargs)


class SchedulerClient:
    """One door to two clients: RPC questions, and reports to placement.

    Nova: nova/scheduler/client/__init__.py SchedulerClient
    """

    def __init__(self) -> None:
        self.queryclient = LazyLoader(
            "tracenova.scheduler.client.query.SchedulerQueryClient"
        )
        self.reportclient = LazyLoader(
            "tracenova.scheduler.client.report.SchedulerReportClient"
        )

    @utils.retry_select_destinations
    def select_destinations(
        self, context: RequestContext, spec_obj: Any
    ) -> list[dict[str, Any]]:
        """Return the hosts to build on; asked again when no answer comes.

        Raises:
            NoValidHost: fewer hosts than instances.
            MessagingTimeout: ``scheduler_max_attempts`` questions without an answer.
        """
        return self.queryclient.select_destinations(context, spec_obj)

    def update_aggregates(
        self, context: RequestContext, aggregates: Sequence[Any]
    ) -> None:
        """Tell the schedulers that aggregates changed."""
        self.queryclient.update_aggregates(context, aggregates)

    def delete_aggregate(self, context: RequestContext, aggregate: Any) -> None:
        """Tell the schedulers that an aggregate is gone."""
        self.queryclient.delete_aggregate(context, aggregate)

    def update_resource_stats(self, compute_node: Any) -> None:
        """Report what the compute node has to placement."""
        self.reportclient.update_resource_stats(compute_node)

    def update_instance_info(
        self, context: RequestContext, host_name: str, instance_info: Any
    ) -> None:
        """Tell the schedulers what runs on the host now."""
        self.queryclient.update_instance_info(context, host_name, instance_info)

    def delete_instance_info(
        self, context: RequestContext, host_name: str, instance_uuid: str
    ) -> None:
        """Tell the schedulers that the instance has left the host."""
        self.queryclient.delete_instance_info(context, host_name, instance_uuid)

    def sync_instance_info(
        self, context: RequestContext, host_name: str, instance_uuids: Sequence[str]
    ) -> None:
        """Tell the schedulers which instances the host has."""
        self.queryclient.sync_instance_info(context, host_name, instance_uuids)
