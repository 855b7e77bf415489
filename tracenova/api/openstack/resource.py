"""Between router and controller: the nine steps of every request to the API.

Part of Nova's wsgi.py (see :mod:`tracenova.api.openstack.wsgi`).
"""

import logging
from collections.abc import Callable
from typing import Any

import webob
import webob.dec
import webob.exc

from tracenova import exception, wsgi
from tracenova.api.openstack.controller import Controller
from tracenova.api.openstack.faults import (
    Fault,
    ResourceExceptionHandler,
    add_version_headers,
)
from tracenova.api.openstack.request import Request
from tracenova.api.openstack.serialization import (
    JSONDeserializer,
    ResponseObject,
    action_peek,
)

LOG = logging.getLogger(__name__)

Method = Callable[..., Any]
_ROUTES_METHODS = ("create", "delete", "show", "update")
_METHODS_WITH_BODY = ("POST", "PUT")


class Resource(wsgi.Application):
    """A controller and its extensions behind one URL.

    Nova: nova/api/openstack/wsgi.py Resource. Left out: extending a resource by
    inheriting its parent's extensions; bodies are never logged, masked or not.
    """

    support_api_request_version = False

    def __init__(self, controller: Controller | None = None) -> None:
        self.controller = controller
        self.extensions: list[Controller] = []
        self._actions: dict[str, tuple[Controller, str]] = {}
        if controller is not None:
            self.register_actions(controller)

    def register_actions(self, controller: Controller) -> None:
        """Let the controller answer the actions it is marked with."""
        for name, method_name in controller.wsgi_actions.items():
            self._actions[name] = (controller, method_name)

    def register_extensions(self, controller: Controller) -> None:
        """Let the controller add to this resource's answers."""
        self.extensions.append(controller)

    def get_action_args(self, environ: dict[str, Any]) -> dict[str, Any]:
        """Return what the router found in the URL, ``action`` included."""
        args = dict(environ["wsgiorg.routing_args"][1])
        args.pop("controller", None)
        args.pop("format", None)
        return args

    @webob.dec.wsgify(RequestClass=Request)
    def __call__(self, request: Request) -> Any:
        """Answer the request: version, arguments, content type, then the rest."""
        if self.support_api_request_version:
            try:
                request.set_api_version_request()
            except exception.InvalidAPIVersionString as error:
                return _fault(400, error.format_message())
            except exception.InvalidGlobalAPIVersion as error:
                return _fault(406, error.format_message())
        action_args = self.get_action_args(request.environ)
        action = action_args.pop("action", None)
        try:
            request.get_content_type()
        except exception.InvalidContentType:
            return _fault(415, "Unsupported Content-Type")
        return self._process_stack(request, action, action_args)

    def _process_stack(
        self, request: Request, action: str, action_args: dict[str, Any]
    ) -> Any:
        try:
            method = self._get_method(request, action)
            if request.method in _METHODS_WITH_BODY:
                action_args.update(_body(request))
        except (AttributeError, TypeError):
            return Fault(webob.exc.HTTPNotFound())
        except KeyError as error:
            return _fault(400, f"There is no such action: {error.args[0]}")
        except exception.MalformedRequestBody:
            return _fault(400, "Malformed request body")
        if mismatch := _project_mismatch(request, action_args.pop("project_id", None)):
            return _fault(400, mismatch)
        LOG.debug("Calling method %s for action %s", method, action)
        try:
            with ResourceExceptionHandler():
                result = self.dispatch(method, request, action_args)
        except Fault as fault:
            return fault
        return self._respond(request, action, action_args, method, result)

    def _get_method(self, request: Request, action: str) -> Method:
        version = request.api_version_request
        try:
            if self.controller is None:
                own: Method = getattr(self, action)
                return own
            return self.controller.method_for(action, version)
        except AttributeError:
            if not self._actions or action not in (*_ROUTES_METHODS, "action"):
                raise
        name = action_peek(request.body) if action == "action" else action
        controller, method_name = self._actions[name]
        return controller.method_for(method_name, version)

    def dispatch(self, method: Method, request: Request, args: dict[str, Any]) -> Any:
        """Call the method; one of other versions only is as good as none: 404."""
        try:
            return method(req=request, **args)
        except exception.VersionNotFoundForAPIMethod:
            return Fault(webob.exc.HTTPNotFound())

    def _respond(
        self,
        request: Request,
        action: str,
        action_args: dict[str, Any],
        method: Method,
        result: Any,
    ) -> Any:
        if result is None or type(result) is dict:
            result = ResponseObject(result)
        if isinstance(result, ResponseObject):
            plain = getattr(method, "func", method)
            result.default_code = getattr(plain, "wsgi_code", result.default_code)
            fault = self._process_extensions(request, action, action_args, result)
            accept = request.best_match_content_type()
            result = fault or result.serialize(accept)
        if isinstance(result, webob.Response):
            add_version_headers(request, result.headers)
        return result

    def _process_extensions(
        self,
        request: Request,
        action: str,
        action_args: dict[str, Any],
        resp_obj: ResponseObject,
    ) -> Fault | None:
        version = request.api_version_request
        for controller in self.extensions:
            if action not in controller.wsgi_extensions:
                continue
            method = controller.method_for(action, version)
            try:
                with ResourceExceptionHandler():
                    method(req=request, resp_obj=resp_obj, **action_args)
            except exception.VersionNotFoundForAPIMethod:
                continue
            except Fault as fault:
                return fault
        return None


class ResourceV21(Resource):
    """A resource of the v2.1 API, which knows microversions.

    Nova: nova/api/openstack/wsgi.py ResourceV21
    """

    support_api_request_version = True


def _fault(code: int, explanation: str) -> Fault:
    errors = webob.exc.status_map
    return Fault(errors[code](explanation=explanation))


def _body(request: Request) -> dict[str, Any]:
    if request.content_length == 0:
        return {"body": None}
    return JSONDeserializer().deserialize(request.body)


def _project_mismatch(request: Request, project_id: str | None) -> str | None:
    context = request.environ.get("nova.context")
    if context is None or not project_id or project_id == context.project_id:
        return None
    return (
        f"Malformed request URL: URL's project_id '{project_id}' doesn't match "
        f"Context's project_id '{context.project_id}'"
    )
