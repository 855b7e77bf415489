"""Versioned notifications of the compute: what happened, in objects with a version.

Newton sends few of them: ``instance.delete``, power on, restore, and
``compute.exception``; a boot has none.

Nova: nova/notifications/objects/ (base.py, instance.py, exception.py); payloads are
written here as the primitive that Nova's payload objects become on the wire.
"""

import traceback
from collections.abc import Mapping
from typing import Any, Literal

from tracenova import rpc
from tracenova.context import RequestContext

Priority = Literal["info", "error"]


def emit(
    context: RequestContext,
    publisher_id: str,
    event_type: str,
    payload: Mapping[str, Any],
    priority: Priority = "info",
) -> None:
    """Send one versioned notification.

    Nova: nova/notifications/objects/base.py NotificationBase.emit
    """
    notifier = rpc.get_versioned_notifier(publisher_id)
    getattr(notifier, priority)(context, event_type, payload)


def emit_exception(
    context: RequestContext, error: BaseException, host: str, binary: str
) -> None:
    """Send ``compute.exception``: what was raised, and where.

    Nova: nova/notifications/objects/exception.py ExceptionNotification
    """
    frames = traceback.extract_tb(error.__traceback__)
    data = {
        "module_name": frames[-1].filename if frames else "",
        "function_name": frames[-1].name if frames else "",
        "exception": type(error).__name__,
        "exception_message": str(error),
    }
    payload = versioned("ExceptionPayload", data)
    emit(context, f"{binary}:{host}", "compute.exception", payload, "error")


def instance_action_payload(instance: Any, network_info: Any) -> dict[str, Any]:
    """Return the payload of ``instance.<action>``.

    Nova: nova/notifications/objects/instance.py InstanceActionPayload
    """
    data = {
        "uuid": instance.uuid,
        "user_id": instance.user_id,
        "tenant_id": instance.project_id,
        "reservation_id": instance.reservation_id,
        "display_name": instance.display_name,
        "host_name": instance.hostname,
        "host": instance.host,
        "node": instance.node,
        "os_type": instance.os_type,
        "architecture": instance.architecture,
        "availability_zone": instance.availability_zone,
        "image_uuid": instance.image_ref,
        "kernel_id": instance.kernel_id,
        "ramdisk_id": instance.ramdisk_id,
        "state": instance.vm_state,
        "power_state": instance.power_state,
        "task_state": instance.task_state,
        "progress": instance.progress,
        "metadata": dict(instance.metadata),
        "flavor": _flavor_payload(instance.flavor),
        "ip_addresses": _ip_payloads(network_info),
        "fault": None,
    }
    times = ("created_at", "launched_at", "terminated_at", "deleted_at")
    data |= {name: _time(getattr(instance, name)) for name in times}
    return versioned("InstanceActionPayload", data)


def versioned(
    name: str, data: Mapping[str, Any], version: str = "1.0"
) -> dict[str, Any]:
    """Wrap data as oslo.versionedobjects writes an object."""
    return {
        "nova_object.name": name,
        "nova_object.namespace": "nova",
        "nova_object.version": version,
        "nova_object.data": dict(data),
    }


def _flavor_payload(flavor: Any) -> dict[str, Any]:
    columns = ("flavorid", "memory_mb", "vcpus", "root_gb", "ephemeral_gb")
    return versioned("FlavorPayload", {name: getattr(flavor, name) for name in columns})


def _ip_payloads(network_info: Any) -> list[dict[str, Any]]:
    return [
        versioned(
            "IpPayload",
            {
                "label": vif["network"]["label"],
                "mac": vif["address"],
                "meta": vif["meta"],
                "port_uuid": vif["id"],
                "version": ip["version"],
                "address": ip["address"],
                "device_name": vif["devname"],
            },
        )
        for vif in network_info or ()
        for ip in vif.fixed_ips()
    ]


def _time(moment: Any) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
