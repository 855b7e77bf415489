"""``compute.instance.update`` and ``instance.update``: a server's state has changed.

Sent only when ``notify_on_state_change`` asks for it, which by default it does not.

Nova: nova/notifications/base.py
Left out: api.fault, bandwidth and audit periods in the payload.
"""

import logging
from typing import Any

from tracenova import exception, rpc
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.notifications import usage_info, versioned

LOG = logging.getLogger(__name__)

_BINARIES = {"api": "nova-api", "compute": "nova-compute"}


def send_update(
    context: RequestContext,
    old_instance: Any,
    new_instance: Any,
    service: str = "compute",
    host: str | None = None,
) -> None:
    """Announce a save of the instance, if it changed a state that is to be announced.

    Nova: nova/notifications/base.py send_update
    """
    send_update_with_states(
        context,
        new_instance,
        old_instance["vm_state"],
        new_instance["vm_state"],
        old_instance["task_state"],
        new_instance["task_state"],
        service,
        host,
        verify_states=True,
    )


def send_update_with_states(
    context: RequestContext,
    instance: Any,
    old_vm_state: str | None,
    new_vm_state: str | None,
    old_task_state: str | None,
    new_task_state: str | None,
    service: str = "compute",
    host: str | None = None,
    verify_states: bool = False,
) -> None:
    """Announce the states of the instance.

    Args:
        context: of the request that changed them.
        instance: whose states.
        old_vm_state: None for the instance's own, as for the three below.
        new_vm_state: the vm state now.
        old_task_state: the task state before.
        new_task_state: the task state now.
        service: who announces: ``api`` or ``compute``.
        host: host of the announcer; by default the acting service's.
        verify_states: announce only if a state has changed that is to be announced.

    Nova: nova/notifications/base.py send_update_with_states
    """
    wanted = CONF.notify_on_state_change
    if not wanted:
        return
    changed = old_vm_state != new_vm_state or (
        wanted == "vm_and_task_state" and old_task_state != new_task_state
    )
    if verify_states and not changed:
        return
    states = {
        "old_state": _first(old_vm_state, instance.vm_state),
        "state": _first(new_vm_state, instance.vm_state),
        "old_task_state": _first(old_task_state, instance.task_state),
        "new_task_state": _first(new_task_state, instance.task_state),
    }
    try:
        _send_instance_update_notification(context, instance, states, service, host)
    except exception.InstanceNotFound:
        LOG.debug("Instance %s is gone, no update is sent", instance.uuid)
    except Exception:
        LOG.exception("Failed to send state update notification")


def _first(given: str | None, otherwise: str | None) -> str | None:
    return otherwise if given is None else given


def _send_instance_update_notification(
    context: RequestContext,
    instance: Any,
    states: dict[str, str | None],
    service: str,
    host: str | None,
) -> None:
    host = host or CONF.host
    payload = usage_info.info_from_instance(context, instance, None, None) | states
    rpc.get_notifier(service, host).info(context, "compute.instance.update", payload)

    action = versioned.instance_action_payload(instance, None)
    versioned.emit(
        context,
        f"{_BINARIES.get(service, service)}:{host}",
        "instance.update",
        {**action, "state_update": states},
    )
