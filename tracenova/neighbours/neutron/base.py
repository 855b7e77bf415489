"""What all of neutron's resources share: who sees them, lists, their attributes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import webob
import webob.exc

from tracenova.neighbours import listing
from tracenova.neighbours.keystone.tokens import TokenStore
from tracenova.neighbours.neutron import store as neutron_store
from tracenova.neighbours.neutron.notifier import NovaNotifier
from tracenova.neighbours.neutron.store import Resource, Store
from tracenova.neighbours.wsgi import Neighbour, body, caller, may_touch

__all__ = ["NeutronBase", "conflict"]


class NeutronBase(Neighbour):
    """Neutron's resources in memory.

    Attributes:
        notifier: tells nova-api about ports; set by the lab once nova-api exists.
        port_quota: ports a project may have that has no quota of its own; -1 is unlimited.
        quotas: what administrators have set, by project and resource.
    """

    def __init__(self, tokens: TokenStore, port_quota: int = 50) -> None:
        super().__init__(tokens)
        self.store = Store(self.place)
        self.port_quota = port_quota
        self.quotas: dict[str, dict[str, int]] = {}
        self.notifier: NovaNotifier | None = None

    def fault(self, error: webob.exc.HTTPException) -> webob.Response:
        """Return the error as neutron writes it."""
        kind = error.headers.get("X-Neutron-Type") or "HTTP" + error.title.replace(
            " ", ""
        )
        shown = {"type": kind, "message": error.detail, "detail": ""}
        return webob.Response(json={"NeutronError": shown}, status=error.code)

    def given(
        self, request: webob.Request, kind: str, known: frozenset[str]
    ) -> Resource:
        """Return the resource of the request's body; its owner is the caller's project.

        Raises:
            webob.exc.HTTPBadRequest: it has attributes that there are not.
            webob.exc.HTTPForbidden: it would belong to another project.
        """
        given = body(request, kind)
        unknown = sorted(set(given) - known - {"tenant_id", "project_id"})
        if unknown:
            raise webob.exc.HTTPBadRequest(
                f"Unrecognized attribute(s) '{', '.join(unknown)}'"
            )
        tenant_id = given.pop("project_id", None) or given.get("tenant_id")
        tenant_id = str(tenant_id or caller(request).project_id)
        if not may_touch(request, tenant_id):
            raise webob.exc.HTTPForbidden(
                f"The {kind} would belong to another project."
            )
        return {**given, "tenant_id": tenant_id}

    def changes(
        self, request: webob.Request, kind: str, known: frozenset[str]
    ) -> Resource:
        """Return what the request's body changes.

        Raises:
            webob.exc.HTTPBadRequest: it has attributes that cannot be changed.
        """
        changes = body(request, kind)
        fixed = sorted(set(changes) - known)
        if fixed:
            raise webob.exc.HTTPBadRequest(
                f"Cannot update read-only attribute {', '.join(fixed)}"
            )
        return changes

    def changed(self, kind: str, resource_id: str, changes: Resource) -> Resource:
        """Change a live resource and return it as it is then."""
        with self.store.lock:
            live = self.store.get(kind, resource_id)
            if live is None:
                raise _not_found(kind, resource_id)
            live.update(changes)
            live["updated_at"] = now()
            live["revision_number"] = live.get("revision_number", 1) + 1
            return dict(live)

    def listed(self, request: webob.Request, kind: str) -> Resource:
        """Return a page of the resources that the caller sees and the query wants."""
        query = {key: request.GET.getall(key) for key in request.GET}
        found = neutron_store.matching(self.store.all(kind), query)
        mine = {r["tenant_id"]: may_touch(request, r["tenant_id"]) for r in found}
        shown = [r for r in found if mine[r["tenant_id"]] or self._is_shared(r)]
        if "sort_key" in query:
            shown = listing.ordered(shown, request, "id", "asc")
        shown, more = listing.page(shown, request)
        collection = kind.replace("-", "_")
        fields = set(query.get("fields") or ())
        answer: Resource = {collection: [_part(r, fields) for r in shown]}
        if more and shown:
            href = listing.next_href(request, shown[-1])
            answer[f"{collection}_links"] = [{"rel": "next", "href": href}]
        return answer

    def found(self, request: webob.Request, kind: str, resource_id: str) -> Resource:
        """Return a resource that the caller sees.

        Raises:
            webob.exc.HTTPNotFound: there is none.
        """
        found = self.store.get(kind, resource_id)
        if found is None or not self._is_visible(request, found):
            raise _not_found(kind, resource_id)
        return dict(found)

    def owned(self, request: webob.Request, kind: str, resource_id: str) -> Resource:
        """Return a resource that the caller may change.

        Raises:
            webob.exc.HTTPNotFound: there is none, or it is only shared: as in neutron,
                one that may be seen but not changed answers 403.
            webob.exc.HTTPForbidden: it belongs to another project.
        """
        found = self.found(request, kind, resource_id)
        if not may_touch(request, found["tenant_id"]):
            raise webob.exc.HTTPForbidden(
                f"The {_singular(kind)} belongs to another project."
            )
        return found

    def release_port(self, port_id: str) -> None:
        """Forget a port that is deleted, in whatever leads to it."""

    def _look(self, kind: str, key: str) -> Any:
        if kind == "quota":
            return self.quotas.get(key)
        return self.store.look(kind, key)

    def _take(self, kind: str, key: str, value: Any) -> None:
        if kind == "quota":
            self.quotas[key] = value
        else:
            self.store.take(kind, value)

    def _is_visible(self, request: webob.Request, resource: Resource) -> bool:
        return may_touch(request, resource["tenant_id"]) or self._is_shared(resource)

    def _is_shared(self, resource: Resource) -> bool:
        if resource.get("shared") or resource.get("router:external"):
            return True
        network = self.store.get("networks", resource.get("network_id", ""))
        return bool(network and network["shared"] and "cidr" in resource)


def _part(resource: Resource, fields: set[str]) -> Resource:
    """Return a copy of the resource, or of the fields that were asked for."""
    if not fields:
        return dict(resource)
    return {k: resource[k] for k in sorted(fields) if k in resource}


def now() -> str:
    """Return the time, as neutron writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def conflict(kind: str, text: str) -> webob.exc.HTTPConflict:
    """Return neutron's 409 of that kind."""
    error = webob.exc.HTTPConflict(text)
    error.headers["X-Neutron-Type"] = kind
    return error


def not_found(kind: str, text: str) -> webob.exc.HTTPNotFound:
    """Return neutron's 404 of that kind."""
    error = webob.exc.HTTPNotFound(text)
    error.headers["X-Neutron-Type"] = kind
    return error


def invalid(attribute: str, reason: object) -> webob.exc.HTTPBadRequest:
    """Return neutron's 400 for a value that does not fit."""
    return webob.exc.HTTPBadRequest(f"Invalid input for {attribute}. Reason: {reason}.")


def check_types(given: Mapping[str, Any], **types: type) -> None:
    """Make sure that the attributes, where given, are of these types.

    Raises:
        webob.exc.HTTPBadRequest: one is not.
    """
    for name, wanted in types.items():
        if name in given and type(given[name]) is not wanted:
            raise invalid(name, f"{given[name]!r} is no {wanted.__name__}")


def whole_number(name: str, value: object) -> int:
    """Return a number that a client may have written as a text.

    Raises:
        webob.exc.HTTPBadRequest: it is none.
    """
    if isinstance(value, str) and value.removeprefix("-").isdecimal():
        return int(value)
    if type(value) is not int:
        raise invalid(name, f"{value!r} is not an integer")
    return value


def _singular(kind: str) -> str:
    return kind.removesuffix("s").replace("-", " ")


def _not_found(kind: str, resource_id: str) -> webob.exc.HTTPNotFound:
    what = _singular(kind).capitalize()
    name = what.title().replace(" ", "") + "NotFound"
    return not_found(name, f"{what} {resource_id} could not be found.")
