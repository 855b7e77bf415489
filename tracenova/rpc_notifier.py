"""The notifier of legacy notifications, and the list of those that may still be sent.

Nova: nova/rpc.py LegacyValidatingNotifier
"""

import functools
import logging
from collections.abc import Callable, Mapping
from typing import Any

LOG = logging.getLogger(__name__)

_STEPS = ("start", "end")


def _steps(*event_types: str) -> set[str]:
    return {f"{event_type}.{step}" for event_type in event_types for step in _STEPS}


class LegacyValidatingNotifier:
    """Sends legacy notifications, and warns of event types that Nova does not know.

    Nova takes no new legacy notifications: what is new is versioned. The methods are
    the priorities: ``notifier.info(context, event_type, payload)``.

    Nova: nova/rpc.py LegacyValidatingNotifier. Left out of the list: event types of
    what this Nova cannot do (migrations, networks of its own).
    """

    fatal = False
    """Raise instead of warning: for tests."""

    allowed_legacy_notification_event_types = frozenset(
        _steps(
            "compute.instance.create",
            "compute.instance.create_ip",
            "compute.instance.delete",
            "compute.instance.delete_ip",
            "compute.instance.pause",
            "compute.instance.power_off",
            "compute.instance.power_on",
            "compute.instance.reboot",
            "compute.instance.rebuild",
            "compute.instance.resize",
            "compute.instance.resume",
            "compute.instance.shutdown",
            "compute.instance.snapshot",
            "compute.instance.soft_delete",
            "compute.instance.suspend",
            "compute.instance.unpause",
            "keypair.create",
            "keypair.delete",
            "keypair.import",
            "scheduler.select_destinations",
        )
        | {
            "api.fault",
            "compute.instance.create.error",
            "compute.instance.exists",
            "compute.instance.rebuild.error",
            "compute.instance.rebuild.scheduled",
            "compute.instance.update",
            "compute.instance.volume.attach",
            "compute.instance.volume.detach",
            "compute.libvirt.error",
            "compute.metrics.update",
            "compute_task.build_instances",
            "compute_task.rebuild_server",
            "servergroup.addmember",
            "servergroup.create",
            "servergroup.delete",
            "volume.usage",
        }
    )

    debug: Callable[..., None]
    info: Callable[..., None]
    warn: Callable[..., None]
    error: Callable[..., None]
    critical: Callable[..., None]

    def __init__(self, notifier: Any) -> None:
        self.notifier = notifier
        for priority in ("debug", "info", "warn", "error", "critical"):
            setattr(self, priority, functools.partial(self._notify, priority))

    def _notify(
        self, priority: str, ctxt: Any, event_type: str, payload: Mapping[str, Any]
    ) -> None:
        known = event_type in self.allowed_legacy_notification_event_types
        if not known and not self._is_wrap_exception_notification(payload):
            text = f"{event_type} is not a versioned notification and not whitelisted."
            if self.fatal:
                raise AssertionError(text)
            LOG.warning(text)
        getattr(self.notifier, priority)(ctxt, event_type, payload)

    def _is_wrap_exception_notification(self, payload: Mapping[str, Any]) -> bool:
        """Say whether it is a failed method's, whose name is then the event type."""
        return set(payload) == {"exception", "args"}
