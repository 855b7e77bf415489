"""Making and deleting flavors.

Nova: nova/api/openstack/compute/flavor_manage.py
"""

from typing import Any

import webob.exc

from tracenova import exception, objects
from tracenova.api import validation
from tracenova.api.openstack import extensions, wsgi
from tracenova.api.openstack.compute.schemas import flavor_manage as schema
from tracenova.api.openstack.compute.views import flavors as flavors_view
from tracenova.compute import flavors
from tracenova.policies import flavor_manage as fm_policies

Body = dict[str, Any]


class FlavorManageController(wsgi.Controller):
    """Answers POST and DELETE under /flavors.

    Nova: nova/api/openstack/compute/flavor_manage.py FlavorManageController
    """

    def __init__(self) -> None:
        self._view_builder = flavors_view.ViewBuilderV21()

    @wsgi.response(202)
    @extensions.expected_errors(404)
    @wsgi.action("delete")
    def delete_flavor(self, req: wsgi.Request, id: str) -> None:
        """Delete a flavor; servers keep the size they have."""
        context = req.environ["nova.context"]
        context.can(fm_policies.BASE_POLICY_NAME)
        try:
            objects.Flavor(context=context, flavorid=id).destroy()
        except exception.FlavorNotFound as error:
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error

    @wsgi.action("create")
    @extensions.expected_errors((400, 409))
    @validation.schema(schema.create_v20, "2.0", "2.0")
    @validation.schema(schema.create, "2.1")
    def create_flavor(self, req: wsgi.Request, body: Body) -> Body:
        """Make a flavor."""
        context = req.environ["nova.context"]
        context.can(fm_policies.BASE_POLICY_NAME)
        values = body["flavor"]
        try:
            flavor = flavors.create(
                values["name"],
                values["ram"],
                values["vcpus"],
                values["disk"],
                ephemeral_gb=values.get("OS-FLV-EXT-DATA:ephemeral", 0),
                flavorid=values.get("id"),
                swap=values.get("swap", 0),
                rxtx_factor=values.get("rxtx_factor", 1.0),
                is_public=values.get("os-flavor-access:is_public", True),
            )
        except (exception.FlavorExists, exception.FlavorIdExists) as error:
            raise webob.exc.HTTPConflict(explanation=error.format_message()) from error
        except exception.InvalidInput as error:
            raise webob.exc.HTTPBadRequest(
                explanation=error.format_message()
            ) from error
        req.cache_db_flavor(flavor)
        return self._view_builder.show(req, flavor)


class FlavorManage(extensions.V21APIExtensionBase):
    """Making and deleting flavors.

    Nova: nova/api/openstack/compute/flavor_manage.py FlavorManage
    """

    name = "FlavorManage"
    alias = "os-flavor-manage"

    def get_controller_extensions(self) -> list[extensions.ControllerExtension]:
        """Return the one addition, to /flavors."""
        return [extensions.ControllerExtension("flavors", FlavorManageController())]
