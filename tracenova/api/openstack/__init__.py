"""The last filters before the compute API, and its router.

Nova: nova/api/openstack/__init__.py. Left out: PlainMapper; the notification
``api.fault`` (off by default in Nova too).
"""

import logging
from typing import Any

import webob.dec

from tracenova import wsgi as base_wsgi
from tracenova.api.openstack import wsgi
from tracenova.api.openstack.mapper import ProjectMapper

LOG = logging.getLogger(__name__)

_VERSION_HEADERS = (
    wsgi.API_VERSION_REQUEST_HEADER,
    wsgi.LEGACY_API_VERSION_REQUEST_HEADER,
)

__all__ = ["FaultWrapper", "LegacyV2CompatibleWrapper", "ProjectMapper"]


class FaultWrapper(base_wsgi.Middleware):
    """The last resort: whatever exception comes up here becomes an answer.

    The message is shown only if the exception says that it is safe to show.

    Nova: nova/api/openstack/__init__.py FaultWrapper
    """

    @webob.dec.wsgify(RequestClass=wsgi.Request)
    def __call__(self, req: wsgi.Request) -> Any:
        """Answer the request, whatever happens behind."""
        try:
            return req.get_response(self.application)
        except Exception as inner:  # noqa: BLE001 - nothing may pass this point
            return self._error(inner, req)

    def _error(self, inner: Exception, req: wsgi.Request) -> wsgi.Fault:
        LOG.error("Caught error: %s", inner, exc_info=inner)
        status = getattr(inner, "code", None) or 500
        LOG.info("%s returned with HTTP %d", req.path_url, status)
        outer = wsgi.http_error(status)
        for header, value in (getattr(inner, "headers", None) or {}).items():
            outer.headers[header] = str(value)
        if getattr(inner, "safe", False):
            outer.explanation = f"{type(inner).__name__}: {inner}"
        return wsgi.Fault(outer)


class LegacyV2CompatibleWrapper(base_wsgi.Middleware):
    """Makes /v2 behave as before microversions: the headers mean nothing here.

    Nova: nova/api/openstack/__init__.py LegacyV2CompatibleWrapper
    """

    @webob.dec.wsgify(RequestClass=wsgi.Request)
    def __call__(self, req: wsgi.Request) -> Any:
        """Strip the version headers from the request and from its answer."""
        req.set_legacy_v2()
        for header in _VERSION_HEADERS:
            req.headers.pop(header, None)
        response = req.get_response(self.application)
        for header in _VERSION_HEADERS:
            response.headers.pop(header, None)
        self._filter_vary(response)
        return response

    @staticmethod
    def _filter_vary(response: Any) -> None:
        listed = ",".join(response.headers.getall("Vary")).split(",")
        kept = [
            name.strip()
            for name in listed
            if name.strip() not in (*_VERSION_HEADERS, "")
        ]
        if "Vary" in response.headers:
            del response.headers["Vary"]  # every one of them
        if kept:
            response.headers["Vary"] = ",".join(kept)
