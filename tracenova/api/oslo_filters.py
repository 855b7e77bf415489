"""The three filters that come from oslo.middleware, with this service's nova.conf.

Nova names the oslo factories in api-paste.ini directly. They read the process-wide
configuration; here services may share a process, so these factories hand over the
acting service's own.
"""

from collections.abc import Callable
from typing import Any

from oslo_middleware import cors, http_proxy_to_wsgi, sizelimit

from tracenova.conf import CONF
from tracenova.wsgi import WSGIApp

Factory = Callable[[WSGIApp], WSGIApp]


def _factory(middleware: type[Any]) -> Callable[..., Factory]:
    def filter_factory(global_config: dict[str, str], **local_config: str) -> Factory:
        conf = CONF.effective()

        def build(app: WSGIApp) -> WSGIApp:
            filtered: WSGIApp = middleware(app, conf)
            return filtered

        return build

    return filter_factory


cors_factory = _factory(cors.CORS)
http_proxy_to_wsgi_factory = _factory(http_proxy_to_wsgi.HTTPProxyToWSGI)
sizelimit_factory = _factory(sizelimit.RequestBodySizeLimiter)
