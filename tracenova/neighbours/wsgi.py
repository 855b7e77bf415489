"""What every neighbour has in common: routes, JSON in and out, tokens, errors."""

import functools
import json
import logging
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import routes
import routes.middleware
import webob
import webob.exc
from oslo_context.context import generate_request_id

from tracenova.neighbours.keystone.tokens import Token, TokenStore
from tracenova.neighbours.shelf import Place

LOG = logging.getLogger(__name__)

Handler = Callable[..., Any]
ENV_REQUEST_ID = "openstack.request_id"
_ROUTE = "_neighbour_route"
_ROUTES_KEPT = 1024


def route(method: str, path: str, status: int = 200) -> Callable[[Handler], Handler]:
    """Answer ``method path`` by the decorated method; one may answer several.

    The method takes the request and the path's placeholders as keywords, and
    returns a JSON document, None for an empty body, or a whole response.
    """

    def mark(handler: Handler) -> Handler:
        known = getattr(handler, _ROUTE, ())
        setattr(handler, _ROUTE, (*known, (method, path, status)))
        return handler

    return mark


class Neighbour:
    """A WSGI application made of methods marked by :func:`route`.

    Args:
        tokens: keystone's tokens. Simplified: a real neighbour asks keystone over
            HTTP and caches the answer; here both share a memory.

    Attributes:
        public: paths that need no token.
        place: where it keeps what it knows, for the day on which its process dies.
        versioned: what ``{version}`` at the beginning of a path stands for.
        request_id_headers: which headers carry the request's id.
    """

    public: ClassVar[frozenset[str]] = frozenset({"/"})
    versioned: ClassVar[tuple[str, ...]] = ()
    request_id_headers: ClassVar[tuple[str, ...]] = ("x-openstack-request-id",)

    def __init__(self, tokens: TokenStore) -> None:
        self.tokens = tokens
        self.place = Place(type(self).__name__, self._look, self._take)
        self._routes = routes.Mapper()
        self._found = functools.lru_cache(_ROUTES_KEPT)(self._find)
        for name in dir(type(self)):
            for method, path, _ in getattr(getattr(type(self), name), _ROUTE, ()):
                self._connect(name, method, path)

    def _connect(self, action: str, method: str, path: str) -> None:
        conditions = {"method": [method]}
        if "{version}" not in path:
            self._routes.connect(path, action=action, conditions=conditions)
            return
        for version in self.versioned:
            each = path.replace("{version}", version)
            known = {"action": action, "version": version}
            self._routes.connect(each, **known, conditions=conditions)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request; its id leads to its trace."""
        environ["PATH_INFO"] = environ.get("PATH_INFO") or "/"
        request = webob.Request(environ)
        request_id = environ.get(ENV_REQUEST_ID) or generate_request_id()
        environ[ENV_REQUEST_ID] = request_id
        try:
            response = self._dispatch(request)
        except webob.exc.HTTPException as fault:
            response = self.fault(fault)
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            LOG.warning(
                "%s %s: malformed body: %r", request.method, request.path, error
            )
            response = self.fault(
                webob.exc.HTTPBadRequest(f"The body is malformed: {error}.")
            )
        self.place.write(only_looked=request.method in ("GET", "HEAD"))
        for header in self.request_id_headers:
            response.headers.setdefault(header, request_id)
        return response(environ, start_response)

    def _dispatch(self, request: webob.Request) -> webob.Response:
        found = self._found(request.method, request.environ["PATH_INFO"])
        if found is None:
            raise webob.exc.HTTPNotFound("The resource could not be found.")
        action, template, placeholders = found
        request.environ["tracenova.route"] = "/" + template.lstrip("/")
        if template not in self.public:
            request.environ["neighbour.token"] = self._validated(request)
        handler = getattr(self, action)
        answer = handler(request, **placeholders)
        return _response(answer, getattr(handler, _ROUTE)[0][2])

    def _find(self, method: str, path: str) -> tuple[str, str, dict[str, str]] | None:
        """Return the method to call, its path, and what the placeholders stand for."""
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path}
        found = self._routes.routematch(environ=environ)
        if found is None:
            return None
        match, matched = found
        action = match.pop("action")
        match.pop("controller", None)
        return action, matched.routepath, match

    def _validated(self, request: webob.Request) -> Token:
        token = self.tokens.find(request.headers.get("X-Auth-Token", ""))
        if token is None:
            raise webob.exc.HTTPUnauthorized(
                "The request you have made requires authentication."
            )
        return token

    def _look(self, kind: str, key: str) -> Any:
        """Return what is known of the kind under the key; None: nothing."""
        return None

    def _take(self, kind: str, key: str, value: Any) -> None:
        """Know again what an earlier process has known."""

    def fault(self, error: webob.exc.HTTPException) -> webob.Response:
        """Return the error in this service's own shape."""
        return webob.Response(
            json={
                "error": {
                    "code": error.code,
                    "title": error.title,
                    "message": error.detail,
                }
            },
            status=error.code,
        )


def caller(request: webob.Request) -> Token:
    """Return whose token the request carried."""
    return request.environ["neighbour.token"]


def may_touch(request: webob.Request, project_id: str) -> bool:
    """Say whether the caller is an admin or of the resource's own project."""
    token = caller(request)
    return token.is_admin or token.project_id == project_id


def require_admin(request: webob.Request) -> None:
    """Refuse everybody but administrators: 403."""
    if not caller(request).is_admin:
        raise webob.exc.HTTPForbidden(
            "You are not authorized to perform the requested action."
        )


def body(request: webob.Request, key: str) -> dict[str, Any]:
    """Return the object under the key of the request's JSON body, or answer 400."""
    try:
        document = json.loads(request.body)
        value = document[key]
    except (ValueError, KeyError, TypeError):
        raise webob.exc.HTTPBadRequest(
            f"The body must be a JSON object with {key!r}."
        ) from None
    if not isinstance(value, dict):
        raise webob.exc.HTTPBadRequest(f"{key!r} must be an object.")
    return value


def json_object(request: webob.Request) -> dict[str, Any]:
    """Return the request's JSON body, an object, or answer 400."""
    try:
        document = json.loads(request.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise webob.exc.HTTPBadRequest("The body must be a JSON object.")
    return document


def _response(answer: Any, status: int) -> webob.Response:
    if isinstance(answer, webob.Response):
        return answer
    if answer is None:
        return webob.Response(status=status)
    return webob.Response(json=answer, status=status)
