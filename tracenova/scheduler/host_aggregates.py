"""Which aggregates each host belongs to, kept in memory.

Read once at start; from then on every change arrives by RPC, to all schedulers.

Nova: nova/scheduler/host_manager.py [the aggregate methods of HostManager]
"""

from collections import defaultdict
from collections.abc import Iterable

from tracenova import context as context_module
from tracenova import objects
from tracenova.objects.aggregate import Aggregate


class HostAggregates:
    """The aggregate side of the host manager."""

    def _init_aggregates(self) -> None:
        self.aggs_by_id: dict[int, Aggregate] = {}
        self.host_aggregates_map: defaultdict[str, set[int]] = defaultdict(set)
        elevated = context_module.get_admin_context()
        self.update_aggregates(objects.AggregateList.get_all(elevated))

    def update_aggregates(self, aggregates: Aggregate | Iterable[Aggregate]) -> None:
        """Take over one or several aggregates that were created or changed.

        Nova: nova/scheduler/host_manager.py HostManager.update_aggregates
        """
        several = [aggregates] if isinstance(aggregates, Aggregate) else aggregates
        for aggregate in several:
            self._update_aggregate(aggregate)

    def _update_aggregate(self, aggregate: Aggregate) -> None:
        self.aggs_by_id[aggregate.id] = aggregate
        for host in aggregate.hosts:
            self.host_aggregates_map[host].add(aggregate.id)
        for host, members in list(self.host_aggregates_map.items()):
            if host not in aggregate.hosts:
                members.discard(aggregate.id)

    def delete_aggregate(self, aggregate: Aggregate) -> None:
        """Forget a deleted aggregate.

        Nova: nova/scheduler/host_manager.py HostManager.delete_aggregate
        """
        self.aggs_by_id.pop(aggregate.id, None)
        for members in list(self.host_aggregates_map.values()):
            members.discard(aggregate.id)

    def _get_aggregates_info(self, host: str) -> list[Aggregate]:
        return [
            self.aggs_by_id[agg_id] for agg_id in sorted(self.host_aggregates_map[host])
        ]
