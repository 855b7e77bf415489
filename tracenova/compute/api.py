"""Servers as nova-api handles them: check, write down, pass on; never build itself.

This file holds what the REST layer calls; the steps behind are in the ``api_*.py``
modules beside it, one idea each. The APIs of hosts, aggregates and key pairs have
modules of their own and are offered here under Nova's names too.

Nova: nova/compute/api.py
Left out: resize, migrate, shelve, rescue, backups, other consoles, soft delete and
restore.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from oslo_utils import uuidutils

from tracenova import exception, hooks, objects, profiler
from tracenova.compute import hostnames, request_checks, task_states
from tracenova.compute.aggregate_api import AggregateAPI
from tracenova.compute.api_attach import Attachment
from tracenova.compute.api_base import BootRequest
from tracenova.compute.api_change import METADATA_STATES, Change
from tracenova.compute.api_decorators import (
    check_instance_lock,
    check_instance_state,
)
from tracenova.compute.api_delete import Deletion
from tracenova.compute.api_power import Power
from tracenova.compute.api_read import DEFAULT_FIELDS, ip_filter, remap_filters
from tracenova.compute.api_snapshot import Snapshots
from tracenova.compute.host_api import HostAPI, InstanceActionAPI
from tracenova.compute.keypair_api import KeypairAPI
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.scheduler import utils as scheduler_utils

__all__ = [
    "API",
    "METADATA_STATES",
    "AggregateAPI",
    "HostAPI",
    "InstanceActionAPI",
    "KeypairAPI",
]

LOG = logging.getLogger(__name__)


@profiler.trace_cls("compute_api")
class API(Snapshots, Deletion, Power, Change, Attachment):
    """What the REST layer can do with servers.

    Nova: nova/compute/api.py API
    """

    # --- create ---------------------------------------------------------------

    @hooks.add_hook("create_instance")
    def create(
        self,
        context: RequestContext,
        instance_type: Any,
        image_href: str | None,
        kernel_id: str | None = None,
        ramdisk_id: str | None = None,
        min_count: int | None = None,
        max_count: int | None = None,
        display_name: str | None = None,
        display_description: str | None = None,
        key_name: str | None = None,
        key_data: str | None = None,
        security_group: Sequence[str] | None = None,
        availability_zone: str | None = None,
        forced_host: str | None = None,
        forced_node: str | None = None,
        user_data: str | None = None,
        metadata: Mapping[str, str] | None = None,
        injected_files: Sequence[tuple[str, str]] | None = None,
        admin_password: str | None = None,
        block_device_mapping: Sequence[Any] | None = None,
        access_ip_v4: str | None = None,
        access_ip_v6: str | None = None,
        requested_networks: Any = None,
        config_drive: Any = None,
        auto_disk_config: bool | None = None,
        scheduler_hints: Mapping[str, Any] | None = None,
        legacy_bdm: bool = True,
        shutdown_terminate: bool = False,
        check_server_group_quota: bool = False,
    ) -> tuple[list[Any], str]:
        """Create servers: they exist, in state BUILD, when this returns.

        Returns:
            The instances, and the reservation id that they have in common.

        Raises:
            NovaException: one of very many; nothing is left behind then but request
                specs.
        """
        if requested_networks and max_count is not None and max_count > 1:
            request_checks.check_multiple_instances_with_specified_ip(
                requested_networks
            )
            if CONF.use_neutron:
                request_checks.check_multiple_instances_with_neutron_ports(
                    requested_networks
                )
        if availability_zone:
            request_checks.check_availability_zone(
                context, availability_zone, forced_host
            )
        min_count = min_count or 1
        request = BootRequest(
            instance_type=instance_type,
            image_href=image_href,
            kernel_id=kernel_id,
            ramdisk_id=ramdisk_id,
            min_count=min_count,
            max_count=max_count or min_count,
            display_name=display_name,
            display_description=display_description,
            key_name=key_name,
            key_data=key_data,
            security_groups=security_group or ["default"],
            availability_zone=availability_zone,
            user_data=user_data,
            metadata=metadata,
            injected_files=injected_files,
            admin_password=admin_password,
            access_ip_v4=access_ip_v4,
            access_ip_v6=access_ip_v6,
            requested_networks=requested_networks,
            config_drive=config_drive,
            block_device_mapping=list(block_device_mapping or ()),
            auto_disk_config=auto_disk_config,
            filter_properties=scheduler_utils.build_filter_properties(
                scheduler_hints, forced_host, forced_node, instance_type
            ),
            reservation_id=hostnames.generate_uid("r"),
            legacy_bdm=legacy_bdm,
            shutdown_terminate=shutdown_terminate,
            check_server_group_quota=check_server_group_quota,
        )
        return self._create_instance(context, request)

    @staticmethod
    def parse_availability_zone(
        context: RequestContext, availability_zone: str | None
    ) -> tuple[str | None, str | None, str | None]:
        """Split ``zone``, ``zone:host``, ``zone:host:node`` or ``zone::node``.

        Returns:
            Zone (the ``default_schedule_zone`` if none is named), host, node.

        Raises:
            InvalidInput: more than two colons.
        """
        del context
        return request_checks.parse_availability_zone(availability_zone)

    # --- read -----------------------------------------------------------------

    def get(
        self,
        context: RequestContext,
        instance_id: str,
        expected_attrs: Sequence[str] | None = None,
    ) -> Any:
        """Return one server.

        Raises:
            InstanceNotFound: there is none of this id.
        """
        if not uuidutils.is_uuid_like(instance_id):
            LOG.debug("Failed to fetch instance by id %s", instance_id)
            raise exception.InstanceNotFound(instance_id=instance_id)
        wanted = [*(expected_attrs or ()), *DEFAULT_FIELDS]
        return self._get_instance(context, instance_id, wanted)

    def get_all(
        self,
        context: RequestContext,
        search_opts: Mapping[str, Any] | None = None,
        limit: int | None = None,
        marker: str | None = None,
        expected_attrs: list[str] | None = None,
        sort_keys: list[str] | None = None,
        sort_dirs: list[str] | None = None,
    ) -> Any:
        """Return servers: first those that have no host yet, then the others.

        Raises:
            MarkerNotFound: the server to start after does not exist.
            FlavorNotFound: the flavor to search for does not exist.
        """
        try:
            filters = remap_filters(context, search_opts or {})
        except ValueError:
            return objects.InstanceList(objects=[])
        # Addresses are not in the database's reach: look through all servers then.
        by_ip = "ip" in filters or "ip6" in filters
        instances = self._get_all(
            context,
            filters,
            None if by_ip else limit,
            marker,
            expected_attrs=expected_attrs,
            sort_keys=sort_keys,
            sort_dirs=sort_dirs,
        )
        if by_ip:
            instances = ip_filter(instances, filters, limit)
        return objects.InstanceList(objects=instances)

    # --- delete ---------------------------------------------------------------

    @check_instance_lock
    @check_instance_state(vm_state=None, task_state=None, must_have_launched=False)
    def delete(self, context: RequestContext, instance: Any) -> None:
        """Delete the server, in whatever state it is."""
        self._delete(
            context,
            instance,
            "delete",
            self._do_delete,
            task_state=task_states.DELETING,
        )

    @check_instance_lock
    @check_instance_state(must_have_launched=False)
    def force_delete(self, context: RequestContext, instance: Any) -> None:
        """Delete the server, even if a soft delete is configured."""
        self._delete(
            context,
            instance,
            "force_delete",
            self._do_force_delete,
            task_state=task_states.DELETING,
        )

    # --- events and host status -----------------------------------------------

    def external_instance_event(
        self, context: RequestContext, instances: Iterable[Any], events: Iterable[Any]
    ) -> None:
        """Pass a neighbour's events on to the hosts of the servers, one cast a host.

        A server that migrates has two hosts in Nova; here none migrates.
        """
        instances_by_host: defaultdict[str, list[Any]] = defaultdict(list)
        events_by_host: defaultdict[str, list[Any]] = defaultdict(list)
        host_of: dict[str, str] = {}
        for instance in instances:
            instances_by_host[instance.host].append(instance)
            host_of[instance.uuid] = instance.host
        for event in events:
            if event.instance_uuid in host_of:
                events_by_host[host_of[event.instance_uuid]].append(event)
        for host, there in instances_by_host.items():
            self.compute_rpcapi.external_instance_event(
                context, there, events_by_host[host], host=host
            )

    def get_instance_host_status(self, instance: Any) -> str:
        """Return the state of the server's host: UP, DOWN, MAINTENANCE, UNKNOWN or ""."""
        services = instance.services if instance.host else ()
        for service in services:
            if service.binary != "nova-compute":
                continue
            if service.forced_down:
                return "DOWN"
            if service.disabled:
                return "MAINTENANCE"
            return "UP" if self.servicegroup_api.service_is_up(service) else "UNKNOWN"
        return ""

    def get_instances_host_statuses(
        self, instance_list: Iterable[Any]
    ) -> dict[str, str]:
        """Return the host's state for each server, asking once per host."""
        by_host: dict[str | None, str] = {None: ""}
        statuses = {}
        for instance in instance_list:
            if instance.host not in by_host:
                by_host[instance.host] = self.get_instance_host_status(instance)
            statuses[instance.uuid] = by_host[instance.host]
        return statuses
