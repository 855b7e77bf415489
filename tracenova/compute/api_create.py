"""From a request to rows in the database and a message to the conductor: all checks.

The order of the checks is Nova's, so that the same bad request gets the same error.

Nova: nova/compute/api.py [_create_instance, _validate_and_build_base_options,
_check_requested_secgroups, _check_requested_networks, _check_config_drive]
"""

import base64
import binascii
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from oslo_utils import strutils

from tracenova import block_device, exception, objects
from tracenova.compute import instance_actions, power_state, vm_states
from tracenova.compute.api_base import BootRequest
from tracenova.compute.api_provision import Provisioning
from tracenova.context import RequestContext
from tracenova.pci import request as pci_request
from tracenova.virt import hardware

LOG = logging.getLogger(__name__)

MAX_USERDATA_SIZE = 65535  # width of the column


class Creation(Provisioning):
    """The create path inside nova-api.

    Nova: nova/compute/api.py API
    """

    def _create_instance(
        self, context: RequestContext, request: BootRequest
    ) -> tuple[list[Any], str]:
        """Check everything, write the servers down, hand them to the conductor.

        Returns:
            The instances, and the reservation id that they have in common.
        """
        if request.image_href:
            image_id, boot_meta = self._get_image(context, request.image_href)
        else:
            image_id = None
            boot_meta = self._get_bdm_image_metadata(
                context, request.block_device_mapping, request.legacy_bdm
            )
        self._check_auto_disk_config(boot_meta, request.auto_disk_config)

        base_options, max_net_count, key_pair = self._validate_and_build_base_options(
            context, request, boot_meta
        )
        _apply_port_quota(request, max_net_count)

        block_device_mapping = self._check_and_transform_bdm(
            context,
            base_options,
            request.instance_type,
            boot_meta,
            request.min_count,
            request.max_count,
            request.block_device_mapping,
            request.legacy_bdm,
        )
        self._checks_for_create_and_rebuild(
            context,
            image_id,
            boot_meta,
            request.instance_type,
            request.metadata,
            request.injected_files,
            block_device_mapping.root_bdm(),
        )
        instance_group = self._get_requested_instance_group(
            context, request.filter_properties
        )
        instances = self._provision_instances(
            context,
            request,
            base_options,
            boot_meta,
            block_device_mapping,
            instance_group,
            key_pair,
        )
        for instance in instances:
            self._record_action_start(context, instance, instance_actions.CREATE)
        self.compute_task_api.build_instances(
            context,
            instances=instances,
            image=boot_meta,
            filter_properties=request.filter_properties,
            admin_password=request.admin_password,
            injected_files=request.injected_files,
            requested_networks=request.requested_networks,
            security_groups=request.security_groups,
            block_device_mapping=block_device_mapping,
            legacy_bdm=False,
        )
        return instances, request.reservation_id

    def _checks_for_create_and_rebuild(
        self,
        context: RequestContext,
        image_id: str | None,
        image: Mapping[str, Any],
        instance_type: Any,
        metadata: Any,
        files_to_inject: Sequence[tuple[str, str]] | None,
        root_bdm: Any,
    ) -> None:
        self._check_metadata_properties_quota(context, metadata)
        self._check_injected_file_quota(context, files_to_inject)
        self._check_requested_image(context, image_id, image, instance_type, root_bdm)

    def _validate_and_build_base_options(
        self,
        context: RequestContext,
        request: BootRequest,
        boot_meta: Mapping[str, Any],
    ) -> tuple[dict[str, Any], int, Any]:
        """Check one wish after another; return what all instances have in common.

        Returns:
            The fields of every instance, how many instances the port quota allows,
            and the KeyPair or None.
        """
        flavor = request.instance_type
        if flavor.disabled:
            raise exception.FlavorNotFound(flavor_id=flavor.id)
        _check_user_data(request.user_data)
        self._check_requested_secgroups(context, request.security_groups)
        max_network_count = self._check_requested_networks(
            context, request.requested_networks, request.max_count
        )
        kernel_id, ramdisk_id = self._handle_kernel_and_ramdisk(
            context, request.kernel_id, request.ramdisk_id, boot_meta
        )
        config_drive = _check_config_drive(request.config_drive)
        key_data, key_pair = _get_key(context, request)
        root_device_name = block_device.prepend_dev(
            block_device.properties_root_device_name(boot_meta.get("properties", {}))
        )
        numa_topology = _get_numa_topology(flavor, boot_meta)
        pci_requests = pci_request.get_pci_requests_from_flavor(flavor)
        self.network_api.create_pci_requests_for_sriov_ports(
            context, pci_requests, request.requested_networks
        )
        base_options = {
            **_options_of_request(context, request),
            "kernel_id": kernel_id or "",
            "ramdisk_id": ramdisk_id or "",
            "config_drive": config_drive,
            "key_data": key_data,
            "root_device_name": root_device_name,
            "pci_requests": pci_requests,
            "numa_topology": numa_topology,
            **self._inherit_properties_from_image(boot_meta, request.auto_disk_config),
        }
        return base_options, max_network_count, key_pair

    def _check_requested_secgroups(
        self, context: RequestContext, secgroups: Sequence[str]
    ) -> None:
        """Check that each group exists; "default" always does.

        Raises:
            SecurityGroupNotFoundForProject: there is no such group.
        """
        for secgroup in secgroups:
            if secgroup == "default":
                continue
            if not self.security_group_api.get(context, secgroup):
                raise exception.SecurityGroupNotFoundForProject(
                    project_id=context.project_id, security_group_id=secgroup
                )

    def _check_requested_networks(
        self, context: RequestContext, requested_networks: Any, max_count: int
    ) -> int:
        """Return for how many instances there are ports; asked of neutron."""
        if requested_networks is not None and requested_networks.no_allocate:
            return max_count
        return int(
            self.network_api.validate_networks(context, requested_networks, max_count)
        )

    @staticmethod
    def _get_requested_instance_group(
        context: RequestContext, filter_properties: Mapping[str, Any] | None
    ) -> Any:
        hints = (filter_properties or {}).get("scheduler_hints") or {}
        group_hint = hints.get("group")
        if not group_hint:
            return None
        return objects.InstanceGroup.get_by_uuid(context, group_hint)


def _apply_port_quota(request: BootRequest, max_net_count: int) -> None:
    """Lower the number of servers to what ports are left for.

    Raises:
        PortLimitExceeded: that is fewer than ``min_count``.
    """
    if max_net_count < request.min_count:
        raise exception.PortLimitExceeded
    if max_net_count < request.max_count:
        LOG.info(
            "max count reduced from %d to %d due to network port quota",
            request.max_count,
            max_net_count,
        )
        request.max_count = max_net_count


def _check_user_data(user_data: str | None) -> None:
    if not user_data:
        return
    if len(user_data) > MAX_USERDATA_SIZE:
        raise exception.InstanceUserDataTooLarge(
            length=len(user_data), maxsize=MAX_USERDATA_SIZE
        )
    try:
        base64.b64decode(user_data)
    except (binascii.Error, ValueError):
        raise exception.InstanceUserDataMalformed from None


def _check_config_drive(config_drive: Any) -> bool | str:
    """Return True or "": the column is a string, and empty means no."""
    if not config_drive:
        return ""
    try:
        wanted = strutils.bool_from_string(config_drive, strict=True)
    except ValueError:
        raise exception.ConfigDriveInvalidValue(option=config_drive) from None
    return True if wanted else ""


def _get_key(context: RequestContext, request: BootRequest) -> tuple[str | None, Any]:
    if request.key_data is not None or request.key_name is None:
        return request.key_data, None
    user_id = context.user_id or ""
    key_pair: Any = objects.KeyPair.get_by_name(context, user_id, request.key_name)
    return key_pair.public_key, key_pair


def _get_numa_topology(flavor: Any, boot_meta: Mapping[str, Any]) -> Any:
    try:
        image_meta = objects.ImageMeta.from_dict(boot_meta)
    except ValueError as error:
        raise exception.InvalidRequest(
            f"Invalid image metadata. Error: {error}"
        ) from error
    return hardware.numa_get_constraints(flavor, image_meta)


def _options_of_request(
    context: RequestContext, request: BootRequest
) -> dict[str, Any]:
    flavor = request.instance_type
    return {
        "reservation_id": request.reservation_id,
        "image_ref": request.image_href,
        "power_state": power_state.NOSTATE,
        "vm_state": vm_states.BUILDING,
        "user_id": context.user_id,
        "project_id": context.project_id,
        "instance_type_id": flavor.id,
        "memory_mb": flavor.memory_mb,
        "vcpus": flavor.vcpus,
        "root_gb": flavor.root_gb,
        "ephemeral_gb": flavor.ephemeral_gb,
        "display_name": request.display_name,
        "display_description": request.display_description,
        "user_data": request.user_data,
        "key_name": request.key_name,
        "locked": False,
        "metadata": dict(request.metadata or {}),
        "access_ip_v4": request.access_ip_v4,
        "access_ip_v6": request.access_ip_v6,
        "availability_zone": request.availability_zone,
        "progress": 0,
        "system_metadata": {},
    }
