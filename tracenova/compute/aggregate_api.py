"""Host aggregates, and with them availability zones.

Every change is told to the schedulers, who keep aggregates in memory.

Nova: nova/compute/api.py AggregateAPI
Left out: notifications, and resource pools of the hypervisor (a message to the host).
"""

from collections.abc import Sequence
from typing import Any

from oslo_utils import timeutils

from tracenova import availability_zones, exception, objects, profiler
from tracenova.context import RequestContext
from tracenova.scheduler import client as scheduler_client

AGGREGATE_ACTION_UPDATE = "Update"
AGGREGATE_ACTION_UPDATE_META = "UpdateMeta"
AGGREGATE_ACTION_DELETE = "Delete"
AGGREGATE_ACTION_ADD = "Add"

_REFUSALS: dict[str, type[exception.InvalidAggregateAction]] = {
    AGGREGATE_ACTION_ADD: exception.InvalidAggregateActionAdd,
    AGGREGATE_ACTION_UPDATE: exception.InvalidAggregateActionUpdate,
    AGGREGATE_ACTION_UPDATE_META: exception.InvalidAggregateActionUpdateMeta,
    AGGREGATE_ACTION_DELETE: exception.InvalidAggregateActionDelete,
}


@profiler.trace_cls("compute_api")
class AggregateAPI:
    """Groups of hosts with metadata in common.

    Nova: nova/compute/api.py AggregateAPI
    """

    def __init__(self) -> None:
        self.scheduler_client = scheduler_client.SchedulerClient()

    def create_aggregate(
        self,
        context: RequestContext,
        aggregate_name: str,
        availability_zone: str | None,
    ) -> Any:
        """Make an aggregate without hosts.

        Raises:
            AggregateNameExists: the name is taken.
        """
        aggregate = objects.Aggregate(context=context)
        aggregate.name = aggregate_name
        if availability_zone:
            aggregate.metadata = {"availability_zone": availability_zone}
        aggregate.create()
        self.scheduler_client.update_aggregates(context, [aggregate])
        return aggregate

    def get_aggregate(self, context: RequestContext, aggregate_id: int) -> Any:
        """Return one aggregate.

        Raises:
            AggregateNotFound: there is none of this id.
        """
        return objects.Aggregate.get_by_id(context, aggregate_id)

    def get_aggregate_list(self, context: RequestContext) -> Any:
        """Return all aggregates."""
        return objects.AggregateList.get_all(context)

    def get_aggregates_by_host(self, context: RequestContext, compute_host: str) -> Any:
        """Return the aggregates that hold the host."""
        return objects.AggregateList.get_by_host(context, compute_host)

    def update_aggregate(
        self, context: RequestContext, aggregate_id: int, values: dict[str, str]
    ) -> Any:
        """Change name and zone.

        Raises:
            InvalidAggregateActionUpdate: a host would stand in two zones.
        """
        aggregate = objects.Aggregate.get_by_id(context, aggregate_id)
        if "name" in values:
            aggregate.name = values.pop("name")
            aggregate.save()
        self.is_safe_to_update_az(
            context, values, aggregate, action_name=AGGREGATE_ACTION_UPDATE
        )
        if values:
            aggregate.update_metadata(values)
            aggregate.updated_at = timeutils.utcnow()
        return self._tell(context, aggregate, values)

    def update_aggregate_metadata(
        self,
        context: RequestContext,
        aggregate_id: int,
        metadata: dict[str, str | None],
    ) -> Any:
        """Set metadata; None removes a key.

        Raises:
            InvalidAggregateActionUpdateMeta: a host would stand in two zones.
        """
        aggregate = objects.Aggregate.get_by_id(context, aggregate_id)
        self.is_safe_to_update_az(
            context, metadata, aggregate, action_name=AGGREGATE_ACTION_UPDATE_META
        )
        aggregate.update_metadata(metadata)
        aggregate.updated_at = timeutils.utcnow()
        return self._tell(context, aggregate, metadata)

    def delete_aggregate(self, context: RequestContext, aggregate_id: int) -> None:
        """Remove an aggregate.

        Raises:
            InvalidAggregateActionDelete: there are hosts in it.
        """
        aggregate = objects.Aggregate.get_by_id(context, aggregate_id)
        if aggregate.hosts:
            raise exception.InvalidAggregateActionDelete(
                aggregate_id=aggregate_id, reason="Host aggregate is not empty"
            )
        aggregate.destroy()
        self.scheduler_client.delete_aggregate(context, aggregate)

    def is_safe_to_update_az(
        self,
        context: RequestContext,
        metadata: Any,
        aggregate: Any,
        hosts: Sequence[str] | None = None,
        action_name: str = AGGREGATE_ACTION_ADD,
    ) -> None:
        """Check that no host comes to stand in two zones.

        Raises:
            InvalidAggregateAction: one would, or the zone's name is empty.
        """
        if "availability_zone" not in metadata:
            return
        zone = metadata["availability_zone"]
        refusal = _REFUSALS[action_name]
        if not zone:
            raise refusal(
                aggregate_id=aggregate.id,
                reason=f"Aggregate {aggregate.name} does not support empty named "
                "availability zone",
            )
        others = objects.AggregateList.get_by_metadata_key(
            context, "availability_zone", hosts=hosts or aggregate.hosts
        )
        conflicting = [
            other.availability_zone
            for other in others
            if other.availability_zone != zone and other.id != aggregate.id
        ]
        if conflicting:
            raise refusal(
                aggregate_id=aggregate.id,
                reason="One or more hosts already in availability zone(s) "
                f"{conflicting}",
            )

    def add_host_to_aggregate(
        self, context: RequestContext, aggregate_id: int, host_name: str
    ) -> Any:
        """Put a compute host into the aggregate.

        Raises:
            ComputeHostNotFound: it is no compute host.
            InvalidAggregateActionAdd: it would stand in two zones.
            AggregateHostExists: it is in it already.
        """
        objects.Service.get_by_compute_host(context, host_name)
        aggregate = objects.Aggregate.get_by_id(context, aggregate_id)
        self.is_safe_to_update_az(
            context, aggregate.metadata, aggregate, hosts=[host_name]
        )
        aggregate.add_host(host_name)
        return self._tell_of_host(context, aggregate, host_name)

    def remove_host_from_aggregate(
        self, context: RequestContext, aggregate_id: int, host_name: str
    ) -> Any:
        """Take a compute host out of the aggregate.

        Raises:
            ComputeHostNotFound: it is no compute host.
            AggregateHostNotFound: it is not in it.
        """
        objects.Service.get_by_compute_host(context, host_name)
        aggregate = objects.Aggregate.get_by_id(context, aggregate_id)
        aggregate.delete_host(host_name)
        return self._tell_of_host(context, aggregate, host_name)

    def _tell(self, context: RequestContext, aggregate: Any, changed: Any) -> Any:
        self.scheduler_client.update_aggregates(context, [aggregate])
        if changed.get("availability_zone"):
            availability_zones.reset_cache()
        return aggregate

    def _tell_of_host(
        self, context: RequestContext, aggregate: Any, host_name: str
    ) -> Any:
        self.scheduler_client.update_aggregates(context, [aggregate])
        if aggregate.metadata.get("availability_zone"):
            availability_zones.update_host_availability_zone_cache(context, host_name)
        return aggregate
