"""Flavors: the sizes that servers come in.

Nova: nova/api/openstack/compute/flavors.py, flavor_access.py, flavor_rxtx.py (what
they add to a flavor).
"""

from typing import Any

import webob.exc
from oslo_utils import strutils

from tracenova import exception
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.api_params import is_none_string
from tracenova.api.openstack.compute.views import flavors as flavors_view
from tracenova.api.validation.parameter_types import MAX_INT
from tracenova.compute import flavors
from tracenova.policies import flavor_access as fa_policies
from tracenova.policies import flavor_rxtx as fr_policies

Body = dict[str, Any]


class FlavorsController(wsgi.Controller):
    """Answers everything under /flavors.

    Nova: nova/api/openstack/compute/flavors.py FlavorsController
    """

    def __init__(self) -> None:
        self._view_builder = flavors_view.ViewBuilderV21()

    @extensions.expected_errors(400)
    def index(self, req: wsgi.Request) -> Body:
        """Return ids and names of the flavors."""
        return self._view_builder.index(req, self._get_flavors(req))

    @extensions.expected_errors(400)
    def detail(self, req: wsgi.Request) -> Body:
        """Return the flavors with their sizes."""
        found = self._get_flavors(req)
        req.cache_db_flavors(found)
        return self._view_builder.detail(req, found)

    @extensions.expected_errors(404)
    def show(self, req: wsgi.Request, id: str) -> Body:
        """Return one flavor."""
        context = req.environ["nova.context"]
        try:
            flavor = flavors.get_flavor_by_flavor_id(id, ctxt=context)
        except exception.FlavorNotFound as error:
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error
        req.cache_db_flavor(flavor)
        return self._view_builder.show(req, flavor)

    def _get_flavors(self, req: wsgi.Request) -> Any:
        limit, marker = common.get_limit_and_marker(req)
        try:
            return flavors.get_all_flavors_sorted_list(
                req.environ["nova.context"],
                filters=_filters(req),
                sort_key=req.params.get("sort_key") or "flavorid",
                sort_dir=req.params.get("sort_dir") or "asc",
                limit=limit,
                marker=marker,
            )
        except exception.MarkerNotFound as error:
            raise webob.exc.HTTPBadRequest(
                explanation=f"marker [{marker}] not found"
            ) from error


def _filters(req: wsgi.Request) -> Body:
    """Return what to filter by; ordinary users see public, enabled flavors only."""
    filters: Body = {}
    if req.environ["nova.context"].is_admin:
        filters["is_public"] = _parse_is_public(req.params.get("is_public"))
    else:
        filters["is_public"] = True
        filters["disabled"] = False
    for param, name, text in (
        ("minRam", "min_memory_mb", "min_ram"),
        ("minDisk", "min_root_gb", "minDisk"),
    ):
        if param in req.params:
            filters[name] = _number(req.params[param], text)
    return filters


def _parse_is_public(is_public: str | None) -> bool | None:
    if is_public is None:
        return True
    if is_none_string(is_public):
        return None
    try:
        return bool(strutils.bool_from_string(is_public, strict=True))
    except ValueError as error:
        raise webob.exc.HTTPBadRequest(
            explanation=f"Invalid is_public filter [{is_public}]"
        ) from error


def _number(text: str, name: str) -> int:
    try:
        return max(-MAX_INT, min(int(text), MAX_INT))
    except ValueError as error:
        raise webob.exc.HTTPBadRequest(
            explanation=f"Invalid {name} filter [{text}]"
        ) from error


class ExtendedFlavorsController(wsgi.Controller):
    """Adds to each flavor whether it is public, and its network factor.

    Nova: nova/api/openstack/compute/flavor_access.py FlavorActionController,
    flavor_rxtx.py FlavorRxtxController
    """

    @wsgi.extends
    def show(self, req: wsgi.Request, resp_obj: Any, id: str) -> None:
        """Add to one flavor."""
        self._extend(req, [resp_obj.obj["flavor"]])

    @wsgi.extends
    def detail(self, req: wsgi.Request, resp_obj: Any) -> None:
        """Add to every flavor of a page."""
        self._extend(req, resp_obj.obj["flavors"])

    @wsgi.extends
    def create(self, req: wsgi.Request, body: Body, resp_obj: Any) -> None:
        """Add to a new flavor."""
        self._extend(req, [resp_obj.obj["flavor"]])

    @staticmethod
    def _extend(req: wsgi.Request, shown: list[Body]) -> None:
        context = req.environ["nova.context"]
        if context.can(fa_policies.BASE_POLICY_NAME, fatal=False):
            for flavor in shown:
                is_public = req.get_db_flavor(flavor["id"]).is_public
                flavor["os-flavor-access:is_public"] = is_public
        if context.can(fr_policies.BASE_POLICY_NAME, fatal=False):
            for flavor in shown:
                factor = req.get_db_flavor(flavor["id"]).rxtx_factor
                flavor["rxtx_factor"] = factor or ""


class Flavors(extensions.V21APIExtensionBase):
    """Flavors.

    Nova: nova/api/openstack/compute/flavors.py Flavors
    """

    name = "Flavors"
    alias = "flavors"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection /flavors."""
        return [
            extensions.ResourceExtension(
                "flavors",
                FlavorsController(),
                member_name="flavor",
                collection_actions={"detail": "GET"},
                member_actions={"action": "POST"},
            )
        ]

    def get_controller_extensions(self) -> list[extensions.ControllerExtension]:
        """Return the addition to its own answers."""
        return [extensions.ControllerExtension("flavors", ExtendedFlavorsController())]
