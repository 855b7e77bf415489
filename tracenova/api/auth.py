"""Picks the pipeline by auth_strategy, and turns identity headers into a context.

Nova: nova/api/auth.py. Left out: the pipeline of the v2 code tree, InjectContext.
"""

import json
import logging
from typing import Any

import webob.dec
import webob.exc

from tracenova import context, wsgi
from tracenova.api.compute_req_id import ENV_REQUEST_ID
from tracenova.conf import CONF

LOG = logging.getLogger(__name__)


def _load_pipeline(loader: Any, pipeline: list[str]) -> wsgi.WSGIApp:
    filters = [loader.get_filter(name) for name in pipeline[:-1]]
    app: wsgi.WSGIApp = loader.get_app(pipeline[-1])
    for build in reversed(filters):
        app = build(app)
    return app


def pipeline_factory_v21(
    loader: Any, global_conf: dict[str, str], **local_conf: str
) -> wsgi.WSGIApp:
    """Build the pipeline whose key in the paste file is ``auth_strategy``.

    Nova: nova/api/auth.py pipeline_factory_v21
    """
    return _load_pipeline(loader, local_conf[CONF.auth_strategy].split())


class NovaKeystoneContext(wsgi.Middleware):
    """Makes a request context of what authtoken found out about the user.

    Nova: nova/api/auth.py NovaKeystoneContext
    """

    @webob.dec.wsgify(RequestClass=wsgi.Request)
    def __call__(self, req: wsgi.Request) -> Any:
        """Put ``nova.context`` into the environ; nobody known: 401."""
        ctx = self._context(req)
        if ctx.user_id is None:
            LOG.debug("Neither X_USER_ID nor X_USER found in request")
            return webob.exc.HTTPUnauthorized()
        req.environ["nova.context"] = ctx
        return self.application

    def _context(self, req: wsgi.Request) -> context.RequestContext:
        headers = req.headers
        address = req.remote_addr
        if CONF.use_forwarded_for:
            address = headers.get("X-Forwarded-For", address)
        roles = headers.get("X-Roles", "")
        return context.RequestContext(
            user_id=headers.get("X-User-Id"),
            project_id=headers.get("X-Project-Id"),
            user_name=headers.get("X-User-Name"),
            project_name=headers.get("X-Project-Name"),
            roles=[role.strip() for role in roles.split(",") if role.strip()],
            auth_token=headers.get("X-Auth-Token"),
            remote_address=address,
            service_catalog=self._service_catalog(req),
            request_id=req.environ.get(ENV_REQUEST_ID),
        )

    @staticmethod
    def _service_catalog(req: wsgi.Request) -> list[dict[str, Any]] | None:
        text = req.headers.get("X-Service-Catalog")
        if text is None:
            return None
        try:
            catalog: list[dict[str, Any]] = json.loads(text)
        except ValueError as error:
            raise webob.exc.HTTPInternalServerError(
                "Invalid service catalog json."
            ) from error
        return catalog
