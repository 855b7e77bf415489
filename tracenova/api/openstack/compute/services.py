"""Services of the cloud: who is up, who is enabled.

Nova: nova/api/openstack/compute/services.py
"""

from typing import Any

import webob.exc
from oslo_utils import strutils

from tracenova import compute, exception, servicegroup
from tracenova.api import validation
from tracenova.api.openstack import api_version_request, extensions, wsgi
from tracenova.api.openstack.api_params import row_id, validate_integer
from tracenova.api.openstack.compute.availability_zone import API_SERVICES
from tracenova.api.openstack.compute.schemas import services as schema
from tracenova.context import RequestContext
from tracenova.policies import services as services_policies

Body = dict[str, Any]


class ServiceController(wsgi.Controller):
    """Answers everything under /os-services.

    Nova: nova/api/openstack/compute/services.py ServiceController
    """

    def __init__(self) -> None:
        self.host_api = compute.HostAPI()
        self.servicegroup_api = servicegroup.API()

    @extensions.expected_errors(())
    def index(self, req: wsgi.Request) -> Body:
        """Return the services, perhaps of one host or binary only."""
        context = req.environ["nova.context"]
        context.can(services_policies.BASE_POLICY_NAME)
        more: tuple[str, ...] = ()
        if api_version_request.is_supported(req, min_version="2.11"):
            more = ("forced_down",)
        return {
            "services": [
                self._detail(service, more)
                for service in self.host_api.service_get_all(context, set_zones=True)
                if service.binary not in API_SERVICES
                and req.GET.get("host", "") in {"", service.host}
                and req.GET.get("binary", "") in {"", service.binary}
            ]
        }

    def _detail(self, service: Any, more: tuple[str, ...]) -> Body:
        alive = self.servicegroup_api.service_is_up(service)
        detail = {
            "binary": service.binary,
            "host": service.host,
            "id": service.id,
            "zone": service.availability_zone,
            "status": "disabled" if service.disabled else "enabled",
            "state": "up" if alive else "down",
            "updated_at": service.updated_at,
            "disabled_reason": service.disabled_reason,
        }
        return detail | {field: getattr(service, field) for field in more}

    @wsgi.response(204)
    @extensions.expected_errors((400, 404))
    def delete(self, req: wsgi.Request, id: str) -> None:
        """Forget a service; one that still reports makes no new record."""
        context = req.environ["nova.context"]
        context.can(services_policies.BASE_POLICY_NAME)
        try:
            validate_integer(id, "id")
            self.host_api.service_delete(context, row_id(id))
        except exception.InvalidInput as error:
            raise webob.exc.HTTPBadRequest(
                explanation=error.format_message()
            ) from error
        except (exception.ServiceNotFound, ValueError) as error:
            raise webob.exc.HTTPNotFound(
                explanation=f"Service {id} not found."
            ) from error

    @extensions.expected_errors((400, 404))
    @validation.schema(schema.service_update, "2.0", "2.10")
    @validation.schema(schema.service_update_v211, "2.11")
    def update(self, req: wsgi.Request, id: str, body: Body) -> Body:
        """Do what the URL's last word says: enable, disable …, force-down."""
        context = req.environ["nova.context"]
        context.can(services_policies.BASE_POLICY_NAME)
        if id == "enable":
            return self._set_disabled(context, body, disabled=False, reason=None)
        if id == "disable":
            return self._set_disabled(context, body, disabled=True, reason=None)
        if id == "disable-log-reason":
            reason = _required(body, "disabled_reason", "Missing disabled reason field")
            return self._set_disabled(context, body, disabled=True, reason=reason)
        if id == "force-down" and api_version_request.is_supported(req, "2.11"):
            return self._force_down(context, body)
        raise webob.exc.HTTPNotFound(explanation="Unknown action")

    def _set_disabled(
        self, context: RequestContext, body: Body, disabled: bool, reason: str | None
    ) -> Body:
        self._update(context, body, {"disabled": disabled, "disabled_reason": reason})
        service = {
            "host": body["host"],
            "binary": body["binary"],
            "status": "disabled" if disabled else "enabled",
        }
        if reason:
            service["disabled_reason"] = reason
        return {"service": service}

    def _force_down(self, context: RequestContext, body: Body) -> Body:
        word = _required(body, "forced_down", "Missing forced_down field")
        forced_down = strutils.bool_from_string(word)
        self._update(context, body, {"forced_down": forced_down})
        host, binary = body["host"], body["binary"]
        return {"service": {"host": host, "binary": binary, "forced_down": forced_down}}

    def _update(self, context: RequestContext, body: Body, changes: Body) -> None:
        try:
            self.host_api.service_update(context, body["host"], body["binary"], changes)
        except exception.HostBinaryNotFound as error:
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error


def _required(body: Body, key: str, text: str) -> Any:
    if key not in body:
        raise webob.exc.HTTPBadRequest(explanation=text)
    return body[key]


class Services(extensions.V21APIExtensionBase):
    """Services.

    Nova: nova/api/openstack/compute/services.py Services
    """

    name = "Services"
    alias = "os-services"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection /os-services."""
        return [extensions.ResourceExtension(self.alias, ServiceController())]
