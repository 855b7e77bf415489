"""Which instances each host has, kept in memory; the affinity filters ask for it.

The computes tell what changes (``scheduler_tracks_instance_changes``). A host that has
not spoken yet is looked up in the database at every request.

Nova: nova/scheduler/host_manager.py [the instance methods of HostManager]
"""

import logging
from collections.abc import Iterable
from typing import Any

from tracenova import context as context_module
from tracenova import objects, utils
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.objects.compute_node import ComputeNode
from tracenova.objects.instance_list import InstanceList

LOG = logging.getLogger(__name__)
HOST_INSTANCE_SEMAPHORE = "host_instance"
HOSTS_PER_QUERY = 10


class InstanceInfo:
    """The instance side of the host manager.

    ``_instance_info[host]`` is ``{"instances": {uuid: Instance}, "updated": bool}``;
    updated says that the host itself has confirmed it.
    """

    def _init_instance_info(self) -> None:
        self._instance_info: dict[str, dict[str, Any]] = {}
        self.tracks_instance_changes = CONF.scheduler_tracks_instance_changes
        if self.tracks_instance_changes:
            utils.spawn_n(self._async_init_instance_info)

    def _async_init_instance_info(self) -> None:
        context = context_module.get_admin_context()
        nodes = list(objects.ComputeNodeList.get_all(context))
        for start in range(0, len(nodes), HOSTS_PER_QUERY):
            hosts = [node.host for node in nodes[start : start + HOSTS_PER_QUERY]]
            found = objects.InstanceList.get_by_filters(
                context, {"host": hosts, "deleted": False}
            )
            LOG.debug("Adding %d instances for hosts %s", len(found.objects), hosts)
            for instance in found.objects:
                info = self._instance_info.setdefault(
                    instance.host, {"instances": {}, "updated": False}
                )
                info["instances"][instance.uuid] = instance

    def _get_instance_info(
        self, context: RequestContext, compute: ComputeNode
    ) -> dict[str, Any]:
        info = self._instance_info.get(compute.host)
        if info and info["updated"]:
            instances: dict[str, Any] = info["instances"]
            return instances
        found = objects.InstanceList.get_by_host(context, compute.host)
        return {instance.uuid: instance for instance in found.objects}

    def _recreate_instance_info(self, context: RequestContext, host_name: str) -> None:
        instances = objects.InstanceList.get_by_host(context, host_name)
        self._instance_info[host_name] = {
            "instances": {instance.uuid: instance for instance in instances},
            "updated": False,
        }

    @utils.synchronized(HOST_INSTANCE_SEMAPHORE)
    def update_instance_info(
        self, context: RequestContext, host_name: str, instance_info: InstanceList
    ) -> None:
        """Take over what a compute says about new or changed instances of its own.

        Nova: nova/scheduler/host_manager.py HostManager.update_instance_info
        """
        instances = {instance.uuid: instance for instance in instance_info.objects}
        info = self._instance_info.get(host_name)
        if info:
            info["instances"].update(instances)
            info["updated"] = True
        elif len(instances) > 1:  # that is a host's full list
            self._instance_info[host_name] = {"instances": instances, "updated": True}
        else:
            self._recreate_instance_info(context, host_name)
            LOG.info(
                "Received an update from an unknown host '%s'. "
                "Re-created its InstanceList.",
                host_name,
            )

    @utils.synchronized(HOST_INSTANCE_SEMAPHORE)
    def delete_instance_info(
        self, context: RequestContext, host_name: str, instance_uuid: str
    ) -> None:
        """Forget an instance that its compute has terminated.

        Nova: nova/scheduler/host_manager.py HostManager.delete_instance_info
        """
        info = self._instance_info.get(host_name)
        if info:
            info["instances"].pop(instance_uuid, None)
            info["updated"] = True
            return
        self._recreate_instance_info(context, host_name)
        LOG.info(
            "Received a delete update from an unknown host '%s'. "
            "Re-created its InstanceList.",
            host_name,
        )

    @utils.synchronized(HOST_INSTANCE_SEMAPHORE)
    def sync_instance_info(
        self, context: RequestContext, host_name: str, instance_uuids: Iterable[str]
    ) -> None:
        """Compare with the list that a compute sends every two minutes.

        Nova: nova/scheduler/host_manager.py HostManager.sync_instance_info
        """
        info = self._instance_info.get(host_name)
        if not info:
            self._recreate_instance_info(context, host_name)
            LOG.info(
                "Received a sync request from an unknown host '%s'. "
                "Re-created its InstanceList.",
                host_name,
            )
        elif set(info["instances"]) != set(instance_uuids):
            self._recreate_instance_info(context, host_name)
            LOG.info(
                "The instance sync for host '%s' did not match. "
                "Re-created its InstanceList.",
                host_name,
            )
        else:
            info["updated"] = True
            LOG.info("Successfully synced instances from host '%s'.", host_name)
