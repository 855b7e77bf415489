"""How services speak HTTP to one another, and how such a request enters a service.

A base URL that was mounted is answered in this process, by the WSGI application
itself; every other one goes over the network. Either way the caller records a
CLIENT span, and an application behind :class:`ServiceEntrance` a SERVER span.
"""

import json as jsonlib
import urllib.parse
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO, Final

import httpx

from tracenova import exception, http_network, identity, profiler
from tracenova.http_message import Headers, Request, Response
from tracenova.trace import names

Environ = dict[str, Any]
WSGIApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Params = Mapping[str, str | list[str]]

ENV_PREFIX = (
    "tracenova.prefix"  # where all services share a port, what is before a path
)
_COMPACT: Final[dict[str, Any]] = {
    "ensure_ascii": False,
    "separators": (",", ":"),
    "allow_nan": False,
}
_TRACE_KEYS: Final = {
    name: "HTTP_" + name.upper().replace("-", "_")
    for name in ("traceparent", "tracestate", "nova-lamport")
}
_mounted: dict[str, httpx.WSGITransport] = {}


class ServiceEntrance:
    """WSGI wrapper at a service's door: who acts, whose trace goes on, SERVER span.

    Nova has no such wrapper: there a process is the service.
    """

    def __init__(self, app: WSGIApp, service: identity.ServiceIdentity) -> None:
        self._app = app
        self._service = service

    def __call__(
        self, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer the request as the service, within the caller's trace."""
        if not _is_text(environ):
            start_response("400 Bad Request", [("Content-Type", "text/plain")])
            return [b"The URL is not UTF-8."]
        with identity.acting_as(self._service), profiler.extracted(_carrier(environ)):
            method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/")
            attributes = {names.HTTP_METHOD: method, names.URL_PATH: path}
            with profiler.span(f"{method} {path}", "server", attributes) as span:
                return self._answer(environ, start_response, span)

    def _answer(
        self, environ: Environ, start_response: Callable[..., Any], span: profiler.Span
    ) -> Iterable[bytes]:
        def respond(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            code = int(status.split(" ", 1)[0])
            span.set({names.HTTP_STATUS: code})
            if code >= 500:
                span.fail(RuntimeError(status))
            return start_response(status, [*headers, *_clock_header()], *more)

        body = list(self._app(environ, respond))
        route = environ.get("tracenova.route", "")
        route = route.removeprefix(environ.get(ENV_PREFIX, ""))
        if route:
            span.rename(f"{environ['REQUEST_METHOD']} {route}")
        span.set(
            {
                names.HTTP_ROUTE: route or None,
                names.REQUEST_ID: environ.get("openstack.request_id"),
            }
        )
        return body


def _is_text(environ: Environ) -> bool:
    """Say whether path and query are UTF-8; whoever reads others stumbles over them."""
    path = str(environ.get("PATH_INFO", "")).encode("latin-1")
    query = urllib.parse.unquote_to_bytes(
        str(environ.get("QUERY_STRING", "")).encode("latin-1")
    )
    try:
        (path + query).decode()
    except UnicodeDecodeError:
        return False
    return True


def _clock_header() -> list[tuple[str, str]]:
    carrier: dict[str, str] = {}
    profiler.inject(carrier)
    return [(name, value) for name, value in carrier.items() if name == "nova-lamport"]


def _carrier(environ: Environ) -> dict[str, str]:
    return {name: environ[key] for name, key in _TRACE_KEYS.items() if key in environ}


def mount(base_url: str, app: WSGIApp, service: identity.ServiceIdentity) -> None:
    """Answer every request to the base URL in this process, by the application."""
    mount_door(base_url, ServiceEntrance(app, service))


def mount_door(base_url: str, door: WSGIApp) -> None:
    """Answer every request to the port of the base URL in this process, by its door."""
    _mounted[_netloc(base_url)] = httpx.WSGITransport(
        app=door, raise_app_exceptions=True
    )


def mounted_app(base_url: str) -> WSGIApp:
    """Return the application that answers the base URL in this process, with its door.

    Raises:
        KeyError: nothing is mounted there.
    """
    app: WSGIApp = _mounted[_netloc(base_url)].app
    return app


def unmount(base_url: str) -> None:
    """Let requests to the base URL go over the network again."""
    _mounted.pop(_netloc(base_url), None)


def _netloc(url: str) -> str:
    return urllib.parse.urlsplit(url).netloc


class ServiceClient:
    """One neighbour as its callers see it. Thread-safe.

    Args:
        service: the neighbour's name in the trace: ``neutron``, ``glance`` …
        base_url: where it listens, ``http://host:port``, perhaps with a path.
    """

    def __init__(self, service: str, base_url: str) -> None:
        self.service = service
        self.base_url = base_url.rstrip("/")

    def request(
        self,
        method: str,
        template: str,
        *,
        path: Mapping[str, str] | None = None,
        params: Params | None = None,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
        context: Any = None,
        display: str | None = None,
        stream_to: BinaryIO | None = None,
    ) -> Response:
        """Send one request and return its response, whatever its status code.

        Args:
            method: the HTTP method.
            template: path below the base URL, ``/v2/images/{image_id}``.
            path: values for the template's placeholders; quoted here.
            params: the query; a list repeats its key.
            json: a body to be sent as JSON.
            content: a body of bytes.
            headers: further headers.
            token: goes into X-Auth-Token; by default the context's own.
            context: the request context; gives token and request id.
            display: how the trace names the URL, if not template plus query keys.
            stream_to: an open file that receives the response's body.

        Raises:
            exception.NeighbourUnavailable: nobody answers at the base URL.
        """
        quoted = {
            key: urllib.parse.quote(value, safe="")
            for key, value in (path or {}).items()
        }
        target = template.format(**quoted)
        sent_headers = self._headers(headers, token, context)
        if json is not None:
            sent_headers["Content-Type"] = "application/json"
            content = jsonlib.dumps(json, **_COMPACT).encode()
        shown = display or _with_query_keys(template, params)
        attributes: dict[str, profiler.Attribute | None] = {
            names.HTTP_METHOD: method,
            names.URL_TEMPLATE: shown,
            names.URL_PATH: target,
            names.PEER_SERVICE: self.service,
        }
        with profiler.span(f"{method} {template}", "client", attributes) as span:
            profiler.inject(sent_headers)
            request = Request(
                method,
                self.base_url,
                target + _query(params),
                sent_headers,
                content or b"",
            )
            response = self._send(request, stream_to)
            profiler.witnessed(response.headers)
            span.set(
                {
                    names.HTTP_STATUS: response.status_code,
                    names.REQUEST_ID: response.headers.get("x-openstack-request-id"),
                }
            )
            return response

    def _headers(
        self, headers: Mapping[str, str] | None, token: str | None, context: Any
    ) -> dict[str, str]:
        sent = {"Accept": "application/json", **(headers or {})}
        token = token or getattr(context, "auth_token", None)
        if token:
            sent["X-Auth-Token"] = token
        if context is not None and context.request_id:
            sent["X-OpenStack-Request-ID"] = context.request_id
        return sent

    def _send(self, request: Request, stream_to: BinaryIO | None) -> Response:
        write = stream_to.write if stream_to is not None else None
        try:
            mounted = _mounted.get(request.base.netloc)
            if mounted is not None:
                return _asked_here(mounted, request, write)
            return http_network.send(request, write)
        except httpx.TransportError as error:
            raise exception.NeighbourUnavailable(
                service=self.service, url=self.base_url, reason=str(error)
            ) from error


def _asked_here(
    mounted: httpx.WSGITransport,
    request: Request,
    write: Callable[[bytes], object] | None,
) -> Response:
    """Ask the application that is in this process."""
    answer = mounted.handle_request(request.to_httpx())
    content = answer.read()
    if write is not None:
        write(content)
        content = b""
    headers = Headers(answer.headers.multi_items())
    return Response(answer.status_code, headers, content)


def _query(params: Params | None) -> str:
    return "?" + urllib.parse.urlencode(params, doseq=True) if params else ""


def _with_query_keys(template: str, params: Params | None) -> str:
    if not params:
        return template
    return template + "?" + "&".join(f"{key}={{{key}}}" for key in params)
