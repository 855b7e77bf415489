"""Which projects may use a flavor that is not public.

What this plug-in of Nova's adds to a flavor that is shown is in ``flavors.py``.

Nova: nova/api/openstack/compute/flavor_access.py
"""

from typing import Any

import webob.exc

from tracenova import exception
from tracenova.api import validation
from tracenova.api.openstack import api_version_request, common, extensions, wsgi
from tracenova.api.openstack.compute.schemas import flavor_access as schema
from tracenova.policies import flavor_access as fa_policies

Body = dict[str, Any]


class FlavorAccessController(wsgi.Controller):
    """Answers GET /flavors/{flavor_id}/os-flavor-access.

    Nova: nova/api/openstack/compute/flavor_access.py FlavorAccessController
    """

    @extensions.expected_errors(404)
    def index(self, req: wsgi.Request, flavor_id: str) -> Body:
        """Return the projects that may use a private flavor."""
        context = req.environ["nova.context"]
        context.can(fa_policies.BASE_POLICY_NAME)
        flavor = common.get_flavor(context, flavor_id)
        if flavor.is_public:
            raise webob.exc.HTTPNotFound(
                explanation="Access list not available for public flavors."
            )
        return _view(flavor)


class FlavorActionController(wsgi.Controller):
    """Answers the actions that let a project use a flavor, or no longer.

    Nova: nova/api/openstack/compute/flavor_access.py FlavorActionController
    """

    @extensions.expected_errors((400, 403, 404, 409))
    @wsgi.action("addTenantAccess")
    @validation.schema(schema.add_tenant_access)
    def add_tenant_access(self, req: wsgi.Request, id: str, body: Body) -> Body:
        """Let a project use the flavor; from 2.7 on only one that is not public."""
        context = req.environ["nova.context"]
        context.can(fa_policies.POLICY_ROOT % "add_tenant_access")
        flavor = common.get_flavor(context, id)
        if flavor.is_public and api_version_request.is_supported(req, "2.7"):
            raise webob.exc.HTTPConflict(
                explanation="Can not add access to a public flavor."
            )
        try:
            flavor.add_access(body["addTenantAccess"]["tenant"])
        except exception.FlavorAccessExists as error:
            raise webob.exc.HTTPConflict(explanation=error.format_message()) from error
        return _view(flavor)

    @extensions.expected_errors((400, 403, 404))
    @wsgi.action("removeTenantAccess")
    @validation.schema(schema.remove_tenant_access)
    def remove_tenant_access(self, req: wsgi.Request, id: str, body: Body) -> Body:
        """Let a project no longer use the flavor."""
        context = req.environ["nova.context"]
        context.can(fa_policies.POLICY_ROOT % "remove_tenant_access")
        flavor = common.get_flavor(context, id)
        try:
            flavor.remove_access(body["removeTenantAccess"]["tenant"])
        except exception.FlavorAccessNotFound as error:
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error
        return _view(flavor)


def _view(flavor: Any) -> Body:
    return {
        "flavor_access": [
            {"flavor_id": flavor.flavorid, "tenant_id": project_id}
            for project_id in flavor.projects
        ]
    }


class FlavorAccess(extensions.V21APIExtensionBase):
    """Access to private flavors.

    Nova: nova/api/openstack/compute/flavor_access.py FlavorAccess
    """

    name = "FlavorAccess"
    alias = "os-flavor-access"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection under each flavor."""
        return [
            extensions.ResourceExtension(
                self.alias,
                FlavorAccessController(),
                parent={"member_name": "flavor", "collection_name": "flavors"},
            )
        ]

    def get_controller_extensions(self) -> list[extensions.ControllerExtension]:
        """Return the actions of /flavors."""
        return [extensions.ControllerExtension("flavors", FlavorActionController())]
