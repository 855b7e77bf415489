"""From the query of a server list to the search of the compute API.

Nova: nova/api/openstack/compute/servers.py (_get_servers and helpers)
"""

import logging
import re
from collections.abc import Collection
from typing import Any

import webob.exc
from oslo_utils import strutils, timeutils

from tracenova.api.openstack import api_version_request, common
from tracenova.api.openstack.request import Request
from tracenova.context import RequestContext
from tracenova.policies.servers import SERVERS

LOG = logging.getLogger(__name__)

SearchOpts = dict[str, Any]
TAG_SEARCH_FILTERS = ("tags", "tags-any", "not-tags", "not-tags-any")
_PAGING = ("sort_key", "sort_dir", "limit", "marker")
_USER_OPTIONS: tuple[str, ...] = (
    "reservation_id",
    "name",
    "status",
    "image",
    "flavor",
    "ip",
    "changes-since",
    "all_tenants",
)


def get_search_opts(req: Request) -> SearchOpts | None:
    """Return what to search for; None: nothing can match.

    Raises:
        webob.exc.HTTPBadRequest: an option's value makes no sense.
        webob.exc.HTTPForbidden: a user asks for deleted servers.
    """
    context = req.environ["nova.context"]
    search_opts: SearchOpts = dict(req.GET)
    remove_invalid_options(context, search_opts, _allowed(req))
    search_opts.pop("status", None)
    if "status" in req.GET and not _add_states(req, search_opts):
        return None
    if "changes-since" in search_opts:
        search_opts["changes-since"] = _parse_time(search_opts["changes-since"])
    _add_deleted(context, search_opts)
    if "name" in search_opts:
        _check_regex(search_opts["name"])
    if api_version_request.is_supported(req, min_version="2.26"):
        for tag_filter in TAG_SEARCH_FILTERS:
            if tag_filter in search_opts:
                search_opts[tag_filter] = search_opts[tag_filter].split(",")
    return search_opts


def searching_context(
    req: Request, search_opts: SearchOpts, is_detail: bool
) -> RequestContext:
    """Narrow the search to the user's project; all projects need the policy.

    Returns:
        The context to search with.

    Raises:
        exception.PolicyNotAuthorized: not everybody may search everywhere.
    """
    context: RequestContext = req.environ["nova.context"]
    all_tenants = common.is_all_tenants(search_opts)
    search_opts.pop("all_tenants", None)
    if all_tenants:
        kind = "detail" if is_detail else "index"
        context.can(SERVERS % f"{kind}:get_all_tenants")
        return context.elevated()
    if context.project_id:
        search_opts["project_id"] = context.project_id
    else:
        search_opts["user_id"] = context.user_id
    return context


def remove_invalid_options(
    context: RequestContext, search_options: SearchOpts, allowed: Collection[str]
) -> None:
    """Remove options that only administrators may use, and paging for those.

    Nova: nova/api/openstack/compute/servers.py remove_invalid_options
    """
    if context.is_admin:
        unwanted = [key for key in search_options if key in _PAGING]
    else:
        unwanted = [key for key in search_options if key not in allowed]
    if unwanted:
        LOG.debug("Removing options %s from query", unwanted)
    for key in unwanted:
        del search_options[key]


def _allowed(req: Request) -> Collection[str]:
    allowed = _USER_OPTIONS
    if api_version_request.is_supported(req, min_version="2.5"):
        allowed += ("ip6",)
    if api_version_request.is_supported(req, min_version="2.26"):
        allowed += TAG_SEARCH_FILTERS
    return allowed


def _add_states(req: Request, search_opts: SearchOpts) -> bool:
    """Search for the states behind a status; say False if there are none."""
    vm_states, task_states = common.task_and_vm_state_from_status(
        req.GET.getall("status")
    )
    if not vm_states:
        if api_version_request.is_supported(req, min_version="2.38"):
            raise webob.exc.HTTPBadRequest(explanation="Invalid status value")
        return False
    search_opts["vm_state"] = vm_states
    if "default" not in task_states:
        search_opts["task_state"] = task_states
    return True


def _parse_time(text: str) -> Any:
    try:
        return timeutils.parse_isotime(text)
    except ValueError as error:
        raise webob.exc.HTTPBadRequest(
            explanation="Invalid changes-since value"
        ) from error


def _add_deleted(context: RequestContext, search_opts: SearchOpts) -> None:
    """Leave deleted servers out, unless they or recent changes are asked for."""
    if "deleted" in search_opts:
        search_opts["deleted"] = strutils.bool_from_string(search_opts["deleted"])
    elif "changes-since" not in search_opts:
        search_opts["deleted"] = False
    if search_opts.get("vm_state") == ["deleted"]:
        if not context.is_admin:
            raise webob.exc.HTTPForbidden(
                explanation="Only administrators may list deleted instances"
            )
        search_opts["deleted"] = True


def _check_regex(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise webob.exc.HTTPBadRequest(
            explanation="The regex for server name is incorrect"
        ) from error
