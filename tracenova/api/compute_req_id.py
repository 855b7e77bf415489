"""Every request gets a number by which its traces in all services can be found.

Nova: nova/api/compute_req_id.py
"""

from typing import Any

import webob.dec
from oslo_context import context

from tracenova import wsgi

ENV_REQUEST_ID = "openstack.request_id"
RESPONSE_HEADERS = ("x-compute-request-id", "x-openstack-request-id")


class ComputeReqIdMiddleware(wsgi.Middleware):
    """Gives the request a new ``req-<uuid>`` and tells it to the client.

    The second header is what later releases send; clients of either kind find it.

    Nova: nova/api/compute_req_id.py ComputeReqIdMiddleware
    """

    @webob.dec.wsgify
    def __call__(self, req: Any) -> Any:
        """Pass the request on with its id, and the answer back with it."""
        request_id = context.generate_request_id()
        req.environ[ENV_REQUEST_ID] = request_id
        response = req.get_response(self.application)
        for header in RESPONSE_HEADERS:
            response.headers.setdefault(header, request_id)
        return response
