"""What the client is told when something goes wrong.

Part of Nova's wsgi.py (see :mod:`tracenova.api.openstack.wsgi`). Left out: rate limits.
"""

import logging
from types import TracebackType
from typing import Any, Self

import webob
import webob.dec
import webob.exc

from tracenova import exception
from tracenova.api.openstack.request import (
    API_VERSION_REQUEST_HEADER,
    LEGACY_API_VERSION_REQUEST_HEADER,
    Request,
)
from tracenova.api.openstack.serialization import JSONDictSerializer

LOG = logging.getLogger(__name__)

_FAULT_NAMES = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    405: "badMethod",
    409: "conflictingRequest",
    413: "overLimit",
    415: "badMediaType",
    429: "overLimit",
    501: "notImplemented",
    503: "serviceUnavailable",
}


def http_error(code: int, explanation: str | None = None) -> webob.exc.HTTPError:
    """Return webob's error of this status; an unknown status becomes 500.

    Nova: nova/api/openstack/__init__.py FaultWrapper.status_to_type, and
    nova/exception.py ConvertedException
    """
    classes = webob.exc.status_map
    error_class = classes.get(code, webob.exc.HTTPInternalServerError)
    if not issubclass(error_class, webob.exc.HTTPError):
        error_class = webob.exc.HTTPInternalServerError
    return (
        error_class() if explanation is None else error_class(explanation=explanation)
    )


def add_version_headers(request: Request, headers: Any) -> None:
    """Tell the client, and caches, which microversion was answered."""
    if request.api_version_request.is_null():
        return
    version = request.api_version_request.get_string()
    headers[API_VERSION_REQUEST_HEADER] = f"compute {version}"
    headers[LEGACY_API_VERSION_REQUEST_HEADER] = version
    headers.add("Vary", API_VERSION_REQUEST_HEADER)
    headers.add("Vary", LEGACY_API_VERSION_REQUEST_HEADER)


class Fault(webob.exc.HTTPException):
    """An HTTP error in the API's own form: ``{"badRequest": {"code": …}}``.

    Nova: nova/api/openstack/wsgi.py Fault
    """

    def __init__(self, error: webob.exc.WSGIHTTPException) -> None:
        self.wrapped_exc = error
        self.status_int = error.status_int
        Exception.__init__(self, str(error))

    @webob.dec.wsgify(RequestClass=Request)
    def __call__(self, req: Request) -> webob.Response:
        """Return the answer for the wire."""
        error = self.wrapped_exc
        code = error.status_int
        LOG.debug("Returning %s to user", code)
        fault = {"code": code, "message": error.explanation}
        if code in {413, 429} and "Retry-After" in error.headers:
            fault["retryAfter"] = error.headers["Retry-After"]
        add_version_headers(req, error.headers)
        error.content_type = "application/json"
        error.charset = "UTF-8"
        error.text = JSONDictSerializer().serialize(
            {_FAULT_NAMES.get(code, "computeFault"): fault}
        )
        return error

    def __str__(self) -> str:
        return str(self.wrapped_exc)


class ResourceExceptionHandler:
    """Turns what a controller raises into faults; what it cannot turn goes on up.

    Forbidden is 403, Invalid its own code, a TypeError (arguments that do not fit
    the method) 400. The API's own faults and webob's errors keep their status.

    Nova: nova/api/openstack/wsgi.py ResourceExceptionHandler
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        ex_type: type[BaseException] | None,
        ex_value: BaseException | None,
        ex_traceback: TracebackType | None,
    ) -> None:
        if isinstance(ex_value, Fault | exception.VersionNotFoundForAPIMethod):
            return
        if isinstance(ex_value, exception.Forbidden):
            raise Fault(http_error(403, ex_value.format_message()))
        if isinstance(ex_value, exception.Invalid):
            raise Fault(http_error(ex_value.code, ex_value.format_message()))
        if isinstance(ex_value, TypeError):
            LOG.error("Exception handling resource: %s", ex_value, exc_info=ex_value)
            raise Fault(webob.exc.HTTPBadRequest())
        if isinstance(ex_value, webob.exc.WSGIHTTPException):
            LOG.info("HTTP exception thrown: %s", ex_value.status)
            raise Fault(ex_value)
