"""What becomes of a deleted server when its host does not answer: the API cleans up.

Nova: nova/compute/api.py [_local_delete, _local_cleanup_bdm_volumes, _do_delete,
_do_force_delete, _get_stashed_volume_connector]
"""

import json
import logging
from typing import Any

from oslo_utils import timeutils

from tracenova.compute import utils as compute_utils
from tracenova.compute import vm_states
from tracenova.compute.api_base import ApiBase
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)


class LocalDeletion(ApiBase):
    """Deletion in the database, and the messages for deletion at the host.

    Nova: nova/compute/api.py API
    """

    def _do_delete(
        self,
        context: RequestContext,
        instance: Any,
        bdms: Any,
        reservations: Any = None,
        local: bool = False,
    ) -> None:
        if local:
            _mark_deleted(instance)
        else:
            self.compute_rpcapi.terminate_instance(
                context, instance, bdms, reservations=reservations, delete_type="delete"
            )

    def _do_force_delete(
        self,
        context: RequestContext,
        instance: Any,
        bdms: Any,
        reservations: Any = None,
        local: bool = False,
    ) -> None:
        if local:
            _mark_deleted(instance)
        else:
            self.compute_rpcapi.terminate_instance(
                context,
                instance,
                bdms,
                reservations=reservations,
                delete_type="force_delete",
            )

    def _local_delete(
        self,
        context: RequestContext,
        instance: Any,
        bdms: Any,
        delete_type: str,
        cb: Any,
    ) -> None:
        """Free networks and volumes and mark the row deleted; the guest may live on.

        The host finds out when it is back (``_cleanup_running_deleted_instances``).
        """
        LOG.warning(
            "instance %s: host %s is down, deleting from database",
            instance.uuid,
            instance.host,
        )
        compute_utils.notify_about_instance_usage(
            self.notifier, context, instance, f"{delete_type}.start"
        )
        self.network_api.deallocate_for_instance(context.elevated(), instance)
        self._local_cleanup_bdm_volumes(context, bdms, instance)
        cb(context, instance, bdms, local=True)
        sys_meta = instance.system_metadata
        instance.destroy()
        compute_utils.notify_about_instance_usage(
            self.notifier,
            context,
            instance,
            f"{delete_type}.end",
            system_metadata=sys_meta,
        )

    def _local_cleanup_bdm_volumes(
        self, context: RequestContext, bdms: Any, instance: Any
    ) -> None:
        for bdm in bdms:
            if bdm.is_volume:
                try:
                    self._free_volume(context, bdm, instance)
                except Exception as exc:  # noqa: BLE001 - the deletion must go on
                    LOG.warning("Ignoring volume cleanup failure due to %s", exc)
            bdm.destroy()

    def _free_volume(self, context: RequestContext, bdm: Any, instance: Any) -> None:
        connector = _get_stashed_volume_connector(bdm, instance)
        if connector:
            self.volume_api.terminate_connection(context, bdm.volume_id, connector)
        self.volume_api.detach(context.elevated(), bdm.volume_id, instance.uuid)
        if bdm.delete_on_termination:
            self.volume_api.delete(context, bdm.volume_id)


def _mark_deleted(instance: Any) -> None:
    instance.vm_state = vm_states.DELETED
    instance.task_state = None
    instance.terminated_at = timeutils.utcnow()
    instance.save()


def _get_stashed_volume_connector(bdm: Any, instance: Any) -> Any:
    """Return how the host was connected to the volume, if the disk remembers it."""
    if not (bdm.obj_attr_is_set("connection_info") and bdm.connection_info):
        return None
    connector = json.loads(bdm.connection_info).get("connector")
    if connector and connector.get("host") == instance.host:
        return connector
    return None
