"""The WSGI pieces under every API: request, filter, router, loader, server.

Nova: nova/wsgi.py. Left out: TLS, the Debug filter, eventlet; http_server.py serves here.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

import paste.deploy
import routes
import routes.middleware
import webob
import webob.dec
import webob.exc

from tracenova import exception, http_server
from tracenova.conf import CONF

LOG = logging.getLogger(__name__)

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
PACKAGED_CONFIG = Path(__file__).parent / "etc" / "api-paste.ini"
ENV_ROUTE = "tracenova.route"


class Request(webob.Request):
    """One HTTP request, with the scheme that the client really used.

    Nova: nova/wsgi.py Request
    """

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        header = CONF.wsgi.secure_proxy_ssl_header
        scheme = environ.get(header) if header else None
        if scheme:
            environ["wsgi.url_scheme"] = scheme
        super().__init__(environ, *args, **kwargs)


class Application:
    """Something that paste can build and that answers requests.

    Nova: nova/wsgi.py Application
    """

    @classmethod
    def factory(cls, global_config: dict[str, str], **local_config: str) -> Self:
        """Build the application from its section of the paste file."""
        return cls(**local_config)


class Middleware:
    """A filter in front of an application; by default it lets everything through.

    Nova: nova/wsgi.py Middleware
    """

    @classmethod
    def factory(
        cls, global_config: dict[str, str], **local_config: str
    ) -> "Callable[[WSGIApp], Middleware]":
        """Return what paste calls with the application behind the filter."""
        return cls

    def __init__(self, application: WSGIApp) -> None:
        self.application = application

    @webob.dec.wsgify(RequestClass=Request)
    def __call__(self, req: Request) -> Any:
        """Answer the request, or pass it on and return the answer."""
        return req.get_response(self.application)


class Router:
    """Finds the controller whose route matches the URL.

    The template of the route goes into the environ, so that the span of this request
    is named ``POST /v2.1/{project_id}/servers``, not after one URL.

    Nova: nova/wsgi.py Router
    """

    def __init__(self, mapper: routes.Mapper) -> None:
        self.map = mapper
        self._router = routes.middleware.RoutesMiddleware(self._dispatch, self.map)

    @webob.dec.wsgify(RequestClass=Request)
    def __call__(self, req: Request) -> WSGIApp:
        """Hand the request to the routes library; it calls back with the match."""
        router: WSGIApp = self._router
        return router

    @staticmethod
    @webob.dec.wsgify(RequestClass=Request)
    def _dispatch(req: Request) -> Any:
        match = req.environ["wsgiorg.routing_args"][1]
        if not match:
            return webob.exc.HTTPNotFound()
        req.environ[ENV_ROUTE] = req.script_name + route_template(
            req.environ["routes.route"]
        )
        return match["controller"]


def route_template(route: Any) -> str:
    """Return the route as people write it: ``/{project_id}/servers/{id}``."""
    text = ""
    for part in route.routelist:
        if isinstance(part, str):
            text += part
        elif part["name"] != "format":
            text += "{" + part["name"] + "}"
    return text.rstrip(".") or "/"


class Loader:
    """Builds applications from the paste file.

    Nova: nova/wsgi.py Loader
    """

    def __init__(self, config_path: str | None = None) -> None:
        wanted = config_path or CONF.wsgi.api_paste_config
        if Path(wanted).is_absolute():
            found = wanted if Path(wanted).exists() else None
        else:
            found = CONF.find_file(wanted)
        if found is None and config_path is None and wanted == PACKAGED_CONFIG.name:
            found = str(PACKAGED_CONFIG)
        if found is None:
            raise exception.ConfigNotFound(path=wanted)
        self.config_path: str = found

    def load_app(self, name: str) -> WSGIApp:
        """Return the named application with all its filters in front.

        Raises:
            exception.PasteAppNotFound: the paste file has no such section.
        """
        LOG.debug("Loading app %s from %s", name, self.config_path)
        try:
            app: WSGIApp = paste.deploy.loadapp(f"config:{self.config_path}", name=name)
        except LookupError as error:
            raise exception.PasteAppNotFound(
                name=name, path=self.config_path
            ) from error
        return app


class Server:
    """Serves an application on a port of this machine, in threads of its own.

    The application must know by itself who acts (:class:`tracenova.http.ServiceEntrance`).

    Nova: nova/wsgi.py Server
    """

    def __init__(
        self, name: str, app: WSGIApp, host: str = "0.0.0.0", port: int = 0
    ) -> None:
        self.name = name
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=1024)
        self.host: str
        self.port: int
        self.host, self.port = listening.getsockname()[:2]
        self._server = http_server.Server(
            app,
            listening,
            threads=CONF.osapi_compute_workers or os.cpu_count() or 1,
            idle_s=CONF.wsgi.client_socket_timeout or None,
        )
        self._thread = threading.Thread(target=self._server.run, name=name, daemon=True)
        LOG.info("%s listening on %s:%s", name, self.host, self.port)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port; requests under way are finished."""
        LOG.info("Stopping WSGI server %s", self.name)
        self._server.close()

    def wait(self) -> None:
        """Block until the server has stopped."""
        self._thread.join()
