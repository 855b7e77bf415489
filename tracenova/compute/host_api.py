"""Hosts, services, compute nodes and the history of actions, for administrators.

Nova: nova/compute/api.py [HostAPI, InstanceActionAPI]
Left out: host power, maintenance mode, task logs.
"""

from collections.abc import Mapping
from typing import Any

from tracenova import exception, objects, profiler, servicegroup
from tracenova.compute import rpcapi as compute_rpcapi
from tracenova.context import RequestContext


@profiler.trace_cls("compute_api")
class HostAPI:
    """The machinery behind the servers.

    Nova: nova/compute/api.py HostAPI
    """

    def __init__(self, rpcapi: Any = None) -> None:
        self.rpcapi = rpcapi or compute_rpcapi.ComputeAPI()
        self.servicegroup_api = servicegroup.API()

    def get_host_uptime(self, context: RequestContext, host_name: str) -> str:
        """Ask a host what ``uptime`` says there.

        Raises:
            ComputeServiceUnavailable: its nova-compute shows no sign of life.
            NotImplementedError: its driver cannot tell.
        """
        service = objects.Service.get_by_compute_host(context, host_name)
        if not self.servicegroup_api.service_is_up(service):
            raise exception.ComputeServiceUnavailable(host=host_name)
        return str(self.rpcapi.get_host_uptime(context, host=host_name))

    def service_get_all(
        self,
        context: RequestContext,
        filters: Mapping[str, Any] | None = None,
        set_zones: bool = False,
    ) -> list[Any]:
        """Return the services whose fields have the values of the filters."""
        wanted = dict(filters or {})
        disabled = wanted.pop("disabled", None)
        services = objects.ServiceList.get_all(
            context, disabled, set_zones=set_zones or "availability_zone" in wanted
        )
        return [
            service
            for service in services
            if all(service[key] == value for key, value in wanted.items())
        ]

    def service_get_by_id(self, context: RequestContext, service_id: int) -> Any:
        """Return one service.

        Raises:
            ServiceNotFound: there is none of this id.
        """
        return objects.Service.get_by_id(context, service_id)

    def service_get_by_compute_host(
        self, context: RequestContext, host_name: str
    ) -> Any:
        """Return the nova-compute of the host.

        Raises:
            ComputeHostNotFound: there is none.
        """
        return objects.Service.get_by_compute_host(context, host_name)

    def service_update(
        self,
        context: RequestContext,
        host_name: str,
        binary: str,
        params_to_update: Mapping[str, Any],
    ) -> Any:
        """Enable, disable or force down a service.

        Raises:
            HostBinaryNotFound: the host has no such service.
        """
        service = objects.Service.get_by_host_and_binary(context, host_name, binary)
        if service is None:
            raise exception.HostBinaryNotFound(host=host_name, binary=binary)
        service.update(dict(params_to_update))
        service.save()
        return service

    def service_delete(self, context: RequestContext, service_id: int) -> None:
        """Forget a service.

        Raises:
            ServiceNotFound: there is none of this id.
        """
        objects.Service.get_by_id(context, service_id).destroy()

    def instance_get_all_by_host(self, context: RequestContext, host_name: str) -> Any:
        """Return the instances on the host."""
        return objects.InstanceList.get_by_host(context, host_name)

    def compute_node_get(self, context: RequestContext, compute_id: int | str) -> Any:
        """Return one compute node.

        Raises:
            ComputeHostNotFound: there is none of this id.
        """
        return objects.ComputeNode.get_by_id(context, int(compute_id))

    def compute_node_get_all(
        self,
        context: RequestContext,
        limit: int | None = None,
        marker: int | str | None = None,
    ) -> Any:
        """Return the compute nodes, page by page.

        Raises:
            MarkerNotFound: there is no node of the marker's id to start after.
        """
        nodes: list[Any] = list(objects.ComputeNodeList.get_all(context))
        ids = [node.id for node in nodes]
        if marker is not None and int(marker) not in ids:
            raise exception.MarkerNotFound(marker=marker)
        start = 0 if marker is None else ids.index(int(marker)) + 1
        return nodes[start:][:limit]

    def compute_node_search_by_hypervisor(
        self, context: RequestContext, hypervisor_match: str
    ) -> Any:
        """Return the compute nodes whose hypervisor's name holds the text."""
        return objects.ComputeNodeList.get_by_hypervisor(context, hypervisor_match)

    def compute_node_statistics(self, context: RequestContext) -> dict[str, int]:
        """Return the sums over all compute nodes."""
        nodes = list(objects.ComputeNodeList.get_all(context))
        summed = (
            "vcpus",
            "memory_mb",
            "local_gb",
            "vcpus_used",
            "memory_mb_used",
            "local_gb_used",
            "free_ram_mb",
            "free_disk_gb",
            "current_workload",
            "running_vms",
            "disk_available_least",
        )
        sums = {key: sum(getattr(node, key) or 0 for node in nodes) for key in summed}
        return {"count": len(nodes), **sums}


@profiler.trace_cls("compute_api")
class InstanceActionAPI:
    """What has been asked of a server, and the steps that it took.

    Nova: nova/compute/api.py InstanceActionAPI
    """

    def actions_get(self, context: RequestContext, instance: Any) -> Any:
        """Return the actions on the server, newest first."""
        return objects.InstanceActionList.get_by_instance_uuid(context, instance.uuid)

    def action_get_by_request_id(
        self, context: RequestContext, instance: Any, request_id: str
    ) -> Any:
        """Return the action that this request asked for, or None."""
        return objects.InstanceAction.get_by_request_id(
            context, instance.uuid, request_id
        )

    def action_events_get(
        self, context: RequestContext, instance: Any, action_id: int
    ) -> Any:
        """Return the steps of the action."""
        del instance
        return objects.InstanceActionEventList.get_by_action(context, action_id)
