"""What the conductor prepares for the scheduler, and what it does when that fails.

Nova: nova/scheduler/utils.py
Left out: ``parse_options`` (only options of metrics weighing use it); server groups
are in ``group_utils.py`` and are offered here under Nova's names too.
"""

import functools
import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any, ParamSpec, TypeVar

import oslo_messaging as messaging
from oslo_serialization import jsonutils

from tracenova import exception, objects, profiler, rpc
from tracenova.compute import flavors
from tracenova.compute import utils as compute_utils
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.objects import base as obj_base
from tracenova.scheduler import group_utils

P = ParamSpec("P")
R = TypeVar("R")

LOG = logging.getLogger(__name__)

FilterProperties = MutableMapping[str, Any]

GroupDetails = group_utils.GroupDetails
setup_instance_group = group_utils.setup_instance_group
validate_filter = group_utils.validate_filter
validate_weigher = group_utils.validate_weigher


@profiler.trace
def build_request_spec(
    ctxt: RequestContext,
    image: Mapping[str, Any] | None,
    instances: Sequence[Any],
    instance_type: Any = None,
) -> dict[str, Any]:
    """Return the request as the old, dictionary form of a request spec.

    All instances have the same flavor, so the first one stands for them. The flavor
    is also written into ``system_metadata``, where old receivers look for it.

    Nova: nova/scheduler/utils.py build_request_spec
    """
    instance = instances[0]
    flavor = instance_type or instance.get_flavor()
    properties = dict(obj_base.obj_to_primitive(instance))
    properties["system_metadata"] = dict(properties.get("system_metadata") or {})
    flavor_p = flavor
    if isinstance(flavor, objects.Flavor):
        flavor_p = obj_base.obj_to_primitive(flavor)
        try:
            flavors.save_flavor_info(properties["system_metadata"], flavor_p)
        except KeyError:
            LOG.debug("The flavor is not complete, it is left out of system_metadata")
    return jsonutils.to_primitive(
        {
            "image": image or {},
            "instance_properties": properties,
            "instance_type": flavor_p,
            "num_instances": len(instances),
        }
    )


def set_vm_state_and_notify(
    context: RequestContext,
    instance_uuid: str,
    service: str,
    method: str,
    updates: Mapping[str, Any],
    ex: BaseException,
    request_spec: Mapping[str, Any],
) -> None:
    """Give up on a server: new state, a fault for the user, a notification for operators.

    Args:
        context: of the request that failed.
        instance_uuid: the server.
        service: who gives up, first half of the event type.
        method: what failed, second half of the event type.
        updates: fields of the instance to set, ``vm_state`` among them.
        ex: why.
        request_spec: what had been asked of the scheduler; {} if it never came to that.

    Nova: nova/scheduler/utils.py set_vm_state_and_notify
    """
    LOG.warning(
        "Failed to %(service)s_%(method)s: %(ex)s",
        {"service": service, "method": method, "ex": ex},
    )
    vm_state = updates["vm_state"]
    properties = request_spec.get("instance_properties", {})
    notifier = rpc.get_notifier(service)
    LOG.warning("Setting instance %s to %s state.", instance_uuid, vm_state.upper())

    instance = objects.Instance(context=context, uuid=instance_uuid, **updates)
    instance.obj_reset_changes(["uuid"])
    instance.save()
    compute_utils.add_instance_fault_from_exc(context, instance, ex, sys.exc_info())

    payload = {
        "request_spec": request_spec,
        "instance_properties": properties,
        "instance_id": instance_uuid,
        "state": vm_state,
        "method": method,
        "reason": ex,
    }
    notifier.error(context, f"{service}.{method}", payload)


def build_filter_properties(
    scheduler_hints: Mapping[str, Any] | None,
    forced_host: str | None,
    forced_node: str | None,
    instance_type: Any,
) -> dict[str, Any]:
    """Return what travels beside the request: hints, flavor, forced host and node.

    Nova: nova/scheduler/utils.py build_filter_properties
    """
    filter_properties: dict[str, Any] = {
        "scheduler_hints": scheduler_hints,
        "instance_type": instance_type,
    }
    if forced_host:
        filter_properties["force_hosts"] = [forced_host]
    if forced_node:
        filter_properties["force_nodes"] = [forced_node]
    return filter_properties


def populate_filter_properties(
    filter_properties: FilterProperties, host_state: Any
) -> None:
    """Note the chosen host: one more that has been tried, and its limits for the claim.

    A forced host gets no limits, so nothing there can refuse the server.

    Nova: nova/scheduler/utils.py populate_filter_properties
    """
    if isinstance(host_state, Mapping):
        host, nodename = host_state["host"], host_state["nodename"]
        limits = host_state["limits"]
    else:
        host, nodename = host_state.host, host_state.nodename
        limits = host_state.limits
    _add_retry_host(filter_properties, host, nodename)
    if not filter_properties.get("force_hosts"):
        filter_properties["limits"] = limits


@profiler.trace
def populate_retry(filter_properties: FilterProperties, instance_uuid: str) -> None:
    """Count one more attempt to build this server.

    Nothing is counted when there is nothing to retry: ``scheduler_max_attempts`` is 1,
    or exactly one host or node is forced.

    Raises:
        MaxRetriesExceeded: tried ``scheduler_max_attempts`` times already.

    Nova: nova/scheduler/utils.py populate_retry
    """
    max_attempts = CONF.scheduler_max_attempts
    force_hosts = filter_properties.get("force_hosts", [])
    force_nodes = filter_properties.get("force_nodes", [])
    if max_attempts == 1 or len(force_hosts) == 1 or len(force_nodes) == 1:
        return

    retry = filter_properties.setdefault("retry", {"num_attempts": 0, "hosts": []})
    retry["num_attempts"] += 1
    _log_compute_error(instance_uuid, retry)
    exc_reason = retry.pop("exc_reason", None)

    if retry["num_attempts"] > max_attempts:
        raise exception.MaxRetriesExceeded(
            reason=f"Exceeded max scheduling attempts {max_attempts} for instance "
            f"{instance_uuid}. Last exception: {exc_reason}"
        )


def _log_compute_error(instance_uuid: str, retry: Mapping[str, Any]) -> None:
    exc = retry.get("exc")
    hosts = retry.get("hosts")
    if not exc or not hosts:
        return
    last_host, last_node = hosts[-1]
    LOG.error(
        "Instance %(uuid)s: error from last host: %(host)s (node %(node)s): %(exc)s",
        {"uuid": instance_uuid, "host": last_host, "node": last_node, "exc": exc},
    )


def _add_retry_host(filter_properties: FilterProperties, host: str, node: str) -> None:
    retry = filter_properties.get("retry")
    if retry:
        retry["hosts"].append([host, node])


def retry_on_timeout(
    retries: int | Callable[[], int] = 1,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Call the function again when no answer came: its service may have died.

    The outcome of a timeout is not known: the first call may still be worked on.

    Args:
        retries: how often, or a function that says it when the call is made.

    Nova: nova/scheduler/utils.py retry_on_timeout
    """

    def outer(func: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(func)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            allowed = retries() if callable(retries) else retries
            attempt = 0
            while True:
                try:
                    return func(*args, **kwargs)
                except messaging.MessagingTimeout:
                    attempt += 1
                    if attempt > allowed:
                        raise
                    LOG.warning(
                        "Retrying %(name)s after a MessagingTimeout, "
                        "attempt %(attempt)s of %(retries)s.",
                        {
                            "attempt": attempt,
                            "retries": allowed,
                            "name": getattr(func, "__name__", "call"),
                        },
                    )

        return wrapped

    return outer


retry_select_destinations = retry_on_timeout(lambda: CONF.scheduler_max_attempts - 1)


def request_is_rebuild(spec_obj: Any) -> bool:
    """Say whether the request rebuilds a server where it stands.

    Nova: nova/scheduler/utils.py request_is_rebuild
    """
    if not spec_obj or "scheduler_hints" not in spec_obj:
        return False
    return bool(spec_obj.scheduler_hints.get("_nova_check_type") == ["rebuild"])
