"""What the services say about an instance: faults, notifications, action events.

Nova: nova/compute/utils.py; usage audits, quota deltas of resize, and notifications
of aggregates, hosts and server groups are left out. Device names are in
``device_names.py`` and are offered here under Nova's names too.
"""

import functools
import logging
import traceback
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

from tracenova import objects, safe_utils
from tracenova.compute import device_names, power_state, task_states
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.network import model as network_model
from tracenova.notifications import usage_info, versioned

LOG = logging.getLogger(__name__)

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
ExcInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None]
    | tuple[None, None, None]
)

MESSAGE_LIMIT = 255  # width of the column instance_faults.message

get_device_name_for_instance = device_names.get_device_name_for_instance
default_device_names_for_instance = device_names.default_device_names_for_instance
get_next_device_name = device_names.get_next_device_name
get_root_bdm = device_names.get_root_bdm
is_volume_backed_instance = device_names.is_volume_backed_instance


# --- faults -------------------------------------------------------------------
def exception_to_dict(
    fault: BaseException, message: str | None = None
) -> dict[str, Any]:
    """Return exception, message and code as a fault row or a notification shows them.

    Nova: nova/compute/utils.py exception_to_dict
    """
    code = getattr(fault, "kwargs", {}).get("code", 500)
    text = message or _message_of(fault) or type(fault).__name__
    return {"exception": repr(fault), "message": text[:MESSAGE_LIMIT], "code": code}


def add_instance_fault_from_exc(
    context: RequestContext,
    instance: Any,
    fault: BaseException,
    exc_info: ExcInfo | None = None,
    fault_message: str | None = None,
) -> None:
    """Write down why the instance failed, for ``GET /servers/{id}`` to show.

    Nova: nova/compute/utils.py add_instance_fault_from_exc
    """
    described = exception_to_dict(fault, message=fault_message)
    objects.InstanceFault(
        context=context,
        host=CONF.host,
        instance_uuid=instance.uuid,
        message=described["message"],
        code=described["code"],
        details=_get_fault_details(exc_info, described["code"]),
    ).create()


def _message_of(fault: BaseException) -> str:
    format_message = getattr(fault, "format_message", None)
    return str(format_message()) if format_message else str(fault)


def _get_fault_details(exc_info: ExcInfo | None, error_code: int) -> str:
    if exc_info is None or exc_info[2] is None or error_code != 500:
        return ""
    return "".join(traceback.format_tb(exc_info[2]))


# --- notifications ------------------------------------------------------------
def notify_about_instance_usage(
    notifier: Any,
    context: RequestContext,
    instance: Any,
    event_suffix: str,
    network_info: Iterable[Any] | None = None,
    system_metadata: Mapping[str, str] | None = None,
    extra_usage_info: Mapping[str, Any] | None = None,
    fault: BaseException | None = None,
) -> None:
    """Send the legacy notification ``compute.instance.<event_suffix>``.

    A suffix that ends in ``error`` goes out with priority ERROR, others with INFO.

    Nova: nova/compute/utils.py notify_about_instance_usage
    """
    payload = usage_info.info_from_instance(
        context, instance, network_info, system_metadata, **(extra_usage_info or {})
    )
    if fault is not None:
        payload |= exception_to_dict(fault)
        LOG.debug("[instance: %s] %s", instance.uuid, payload["message"])
    send = notifier.error if event_suffix.endswith("error") else notifier.info
    send(context, f"compute.instance.{event_suffix}", payload)


def notify_about_instance_action(
    context: RequestContext,
    instance: Any,
    host: str,
    action: str,
    phase: str | None = None,
    binary: str = "nova-compute",
) -> None:
    """Send the versioned notification ``instance.<action>.<phase>``.

    Nova: nova/compute/utils.py notify_about_instance_action
    """
    payload = versioned.instance_action_payload(
        instance, get_nw_info_for_instance(instance)
    )
    event_type = ".".join(part for part in ("instance", action, phase) if part)
    versioned.emit(context, f"{binary}:{host}", event_type, payload)


# --- small questions to an instance -------------------------------------------
def get_nw_info_for_instance(instance: Any) -> Any:
    """Return the cached network info; none cached: an empty one.

    Nova: nova/compute/utils.py get_nw_info_for_instance
    """
    if instance.info_cache is None:
        return network_model.NetworkInfo.hydrate([])
    return instance.info_cache.network_info


def refresh_info_cache_for_instance(context: RequestContext, instance: Any) -> None:
    """Read the instance's network info cache again.

    Nova: nova/compute/utils.py refresh_info_cache_for_instance
    """
    if instance.info_cache is not None:
        instance.info_cache.refresh()


def get_value_from_system_metadata(
    instance: Any, key: str, type: Callable[[Any], T], default: T
) -> T:
    """Return a typed value of the system metadata, or the default.

    Nova: nova/compute/utils.py get_value_from_system_metadata
    """
    value = instance.system_metadata.get(key, default)
    try:
        return type(value)
    except ValueError:
        LOG.warning(
            "[instance: %s] metadata value %s of %s is malformed, using %s",
            instance.uuid,
            value,
            key,
            default,
        )
        return default


def get_reboot_type(task_state: str | None, current_power_state: int) -> str:
    """Say whether a reboot that was interrupted goes on SOFT or HARD.

    Nova: nova/compute/utils.py get_reboot_type
    """
    soft = (
        task_states.REBOOT_STARTED,
        task_states.REBOOT_PENDING,
        task_states.REBOOTING,
    )
    if current_power_state == power_state.RUNNING and task_state in soft:
        return "SOFT"
    return "HARD"


# --- instance actions ---------------------------------------------------------
class EventReporter:
    """Write down start, end and result of one step of an instance's action.

    Nova: nova/compute/utils.py EventReporter
    """

    def __init__(
        self, context: RequestContext, event_name: str, *instance_uuids: str
    ) -> None:
        self.context = context
        self.event_name = event_name
        self.instance_uuids = instance_uuids

    def __enter__(self) -> Self:
        for uuid in self.instance_uuids:
            objects.InstanceActionEvent.event_start(
                self.context, uuid, self.event_name, want_result=False
            )
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        for uuid in self.instance_uuids:
            objects.InstanceActionEvent.event_finish_with_failure(
                self.context,
                uuid,
                self.event_name,
                exc_val=exc_val,
                exc_tb=exc_tb,
                want_result=False,
            )


def wrap_instance_event(prefix: str) -> Callable[[F], F]:
    """Report the decorated method as a step named ``<prefix>_<method>``.

    Nova: nova/compute/utils.py wrap_instance_event
    """

    def helper(function: F) -> F:
        @functools.wraps(function)
        def decorated(
            self: Any, context: RequestContext, *args: Any, **kwargs: Any
        ) -> Any:
            call = safe_utils.bound_arguments(function, self, context, *args, **kwargs)
            event_name = f"{prefix}_{function.__name__}"
            with EventReporter(context, event_name, call["instance"].uuid):
                return function(self, context, *args, **kwargs)

        return decorated  # type: ignore[return-value]  # wraps keeps the signature

    return helper


class UnlimitedSemaphore:
    """A semaphore that lets everybody in (``max_concurrent_builds = 0``).

    Nova: nova/compute/utils.py UnlimitedSemaphore
    """

    def __enter__(self) -> None:
        """Enter at once."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        """Leave."""
