"""Writing new servers down: quota, request spec, build request, mapping, instance, disks.

Everything is written before the conductor hears of it, and everything is undone if
one step fails; only request specs stay, as in Nova.

Nova: nova/compute/api.py [_provision_instances, _populate_instance_for_create,
_populate_instance_names, _apply_instance_name_template]
"""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tracenova import exception, notifications, objects
from tracenova.compute import hostnames, image_metadata, task_states, vm_states
from tracenova.compute.api_base import BootRequest
from tracenova.compute.api_block_device import BlockDevices
from tracenova.compute.api_quota import QuotaChecks
from tracenova.context import RequestContext
from tracenova.network import model as network_model

LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Provisioned:
    """What has been written so far, for the case that it must be undone."""

    instances: list[Any] = field(default_factory=list)
    instance_mappings: list[Any] = field(default_factory=list)
    build_requests: list[Any] = field(default_factory=list)

    def destroy(self) -> None:
        """Undo it; what somebody else has removed meanwhile is no problem."""
        for things, gone in (
            (self.instances, exception.ObjectActionError),
            (self.instance_mappings, exception.InstanceMappingNotFound),
            (self.build_requests, exception.BuildRequestNotFound),
        ):
            for thing in things:
                try:
                    thing.destroy()
                except gone:
                    LOG.debug("%s is gone already", type(thing).__name__)


class Provisioning(BlockDevices, QuotaChecks):
    """The part of the create path that writes.

    Nova: nova/compute/api.py API
    """

    def _provision_instances(
        self,
        context: RequestContext,
        request: BootRequest,
        base_options: Mapping[str, Any],
        boot_meta: Mapping[str, Any],
        block_device_mapping: Any,
        instance_group: Any,
        key_pair: Any,
    ) -> list[Any]:
        """Write as many instances as the quota allows, and commit the quota.

        Raises:
            TooManyInstances: the quota does not allow ``min_count`` of them.
            QuotaError: the server group is full.
        """
        num_instances, quotas = self._check_num_instances_quota(
            context, request.instance_type, request.min_count, request.max_count
        )
        security_groups = self.security_group_api.populate_security_groups(
            request.security_groups
        )
        self.security_group_api.ensure_default(context)
        LOG.debug("Going to run %s instances...", num_instances)
        written = Provisioned()
        try:
            for index in range(num_instances):
                instance = self._new_instance(
                    context,
                    request,
                    base_options,
                    boot_meta,
                    security_groups,
                    instance_group,
                    key_pair,
                    index,
                    num_instances,
                )
                block_device_mapping = self._write_instance(
                    context, request, instance, block_device_mapping, written
                )
                if instance_group:
                    self._join_group(context, request, instance, instance_group)
                notifications.send_update_with_states(
                    context,
                    instance,
                    None,
                    vm_states.BUILDING,
                    None,
                    None,
                    service="api",
                )
        except Exception:
            try:
                written.destroy()
            finally:
                quotas.rollback()
            raise
        quotas.commit()
        return written.instances

    def _new_instance(
        self,
        context: RequestContext,
        request: BootRequest,
        base_options: Mapping[str, Any],
        boot_meta: Mapping[str, Any],
        security_groups: Any,
        instance_group: Any,
        key_pair: Any,
        index: int,
        num_instances: int,
    ) -> Any:
        """Store the request spec, and return the instance, not stored yet."""
        instance_uuid = str(uuid.uuid4())
        req_spec = objects.RequestSpec.from_components(
            context,
            instance_uuid,
            boot_meta,
            request.instance_type,
            base_options["numa_topology"],
            base_options["pci_requests"],
            request.filter_properties,
            instance_group,
            base_options["availability_zone"],
        )
        req_spec.create()
        instance = objects.Instance(context=context)
        instance.uuid = instance_uuid
        instance.update(base_options)
        instance.keypairs = objects.KeyPairList(objects=[key_pair] if key_pair else [])
        return self._populate_instance_for_create(
            context,
            instance,
            boot_meta,
            index,
            security_groups,
            request.instance_type,
            num_instances,
            request.shutdown_terminate,
        )

    def _write_instance(
        self,
        context: RequestContext,
        request: BootRequest,
        instance: Any,
        block_device_mapping: Any,
        written: Provisioned,
    ) -> Any:
        """Store build request, mapping, instance and disks; return the disks."""
        bdms = self._bdm_validate_set_size_and_instance(
            context, instance, request.instance_type, block_device_mapping
        )
        build_request = objects.BuildRequest(
            context,
            instance=instance,
            instance_uuid=instance.uuid,
            project_id=instance.project_id,
            block_device_mappings=bdms,
        )
        build_request.create()
        written.build_requests.append(build_request)

        # No cell yet: who looks for this server now must ask for the build request.
        inst_mapping = objects.InstanceMapping(
            context=context,
            instance_uuid=instance.uuid,
            project_id=context.project_id,
            cell_mapping=None,
        )
        inst_mapping.create()
        written.instance_mappings.append(inst_mapping)

        instance.create()
        written.instances.append(instance)
        self._create_block_device_mapping(bdms)
        return bdms

    def _join_group(
        self,
        context: RequestContext,
        request: BootRequest,
        instance: Any,
        instance_group: Any,
    ) -> None:
        if request.check_server_group_quota:
            count = objects.Quotas.count(
                context, "server_group_members", instance_group, context.user_id
            )
            try:
                objects.Quotas.limit_check(context, server_group_members=count + 1)
            except exception.OverQuota:
                raise exception.QuotaError(
                    "Quota exceeded, too many servers in group"
                ) from None
        objects.InstanceGroup.add_members(context, instance_group.uuid, [instance.uuid])

    def _populate_instance_for_create(
        self,
        context: RequestContext,
        instance: Any,
        image: Mapping[str, Any],
        index: int,
        security_groups: Any,
        instance_type: Any,
        num_instances: int,
        shutdown_terminate: bool,
    ) -> Any:
        """Fill in what the first database row of a server needs."""
        instance.launch_index = index
        instance.vm_state = vm_states.BUILDING
        instance.task_state = task_states.SCHEDULING
        instance.info_cache = objects.InstanceInfoCache(
            instance_uuid=instance.uuid, network_info=network_model.NetworkInfo()
        )
        instance.flavor = instance_type
        instance.old_flavor = None
        instance.new_flavor = None
        instance.ephemeral_key_uuid = None
        system_meta = image_metadata.get_system_metadata_from_image(
            image, instance_type
        )
        system_meta.setdefault("image_base_image_ref", instance.image_ref)
        instance.system_metadata = {**instance.system_metadata, **system_meta}
        instance.security_groups = security_groups
        self._populate_instance_names(instance, num_instances)
        instance.shutdown_terminate = shutdown_terminate
        if num_instances > 1:
            self._apply_instance_name_template(instance, index)
        return instance

    def _populate_instance_names(self, instance: Any, num_instances: int) -> None:
        if instance.display_name is None:
            instance.display_name = hostnames.default_display_name(instance.uuid)
        if num_instances == 1 and not _hostname_of(instance):
            instance.hostname = hostnames.sanitize_hostname(
                instance.display_name, hostnames.default_host_name(instance.uuid)
            )

    def _apply_instance_name_template(self, instance: Any, index: int) -> None:
        original_name = instance.display_name
        new_name = hostnames.name_from_template(instance.uuid, original_name, index)
        instance.display_name = new_name
        if _hostname_of(instance):
            return
        if hostnames.sanitize_hostname(original_name):
            instance.hostname = hostnames.sanitize_hostname(new_name)
        else:
            instance.hostname = hostnames.default_host_name(instance.uuid)


def _hostname_of(instance: Any) -> str | None:
    return instance.hostname if instance.obj_attr_is_set("hostname") else None
