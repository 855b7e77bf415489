"""Server groups: servers that shall run together, or apart.

Nova: nova/api/openstack/compute/server_groups.py
"""

import logging
from typing import Any

import webob.exc

from tracenova import exception, objects
from tracenova.api import validation
from tracenova.api.openstack import api_version_request, common, extensions, wsgi
from tracenova.api.openstack.compute.schemas import server_groups as schema
from tracenova.context import RequestContext
from tracenova.objects import quotas as objects_quotas
from tracenova.policies import server_groups as sg_policies

LOG = logging.getLogger(__name__)

Body = dict[str, Any]


class ServerGroupController(wsgi.Controller):
    """Answers everything under /os-server-groups.

    Nova: nova/api/openstack/compute/server_groups.py ServerGroupController
    """

    @extensions.expected_errors(404)
    def show(self, req: wsgi.Request, id: str) -> Body:
        """Return one group."""
        context = _authorize_context(req)
        return {"server_group": _format(context, _get_group(context, id), req)}

    @wsgi.response(204)
    @extensions.expected_errors(404)
    def delete(self, req: wsgi.Request, id: str) -> None:
        """Delete one group; its servers stay."""
        context = _authorize_context(req)
        group = _get_group(context, id)
        quotas = _reserved_return(context, group)
        try:
            group.destroy()
        except exception.InstanceGroupNotFound as error:
            if quotas:
                quotas.rollback()
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error
        if quotas:
            quotas.commit()

    @extensions.expected_errors(400)
    def index(self, req: wsgi.Request) -> Body:
        """Return the project's groups; administrators may ask for all."""
        context = _authorize_context(req)
        if "all_projects" in req.GET and context.is_admin:
            groups = objects.InstanceGroupList.get_all(context)
        else:
            groups = objects.InstanceGroupList.get_by_project_id(
                context, context.project_id or ""
            )
        page = common.limited(groups.objects, req)
        return {"server_groups": [_format(context, group, req) for group in page]}

    @extensions.expected_errors((400, 403))
    @validation.schema(schema.create, "2.0", "2.14")
    @validation.schema(schema.create_v215, "2.15")
    def create(self, req: wsgi.Request, body: Body) -> Body:
        """Create a group."""
        context = _authorize_context(req)
        quotas = _reserved(context)
        words = body["server_group"]
        group = objects.InstanceGroup(context)
        group.project_id, group.user_id = context.project_id, context.user_id
        try:
            group.name = words["name"]
            group.policies = words["policies"]
            group.create()
        except ValueError as error:
            quotas.rollback()
            raise webob.exc.HTTPBadRequest(explanation=str(error)) from error
        quotas.commit()
        return {"server_group": _format(context, group, req)}


def _reserved(context: RequestContext) -> Any:
    """Hold the place of one more group."""
    quotas = objects.Quotas(context=context)
    try:
        quotas.reserve(
            project_id=context.project_id, user_id=context.user_id, server_groups=1
        )
    except exception.OverQuota as error:
        raise webob.exc.HTTPForbidden(
            explanation="Quota exceeded, too many server groups."
        ) from error
    return quotas


def _reserved_return(context: RequestContext, group: Any) -> Any:
    """Hold the return of the group's place to whoever created it; None: it failed."""
    quotas = objects.Quotas(context=context)
    project_id, user_id = objects_quotas.ids_from_server_group(context, group)
    try:
        quotas.reserve(project_id=project_id, user_id=user_id, server_groups=-1)
    except Exception:
        LOG.exception("Failed to update usages deallocating server group")
        return None
    return quotas


def _authorize_context(req: wsgi.Request) -> RequestContext:
    context: RequestContext = req.environ["nova.context"]
    context.can(sg_policies.BASE_POLICY_NAME)
    return context


def _get_group(context: RequestContext, group_uuid: str) -> Any:
    try:
        return objects.InstanceGroup.get_by_uuid(context, group_uuid)
    except exception.InstanceGroupNotFound as error:
        raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error


def _format(context: RequestContext, group: Any, req: wsgi.Request) -> Body:
    """Return the group with those of its members that are not deleted."""
    view = {
        "id": group.uuid,
        "name": group.name,
        "policies": group.policies or [],
        "metadata": {},
        "members": _living_members(context, group),
    }
    if api_version_request.is_supported(req, min_version="2.13"):
        view |= {"project_id": group.project_id, "user_id": group.user_id}
    return view


def _living_members(context: RequestContext, group: Any) -> list[str]:
    if not group.members:
        return []
    living = objects.InstanceList.get_by_filters(
        context, filters={"uuid": group.members, "deleted": False}
    )
    return [instance.uuid for instance in living]


class ServerGroups(extensions.V21APIExtensionBase):
    """Server groups.

    Nova: nova/api/openstack/compute/server_groups.py ServerGroups
    """

    name = "ServerGroups"
    alias = "os-server-groups"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection /os-server-groups."""
        return [extensions.ResourceExtension(self.alias, ServerGroupController())]
