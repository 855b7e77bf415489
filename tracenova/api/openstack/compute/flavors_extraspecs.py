"""Extra specs of a flavor: what hosts must have that it may run there.

Nova: nova/api/openstack/compute/flavors_extraspecs.py. Left out: changes.
"""

from typing import Any

import webob.exc

from tracenova.api.openstack import common, extensions, wsgi
from tracenova.policies import flavor_extra_specs as fes_policies


class FlavorExtraSpecsController(wsgi.Controller):
    """Answers everything under /flavors/{flavor_id}/os-extra_specs.

    Nova: nova/api/openstack/compute/flavors_extraspecs.py FlavorExtraSpecsController
    """

    @extensions.expected_errors(404)
    def index(self, req: wsgi.Request, flavor_id: str) -> dict[str, Any]:
        """Return all extra specs of a flavor."""
        context = req.environ["nova.context"]
        context.can(fes_policies.POLICY_ROOT % "index")
        return {"extra_specs": dict(common.get_flavor(context, flavor_id).extra_specs)}

    @extensions.expected_errors(404)
    def show(self, req: wsgi.Request, flavor_id: str, id: str) -> dict[str, str]:
        """Return one extra spec."""
        context = req.environ["nova.context"]
        context.can(fes_policies.POLICY_ROOT % "show")
        specs = common.get_flavor(context, flavor_id).extra_specs
        if id not in specs:
            raise webob.exc.HTTPNotFound(
                explanation=f"Flavor {flavor_id} has no extra specs with key {id}."
            )
        return {id: specs[id]}


class FlavorsExtraSpecs(extensions.V21APIExtensionBase):
    """Extra specs of flavors.

    Nova: nova/api/openstack/compute/flavors_extraspecs.py FlavorsExtraSpecs
    """

    name = "FlavorExtraSpecs"
    alias = "os-flavor-extra-specs"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection under each flavor."""
        return [
            extensions.ResourceExtension(
                "os-extra_specs",
                FlavorExtraSpecsController(),
                parent={"member_name": "flavor", "collection_name": "flavors"},
            )
        ]
