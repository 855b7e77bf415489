"""Conducting a build: ask for hosts, map the server to its cell, hand it to a compute.

Nova: nova/conductor/manager.py ComputeTaskManager
Left out: migrate_server, live_migrate_instance, unshelve_instance. rebuild_instance stands in
rebuild.py.
"""

import copy
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import oslo_messaging as messaging

from tracenova import exception, image, network, objects, profiler, rpc, servicegroup
from tracenova.compute import rpcapi as compute_rpcapi
from tracenova.compute import vm_states
from tracenova.conductor.rebuild import Rebuild
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.scheduler import client as scheduler_client
from tracenova.scheduler import utils as scheduler_utils

LOG = logging.getLogger(__name__)

BUILD_REQUEST_STOPS_BOOT = 12  # nova-osapi_compute service version since then
Host = Mapping[str, Any]  # host, nodename, limits


@profiler.trace_cls("rpc")
class ComputeTaskManager(Rebuild):
    """Sees a task on servers through, across scheduler and computes.

    Nova: nova/conductor/manager.py ComputeTaskManager
    """

    target = messaging.Target(namespace="compute_task", version="1.15")

    def __init__(self) -> None:
        self.compute_rpcapi = compute_rpcapi.ComputeAPI()
        self.image_api = image.API()
        self.network_api = network.API()
        self.servicegroup_api = servicegroup.API()
        self.scheduler_client = scheduler_client.SchedulerClient()
        self.notifier = rpc.get_notifier("compute", CONF.host)

    def reset(self) -> None:
        """Make a new compute client (SIGHUP: an upgrade step is over)."""
        LOG.info("Reloading compute RPC API")
        self.compute_rpcapi = compute_rpcapi.ComputeAPI()

    def build_instances(
        self,
        context: RequestContext,
        instances: Sequence[Any],
        image: Mapping[str, Any],
        filter_properties: Mapping[str, Any],
        admin_password: str | None,
        injected_files: Sequence[Any] | None,
        requested_networks: Any,
        security_groups: Sequence[str],
        block_device_mapping: Any = None,
        legacy_bdm: bool = True,
    ) -> None:
        """Find a host for every instance and send it there to be built.

        nova-api casts this once; nova-compute casts it again when a build must be
        rescheduled. Nobody waits, so a failure ends in the instances' state ERROR
        and their faults, not in an exception.
        """
        requested_networks = _networks_from_old_sender(requested_networks)
        filter_properties = _flavor_from_old_sender(context, filter_properties)

        request_spec: dict[str, Any] = {}
        try:
            scheduler_utils.populate_retry(filter_properties, instances[0].uuid)
            request_spec = scheduler_utils.build_request_spec(context, image, instances)
            hosts = self._schedule_instances(context, request_spec, filter_properties)
        except Exception as exc:  # noqa: BLE001 - whatever it is, the servers must not hang in BUILD
            for instance in instances:
                self._give_up(context, instance, exc, request_spec, requested_networks)
            return

        for instance, host in zip(instances, hosts, strict=False):
            try:
                instance.refresh()
            except (exception.InstanceNotFound, exception.InstanceInfoCacheNotFound):
                LOG.debug("Instance %s deleted during build", instance.uuid)
                continue
            local_filter_props = copy.deepcopy(filter_properties)
            scheduler_utils.populate_filter_properties(local_filter_props, host)
            bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
                context, instance.uuid
            )
            attempts = local_filter_props.get("retry", {}).get("num_attempts", 1)
            if attempts <= 1 and not self._enter_cell(context, instance, host):
                # The rest of a multiple create is dropped too, as in Nova.
                return
            self.compute_rpcapi.build_and_run_instance(
                context,
                instance=instance,
                host=host["host"],
                image=image,
                request_spec=request_spec,
                filter_properties=local_filter_props,
                admin_password=admin_password,
                injected_files=injected_files,
                requested_networks=requested_networks,
                security_groups=security_groups,
                block_device_mapping=bdms,
                node=host["nodename"],
                limits=host["limits"],
            )

    def _schedule_instances(
        self,
        context: RequestContext,
        request_spec: dict[str, Any],
        filter_properties: dict[str, Any],
    ) -> list[dict[str, Any]]:
        scheduler_utils.setup_instance_group(context, request_spec, filter_properties)
        spec_obj = objects.RequestSpec.from_primitives(
            context, request_spec, filter_properties
        )
        return self.scheduler_client.select_destinations(context, spec_obj)

    def _enter_cell(self, context: RequestContext, instance: Any, host: Host) -> bool:
        """Say in which cell the server is; False: its user has deleted it meanwhile."""
        inst_mapping = self._populate_instance_mapping(context, instance, host)
        try:
            self._destroy_build_request(context, instance)
        except exception.BuildRequestNotFound:
            if inst_mapping:
                inst_mapping.destroy()
            return False
        return True

    def _populate_instance_mapping(
        self, context: RequestContext, instance: Any, host: Host
    ) -> Any:
        try:
            inst_mapping = objects.InstanceMapping.get_by_instance_uuid(
                context, instance.uuid
            )
        except exception.InstanceMappingNotFound:
            LOG.debug("Instance %s was not mapped by an old nova-api", instance.uuid)
            return None
        try:
            host_mapping: Any = objects.HostMapping.get_by_host(context, host["host"])
        except exception.HostMappingNotFound:
            # The host is in no cell yet: such a deployment does without mappings.
            inst_mapping.destroy()
            return None
        inst_mapping.cell_mapping = host_mapping.cell_mapping
        inst_mapping.save()
        return inst_mapping

    def _destroy_build_request(self, context: RequestContext, instance: Any) -> None:
        try:
            build_request = objects.BuildRequest.get_by_instance_uuid(
                context, instance.uuid
            )
            build_request.destroy()
        except exception.BuildRequestNotFound:
            version = objects.Service.get_minimum_version(context, "nova-osapi_compute")
            if version >= BUILD_REQUEST_STOPS_BOOT:
                raise
            LOG.debug("No BuildRequest for instance %s: old nova-api", instance.uuid)

    def _give_up(
        self,
        context: RequestContext,
        instance: Any,
        exc: Exception,
        request_spec: Mapping[str, Any],
        requested_networks: Any,
    ) -> None:
        updates = {"vm_state": vm_states.ERROR, "task_state": None}
        self._set_vm_state_and_notify(
            context, instance.uuid, "build_instances", updates, exc, request_spec
        )
        try:
            # Show and list would read the build request rather than the ERROR row.
            self._destroy_build_request(context, instance)
        except exception.BuildRequestNotFound:
            LOG.debug("No BuildRequest left for instance %s", instance.uuid)
        self._cleanup_allocated_networks(context, instance, requested_networks)

    def _set_vm_state_and_notify(
        self,
        context: RequestContext,
        instance_uuid: str,
        method: str,
        updates: Mapping[str, Any],
        ex: Exception,
        request_spec: Mapping[str, Any],
    ) -> None:
        scheduler_utils.set_vm_state_and_notify(
            context, instance_uuid, "compute_task", method, updates, ex, request_spec
        )

    def _cleanup_allocated_networks(
        self, context: RequestContext, instance: Any, requested_networks: Any
    ) -> None:
        try:
            if not (requested_networks and requested_networks.no_allocate):
                self.network_api.deallocate_for_instance(
                    context, instance, requested_networks=requested_networks
                )
        except Exception:
            LOG.exception("Failed to deallocate networks of %s", instance.uuid)
            return
        instance.system_metadata["network_allocated"] = "False"
        try:
            instance.save()
        except exception.InstanceNotFound:
            LOG.debug("Instance %s was deleted meanwhile", instance.uuid)


def _networks_from_old_sender(requested_networks: Any) -> Any:
    """Before 1.9 the networks came as tuples."""
    if not requested_networks or isinstance(
        requested_networks, objects.NetworkRequestList
    ):
        return requested_networks
    return objects.NetworkRequestList.from_tuples(requested_networks)


def _flavor_from_old_sender(
    context: RequestContext, filter_properties: Mapping[str, Any]
) -> dict[str, Any]:
    """Before 1.10 the flavor came as a dictionary, without its extra specs perhaps."""
    flavor = filter_properties.get("instance_type")
    if flavor and not isinstance(flavor, objects.Flavor):
        flavor = objects.Flavor.get_by_id(context, flavor["id"])
        return {**filter_properties, "instance_type": flavor}
    return dict(filter_properties)
