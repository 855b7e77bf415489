"""Whom compute.API works with, and what a request to create servers consists of.

Nova: nova/compute/api.py API.__init__
Left out: consoleauth, the key manager, cells v1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracenova import conductor, image, network, objects, rpc, servicegroup
from tracenova.compute import rpcapi as compute_rpcapi
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.network.security_group import openstack_driver
from tracenova.volume import cinder

VIDEO_RAM = "hw_video:ram_max_mb"


@dataclass(slots=True, kw_only=True)
class BootRequest:
    """One request for one or more servers, as the checks pass it on.

    Attributes:
        instance_type: the Flavor.
        image_href: the image asked for; None when a volume is the root disk.
        min_count: fewer servers than this are a failure.
        max_count: as many as this are wanted; checks may lower it.
        security_groups: names or ids.
        requested_networks: NetworkRequestList, or None for whatever there is.
        block_device_mapping: disks, as dictionaries of the user's request.
        legacy_bdm: the disks are in format version 1.
        filter_properties: hints, flavor and forced host for the scheduler.

    Nova: the parameters of nova/compute/api.py _create_instance
    """

    instance_type: Any
    image_href: str | None
    kernel_id: str | None = None
    ramdisk_id: str | None = None
    min_count: int
    max_count: int
    display_name: str | None = None
    display_description: str | None = None
    key_name: str | None = None
    key_data: str | None = field(default=None, repr=False)
    security_groups: Sequence[str]
    availability_zone: str | None = None
    user_data: str | None = field(default=None, repr=False)
    metadata: Mapping[str, str] | None = None
    injected_files: Sequence[tuple[str, str]] | None = field(default=None, repr=False)
    admin_password: str | None = field(default=None, repr=False)
    access_ip_v4: str | None = None
    access_ip_v6: str | None = None
    requested_networks: Any = None
    config_drive: Any = None
    block_device_mapping: list[Any]
    auto_disk_config: bool | None = None
    filter_properties: dict[str, Any]
    reservation_id: str
    legacy_bdm: bool = True
    shutdown_terminate: bool = False
    check_server_group_quota: bool = False


class ApiBase:
    """The neighbours that every part of compute.API may speak to.

    Nova: nova/compute/api.py API
    """

    def __init__(
        self,
        image_api: Any = None,
        network_api: Any = None,
        volume_api: Any = None,
        security_group_api: Any = None,
    ) -> None:
        self.image_api = image_api or image.API()
        self.network_api = network_api or network.API()
        self.volume_api = volume_api or cinder.API()
        self.security_group_api = (
            security_group_api or openstack_driver.get_openstack_security_group_driver()
        )
        self.compute_rpcapi = compute_rpcapi.ComputeAPI()
        self.compute_task_api = conductor.ComputeTaskAPI()
        self.servicegroup_api = servicegroup.API()
        self.notifier = rpc.get_notifier("compute", CONF.host)

    def _record_action_start(
        self, context: RequestContext, instance: Any, action: str
    ) -> None:
        objects.InstanceAction.action_start(
            context, instance.uuid, action, want_result=False
        )
