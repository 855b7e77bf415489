"""Extra specs of a flavor: what hosts must have that it may run there.

Nova: nova/api/openstack/compute/flavors_extraspecs.py
"""

from typing import Any

import webob.exc

from tracenova import exception
from tracenova.api import validation
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.compute.schemas import flavors_extraspecs as schema
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

    @extensions.expected_errors((400, 404, 409))
    @validation.schema(schema.create)
    def create(
        self, req: wsgi.Request, flavor_id: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        """Add extra specs."""
        req.environ["nova.context"].can(fes_policies.POLICY_ROOT % "create")
        _save(req, flavor_id, body["extra_specs"])
        return body

    @extensions.expected_errors((400, 404, 409))
    @validation.schema(schema.update)
    def update(
        self, req: wsgi.Request, flavor_id: str, id: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        """Change one extra spec."""
        req.environ["nova.context"].can(fes_policies.POLICY_ROOT % "update")
        if id not in body:
            raise webob.exc.HTTPBadRequest(explanation="Request body and URI mismatch")
        _save(req, flavor_id, body)
        return body

    @extensions.expected_errors(404)
    def delete(self, req: wsgi.Request, flavor_id: str, id: str) -> None:
        """Remove one extra spec."""
        context = req.environ["nova.context"]
        context.can(fes_policies.POLICY_ROOT % "delete")
        flavor = common.get_flavor(context, flavor_id)
        if id not in flavor.extra_specs:
            raise webob.exc.HTTPNotFound(
                explanation=f"Flavor {flavor_id} has no extra specs with key {id}."
            )
        flavor.extra_specs = {k: v for k, v in flavor.extra_specs.items() if k != id}
        flavor.save()


def _save(req: wsgi.Request, flavor_id: str, specs: dict[str, Any]) -> None:
    flavor = common.get_flavor(req.environ["nova.context"], flavor_id)
    texts = {key: str(value) for key, value in specs.items()}
    if any(len(text) > 255 for text in texts.values()):
        raise webob.exc.HTTPBadRequest(
            explanation="extra_specs value has more than 255 characters."
        )
    try:
        flavor.extra_specs = {**flavor.extra_specs, **texts}
        flavor.save()
    except exception.FlavorNotFound as error:
        raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error


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
