"""Questions and news to the scheduler.

Nova: nova/scheduler/client/query.py
"""

from collections.abc import Sequence
from typing import Any

from tracenova.context import RequestContext
from tracenova.scheduler import rpcapi as scheduler_rpcapi


class SchedulerQueryClient:
    """Passes every question on to the scheduler's RPC client.

    Nova: nova/scheduler/client/query.py SchedulerQueryClient
    """

    def __init__(self) -> None:
        self.scheduler_rpcapi = scheduler_rpcapi.SchedulerAPI()

    def select_destinations(
        self, context: RequestContext, spec_obj: Any
    ) -> list[dict[str, Any]]:
        """Return the hosts to build on, one per instance asked for."""
        return self.scheduler_rpcapi.select_destinations(context, spec_obj)

    def update_aggregates(
        self, context: RequestContext, aggregates: Sequence[Any]
    ) -> None:
        """Tell the schedulers that aggregates changed."""
        self.scheduler_rpcapi.update_aggregates(context, aggregates)

    def delete_aggregate(self, context: RequestContext, aggregate: Any) -> None:
        """Tell the schedulers that an aggregate is gone."""
        self.scheduler_rpcapi.delete_aggregate(context, aggregate)

    def update_instance_info(
        self, context: RequestContext, host_name: str, instance_info: Any
    ) -> None:
        """Tell the schedulers what runs on the host now."""
        self.scheduler_rpcapi.update_instance_info(context, host_name, instance_info)

    def delete_instance_info(
        self, context: RequestContext, host_name: str, instance_uuid: str
    ) -> None:
        """Tell the schedulers that the instance has left the host."""
        self.scheduler_rpcapi.delete_instance_info(context, host_name, instance_uuid)

    def sync_instance_info(
        self, context: RequestContext, host_name: str, instance_uuids: Sequence[str]
    ) -> None:
        """Tell the schedulers which instances the host has."""
        self.scheduler_rpcapi.sync_instance_info(context, host_name, instance_uuids)
