"""One port for all services of a cloud, each below a prefix of its own, as in DevStack.

Clients find the prefixes in keystone's catalog: they know nothing but keystone's URL.
"""

import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

import webob
from oslo_context.context import generate_request_id

from tracenova import http_server
from tracenova.http import ENV_PREFIX, WSGIApp
from tracenova.lab.errors import SettingsError

PREFIXES: Final = {
    "keystone": "/identity",
    "nova": "/compute",
    "glance": "/image",
    "neutron": "/networking",
    "cinder": "/volume",
    "placement": "/placement",
}
REQUEST_ID: Final = "x-openstack-request-id"
_THREADS: Final = 16
_LARGEST_BODY: Final = 4 * 1024**3  # an image; nova-api has a limit of its own


class FrontDoor:
    """A server on a port, and the applications behind it.

    It listens from the beginning, so that a port which is taken is noticed before a
    cloud is started for nothing; until an application is :meth:`open`, its prefix
    answers 503.

    Args:
        host: address to listen on.
        port: 0: any that is free.
        public: how clients reach it, if not by this address.

    Raises:
        SettingsError: nobody can listen there.
    """

    def __init__(self, host: str, port: int, public: str | None = None) -> None:
        self._apps: dict[str, WSGIApp] = {}
        listening = _bound(host, port)
        shown = f"[{host}]" if ":" in host else host
        self.url = public or f"http://{shown}:{int(listening.getsockname()[1])}"
        self._server = http_server.Server(
            self, listening, threads=_THREADS, max_request_body_size=_LARGEST_BODY
        )
        self._thread = threading.Thread(target=self._server.run, name="up", daemon=True)
        self._thread.start()

    def url_of(self, service: str) -> str:
        """Return where clients find a service."""
        return self.url + PREFIXES[service]

    def open(self, service: str, app: WSGIApp) -> None:
        """Answer for the service from now on."""
        self._apps[PREFIXES[service]] = app

    def close(self) -> None:
        """Answer nobody any more; requests under way are finished first.

        Clients keep idle connections open; they are closed, too.
        """
        self._server.close()
        self._thread.join(5)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Pass the request on; every answer carries the id that leads to its trace."""
        environ["openstack.request_id"] = generate_request_id()

        def respond(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if REQUEST_ID not in {name.lower() for name, _ in headers}:
                headers = [*headers, (REQUEST_ID, environ["openstack.request_id"])]
            return start_response(status, headers, *more)

        return self._behind(environ)(environ, respond)

    def _behind(self, environ: dict[str, Any]) -> WSGIApp:
        """Return the application of the path; move its prefix to SCRIPT_NAME."""
        path = str(environ["PATH_INFO"])
        prefix = "/" + path.lstrip("/").partition("/")[0]
        if prefix in self._apps:
            environ[ENV_PREFIX] = prefix
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
            environ["PATH_INFO"] = path[len(prefix) :]
            return self._apps[prefix]
        if prefix in PREFIXES.values():
            return webob.Response("The service is starting.", status=503)
        services = {name: self.url_of(name) for name in PREFIXES}
        return webob.Response(json=services, status=200 if path == "/" else 404)


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address.

    Raises:
        SettingsError: it is no address of this machine, or taken.
    """
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(1024)
    except OSError as error:
        bound.close()
        raise SettingsError(
            f"cannot listen on {host}:{port}: {error.strerror or error}; "
            "another cloud may be up there: choose another --port"
        ) from None
    return bound
