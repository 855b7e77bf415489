"""For tests: believe whoever says ``user:project``.

Nova: nova/api/openstack/auth.py. Left out: NoAuthMiddlewareV2_18.
"""

from typing import Any

import webob
import webob.dec

from tracenova import context, wsgi
from tracenova.api.compute_req_id import ENV_REQUEST_ID
from tracenova.api.openstack.wsgi import Request
from tracenova.conf import CONF


class NoAuthMiddleware(wsgi.Middleware):
    """Takes the token ``user:project`` at its word; the user ``admin`` is one.

    Nova: nova/api/openstack/auth.py NoAuthMiddleware
    """

    @webob.dec.wsgify(RequestClass=Request)
    def __call__(self, req: Request) -> Any:
        """Put ``nova.context`` into the environ; without a token, hand one out."""
        if "X-Auth-Token" not in req.headers:
            return self._hand_out_token(req)
        token = req.headers["X-Auth-Token"]
        user_id, _, project_id = token.partition(":")
        address = req.remote_addr
        if CONF.use_forwarded_for:
            address = req.headers.get("X-Forwarded-For", address)
        is_admin = user_id == "admin"
        req.environ["nova.context"] = context.RequestContext(
            user_id=user_id,
            project_id=project_id or user_id,
            is_admin=is_admin,
            roles=["admin"] if is_admin else [],
            auth_token=token,
            remote_address=address,
            request_id=req.environ.get(ENV_REQUEST_ID),
        )
        return self.application

    @staticmethod
    def _hand_out_token(req: Request) -> webob.Response:
        user_id = req.headers.get("X-Auth-User", "admin")
        project_id = req.headers.get("X-Auth-Project-Id", "admin")
        response = webob.Response(status=204, content_type="text/plain")
        response.headers["X-Auth-Token"] = f"{user_id}:{project_id}"
        response.headers["X-Server-Management-Url"] = (
            f"{req.path_url.rstrip('/')}/{project_id}"
        )
        return response
