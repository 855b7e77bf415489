"""What controllers share: the status of a server, pages of lists, fetching things.

Nova: nova/api/openstack/common.py. Left out: cells. Links
are in :mod:`tracenova.api.openstack.view_builder`.
"""

import functools
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import webob.exc
from oslo_utils import strutils

from tracenova import exception, objects
from tracenova.api.openstack import api_params
from tracenova.api.openstack.view_builder import ViewBuilder
from tracenova.compute import task_states, vm_states
from tracenova.compute import utils as compute_utils
from tracenova.conf import CONF
from tracenova.context import RequestContext

__all__ = ["ViewBuilder"]

LOG = logging.getLogger(__name__)
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

_REBUILD = {
    task_states.REBUILDING: "REBUILD",
    task_states.REBUILD_BLOCK_DEVICE_MAPPING: "REBUILD",
    task_states.REBUILD_SPAWNING: "REBUILD",
}
_RESIZE = {
    task_states.RESIZE_PREP: "RESIZE",
    task_states.RESIZE_MIGRATING: "RESIZE",
    task_states.RESIZE_MIGRATED: "RESIZE",
    task_states.RESIZE_FINISH: "RESIZE",
}
_STATE_MAP: dict[str, dict[str, str]] = {
    vm_states.ACTIVE: {
        "default": "ACTIVE",
        task_states.REBOOTING: "REBOOT",
        task_states.REBOOT_PENDING: "REBOOT",
        task_states.REBOOT_STARTED: "REBOOT",
        task_states.REBOOTING_HARD: "HARD_REBOOT",
        task_states.REBOOT_PENDING_HARD: "HARD_REBOOT",
        task_states.REBOOT_STARTED_HARD: "HARD_REBOOT",
        task_states.UPDATING_PASSWORD: "PASSWORD",
        task_states.MIGRATING: "MIGRATING",
        **_REBUILD,
        **_RESIZE,
    },
    vm_states.BUILDING: {"default": "BUILD"},
    vm_states.STOPPED: {"default": "SHUTOFF", **_RESIZE, **_REBUILD},
    vm_states.RESIZED: {
        "default": "VERIFY_RESIZE",
        task_states.RESIZE_REVERTING: "REVERT_RESIZE",
    },
    vm_states.PAUSED: {"default": "PAUSED", task_states.MIGRATING: "MIGRATING"},
    vm_states.SUSPENDED: {"default": "SUSPENDED"},
    vm_states.RESCUED: {"default": "RESCUE"},
    vm_states.ERROR: {"default": "ERROR", **_REBUILD},
    vm_states.DELETED: {"default": "DELETED"},
    vm_states.SOFT_DELETED: {"default": "SOFT_DELETED"},
    vm_states.SHELVED: {"default": "SHELVED"},
    vm_states.SHELVED_OFFLOADED: {"default": "SHELVED_OFFLOADED"},
}


def status_from_state(vm_state: str | None, task_state: str | None = "default") -> str:
    """Return the status that users see: one word for vm_state and task_state.

    Nova: nova/api/openstack/common.py status_from_state
    """
    task_map = _STATE_MAP.get(vm_state or "", {"default": "UNKNOWN"})
    status = task_map.get(task_state or "default", task_map["default"])
    if status == "UNKNOWN":
        LOG.error(
            "No status for vm_state %s and task_state %s: is the database damaged?",
            vm_state,
            task_state,
        )
    return status


def task_and_vm_state_from_status(
    statuses: Sequence[str],
) -> tuple[list[str], list[str]]:
    """Return the vm_states and task_states in which a server has one of the statuses.

    Nova: nova/api/openstack/common.py task_and_vm_state_from_status
    """
    wanted = {status.upper() for status in statuses}
    found = [
        (vm_state, task_state)
        for vm_state, task_map in _STATE_MAP.items()
        for task_state, status in task_map.items()
        if status in wanted
    ]
    return sorted({vm for vm, _ in found}), sorted({task for _, task in found})


def get_sort_params(
    input_params: Any, default_key: str = "created_at", default_dir: str = "desc"
) -> tuple[list[str], list[str]]:
    """Return the sort keys and directions of a query, newest first by default.

    Nova: nova/api/openstack/common.py get_sort_params
    """
    keys = [key.strip() for key in input_params.getall("sort_key")]
    directions = [way.strip() for way in input_params.getall("sort_dir")]
    return keys or [default_key], directions or [default_dir]


def get_pagination_params(request: Any) -> dict[str, Any]:
    """Return limit, page_size, marker and offset as far as the query has them.

    Raises:
        webob.exc.HTTPBadRequest: one is no number, or negative.

    Nova: nova/api/openstack/common.py get_pagination_params
    """
    params: dict[str, Any] = {}
    for name in ("limit", "page_size", "offset"):
        if name in request.GET:
            params[name] = _get_int_param(request, name)
    if "marker" in request.GET:
        params["marker"] = request.GET["marker"]
    return params


def _get_int_param(request: Any, name: str) -> int:
    try:
        return api_params.validate_integer(request.GET[name], name, min_value=0)
    except exception.InvalidInput as error:
        raise webob.exc.HTTPBadRequest(explanation=error.format_message()) from error


def limited(items: Sequence[T], request: Any) -> Sequence[T]:
    """Return the part of the items that offset and limit ask for.

    Nova: nova/api/openstack/common.py limited
    """
    params = get_pagination_params(request)
    offset = params.get("offset", 0)
    limit = min(CONF.osapi_max_limit, params.get("limit") or CONF.osapi_max_limit)
    return items[offset : offset + limit]


def get_limit_and_marker(request: Any) -> tuple[int, str | None]:
    """Return the page size, at most ``osapi_max_limit``, and where the page begins.

    Nova: nova/api/openstack/common.py get_limit_and_marker
    """
    params = get_pagination_params(request)
    limit = min(CONF.osapi_max_limit, params.get("limit", CONF.osapi_max_limit))
    return limit, params.get("marker")


def get_networks_for_instance(instance: Any) -> dict[str, dict[str, list[Any]]]:
    """Return the addresses of a server by network, as its info cache knows them.

    Nova: nova/api/openstack/common.py get_networks_for_instance
    """
    networks: dict[str, dict[str, list[Any]]] = {}
    for vif in compute_utils.get_nw_info_for_instance(instance):
        label = vif["network"]["label"]
        known = networks.setdefault(label, {"ips": [], "floating_ips": []})
        for kind, addresses in (
            ("ips", vif.fixed_ips()),
            ("floating_ips", vif.floating_ips()),
        ):
            for address in addresses:
                address["mac_address"] = vif["address"]
            known[kind].extend(addresses)
    return networks


def check_snapshots_enabled(f: F) -> F:
    """Refuse the action where the operator has switched images of servers off.

    Raises:
        webob.exc.HTTPBadRequest: he has.

    Nova: nova/api/openstack/common.py check_snapshots_enabled
    """

    @functools.wraps(f)
    def inner(*args: Any, **kwargs: Any) -> Any:
        if not CONF.allow_instance_snapshots:
            LOG.warning("Rejecting snapshot request, snapshots currently disabled")
            raise webob.exc.HTTPBadRequest(
                explanation="Instance snapshots are not permitted at this time."
            )
        return f(*args, **kwargs)

    return inner  # type: ignore[return-value]  # wraps keeps the signature


def check_img_metadata_properties_quota(
    context: RequestContext, metadata: Mapping[str, str]
) -> None:
    """Refuse more properties of an image than a server may have metadata.

    Raises:
        webob.exc.HTTPForbidden: there are more.

    Nova: nova/api/openstack/common.py check_img_metadata_properties_quota; the lengths of
    keys are the schema's to check
    """
    if not metadata:
        return
    try:
        objects.Quotas.limit_check(context, metadata_items=len(metadata))
    except exception.OverQuota as error:
        raise webob.exc.HTTPForbidden(
            explanation="Image metadata limit exceeded"
        ) from error


def raise_http_conflict_for_instance_invalid_state(
    exc: exception.NovaException, action: str, server_id: str
) -> NoReturn:
    """Say that the server is not in a state for the action.

    Raises:
        webob.exc.HTTPConflict: always.

    Nova: nova/api/openstack/common.py raise_http_conflict_for_instance_invalid_state
    """
    attr, state = exc.kwargs.get("attr"), exc.kwargs.get("state")
    text = f"Instance {server_id} is in an invalid state for '{action}'"
    if attr is not None and state is not None:
        text = f"Cannot '{action}' instance {server_id} while it is in {attr} {state}"
    raise webob.exc.HTTPConflict(explanation=text)


@contextmanager
def conflicts(action: str, server_id: str) -> Iterator[None]:
    """Answer for a server that cannot do it now, or not for this user, or is gone.

    Raises:
        webob.exc.HTTPConflict: locked, not built yet, or in another state.
        webob.exc.HTTPNotFound: deleted meanwhile.
    """
    try:
        yield
    except (exception.InstanceNotReady, exception.InstanceIsLocked) as error:
        raise webob.exc.HTTPConflict(explanation=error.format_message()) from error
    except exception.InstanceInvalidState as error:
        raise_http_conflict_for_instance_invalid_state(error, action, server_id)
    except exception.InstanceNotFound as error:
        raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error


def get_instance(
    compute_api: Any,
    context: RequestContext,
    instance_id: str,
    expected_attrs: list[str] | None = None,
) -> Any:
    """Return a server of the user.

    Raises:
        webob.exc.HTTPNotFound: there is none of this id.

    Nova: nova/api/openstack/common.py get_instance
    """
    try:
        return compute_api.get(context, instance_id, expected_attrs=expected_attrs)
    except exception.InstanceNotFound as error:
        raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error


def get_flavor(context: RequestContext, flavor_id: str) -> Any:
    """Return a flavor.

    Raises:
        webob.exc.HTTPNotFound: there is none of this id.

    Nova: nova/api/openstack/common.py get_flavor
    """
    try:
        return objects.Flavor.get_by_flavor_id(context, flavor_id)
    except exception.FlavorNotFound as error:
        raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error


def normalize_name(name: str) -> str:
    """Return the name without blanks at its ends; /v2 allows such names.

    Nova: nova/api/openstack/common.py normalize_name
    """
    return name.strip()


def is_all_tenants(search_opts: Mapping[str, Any]) -> bool:
    """Say whether a search asks for the servers of all projects.

    Raises:
        exception.InvalidInput: the value is no boolean.

    Nova: nova/api/openstack/common.py is_all_tenants
    """
    if "all_tenants" not in search_opts:
        return False
    if not search_opts["all_tenants"]:
        return True
    try:
        return bool(strutils.bool_from_string(search_opts["all_tenants"], strict=True))
    except ValueError as error:
        raise exception.InvalidInput(str(error)) from error
