"""The payload of a legacy notification about an instance.

Nova: nova/notifications/base.py info_from_instance; bandwidth and audit periods are
left out.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from tracenova.conf import CONF
from tracenova.context import RequestContext

Payload = dict[str, Any]


def info_from_instance(
    context: RequestContext,
    instance: Any,
    network_info: Iterable[Any] | None,
    system_metadata: Mapping[str, str] | None,
    **extra: Any,
) -> Payload:
    """Describe an instance as every legacy notification does.

    Args:
        context: unused, as in Nova.
        instance: whom the notification is about.
        network_info: its VIFs, when the addresses belong in the payload.
        system_metadata: where image properties are read when the row is gone.
        **extra: further keys.

    Nova: nova/notifications/base.py info_from_instance
    """
    info = _identity(instance) | _capacity(instance) | _place_and_time(instance)
    info |= _status(instance)
    if network_info is not None:
        info["fixed_ips"] = _fixed_ips(network_info)
    metadata = (
        system_metadata if system_metadata is not None else instance.system_metadata
    )
    info["image_meta"] = image_meta(metadata)
    info["metadata"] = dict(instance.metadata)
    return info | extra


def image_meta(system_metadata: Mapping[str, str]) -> dict[str, str]:
    """Return the image properties that the instance keeps in its system metadata.

    Nova: nova/notifications/base.py image_meta
    """
    prefix = "image_"
    return {
        key.removeprefix(prefix): value
        for key, value in system_metadata.items()
        if key.startswith(prefix)
    }


def _identity(instance: Any) -> Payload:
    return {
        "tenant_id": instance.project_id,
        "user_id": instance.user_id,
        "instance_id": instance.uuid,
        "display_name": instance.display_name,
        "reservation_id": instance.reservation_id,
        "hostname": instance.hostname,
    }


def _capacity(instance: Any) -> Payload:
    flavor = instance.flavor
    return {
        "instance_type": flavor.name,
        "instance_type_id": instance.instance_type_id,
        "instance_flavor_id": flavor.flavorid,
        "architecture": instance.architecture,
        "memory_mb": flavor.memory_mb,
        "disk_gb": flavor.root_gb + flavor.ephemeral_gb,
        "vcpus": flavor.vcpus,
        "root_gb": flavor.root_gb,
        "ephemeral_gb": flavor.ephemeral_gb,
    }


def _place_and_time(instance: Any) -> Payload:
    return {
        "host": instance.host,
        "node": instance.node,
        "availability_zone": instance.availability_zone,
        "cell_name": instance.cell_name or "",
        "created_at": str(instance.created_at),
        "terminated_at": _time_or_empty(instance.terminated_at),
        "deleted_at": _time_or_empty(instance.deleted_at),
        "launched_at": _time_or_empty(instance.launched_at),
    }


def _status(instance: Any) -> Payload:
    return {
        "image_ref_url": generate_image_url(instance.image_ref),
        "os_type": instance.os_type,
        "kernel_id": instance.kernel_id,
        "ramdisk_id": instance.ramdisk_id,
        "state": instance.vm_state,
        "state_description": instance.task_state or "",
        "progress": instance.progress or "",
        "access_ip_v4": _text_or_none(instance.access_ip_v4),
        "access_ip_v6": _text_or_none(instance.access_ip_v6),
    }


def generate_image_url(image_ref: str | None) -> str:
    """Return where glance shows the image.

    Nova: nova/image/glance.py generate_image_url
    """
    servers = CONF.glance.api_servers
    server = servers[0] if isinstance(servers, list) else servers
    return f"{server}/images/{image_ref}"


def _fixed_ips(network_info: Iterable[Any]) -> list[Payload]:
    return [
        {**ip, "label": vif["network"]["label"], "vif_mac": vif["address"]}
        for vif in network_info
        for ip in vif.fixed_ips()
    ]


def _time_or_empty(moment: datetime.datetime | None) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") if moment else ""


def _text_or_none(address: object) -> str | None:
    return None if address is None else str(address)
