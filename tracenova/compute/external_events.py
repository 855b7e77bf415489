"""Messages from outside about an instance, and whom they wake.

Nova: nova/compute/manager.py external_instance_event and its helpers
"""

import logging
from collections.abc import Sequence
from typing import Any

from tracenova import exception
from tracenova.compute.decorators import wrap_exception
from tracenova.compute.manager_base import ComputeManagerBase
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)


class ExternalEventsMixin(ComputeManagerBase):
    """Receives what nova-api was told through os-server-external-events.

    Nova: nova/compute/manager.py ComputeManager
    """

    @wrap_exception()
    def external_instance_event(
        self, context: RequestContext, instances: Sequence[Any], events: Sequence[Any]
    ) -> None:
        """Act on each event: refresh the cache, drop a port, or wake who waits for it.

        Nova: nova/compute/manager.py ComputeManager.external_instance_event
        """
        by_uuid = {instance.uuid: instance for instance in instances}
        for event in events:
            instance = by_uuid[event.instance_uuid]
            LOG.debug("[instance: %s] Received event %s", instance.uuid, event.key)
            try:
                self._dispatch_event(context, instance, event)
            except exception.NotFound as error:
                LOG.info(
                    "[instance: %s] Failed to process external instance event %s due to: %s",
                    instance.uuid,
                    event.key,
                    error,
                )

    def _dispatch_event(
        self, context: RequestContext, instance: Any, event: Any
    ) -> None:
        if event.name == "network-changed":
            self.network_api.get_instance_nw_info(context, instance)
        elif event.name == "network-vif-deleted":
            self._process_instance_vif_deleted_event(context, instance, event.tag)
        else:
            self._process_instance_event(instance, event)

    def _process_instance_event(self, instance: Any, event: Any) -> None:
        waiter = self.instance_events.pop_instance_event(instance, event)
        if waiter is not None:
            LOG.debug("[instance: %s] Processing event %s", instance.uuid, event.key)
            waiter.set_result(event)

    def _process_instance_vif_deleted_event(
        self, context: RequestContext, instance: Any, deleted_vif_id: str
    ) -> None:
        """Forget a port that neutron has deleted, and unplug its card.

        Nova: nova/compute/manager.py _process_instance_vif_deleted_event
        """
        info_cache = instance.info_cache
        vifs = info_cache.network_info
        deleted = next((vif for vif in vifs if vif["id"] == deleted_vif_id), None)
        if deleted is None:
            return
        LOG.info(
            "[instance: %s] Neutron deleted interface %s", instance.uuid, deleted_vif_id
        )
        info_cache.network_info = type(vifs)([v for v in vifs if v is not deleted])
        info_cache.save()
        try:
            self.driver.detach_interface(instance, deleted)
        except (NotImplementedError, exception.NovaException) as error:
            LOG.warning(
                "[instance: %s] Detach interface failed, port_id=%s, reason: %s",
                instance.uuid,
                deleted_vif_id,
                error,
            )
