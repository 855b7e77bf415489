"""What cinder tells that is no volume: versions, zones, types, services."""

from typing import Any, ClassVar, Final

import webob
import webob.exc

from tracenova.neighbours.wsgi import Neighbour, require_admin, route

Body = dict[str, Any]

_VERSIONS: Final = {
    "v2": ("v2.0", "DEPRECATED", "", ""),
    "v3": ("v3.0", "CURRENT", "3.0", "3.15"),
}
_UPDATED: Final = "2016-09-08T12:00:00Z"


class CinderFacts(Neighbour):
    """The part of cinder that knows no volume."""

    public: ClassVar[frozenset[str]] = frozenset(
        {"/", "/{version}", "/{version:v2|v3}/"}
    )
    versioned: ClassVar[tuple[str, ...]] = tuple(_VERSIONS)
    request_id_headers: ClassVar[tuple[str, ...]] = (
        "x-openstack-request-id",
        "x-compute-request-id",
    )

    @route("GET", "/", status=300)
    def versions(self, request: webob.Request) -> Body:
        """List the API versions."""
        return {"versions": [_version(request, name) for name in _VERSIONS]}

    @route("GET", "/{version}")
    def version(self, request: webob.Request, version: str) -> Body:
        """Show one version."""
        return {"versions": [_version(request, version)]}

    @route("GET", "/{version}/")
    def version_again(self, request: webob.Request, version: str) -> Body:
        """Show one version."""
        return self.version(request, version)

    @route("GET", "/{version}/{project_id}/os-availability-zone")
    def zones(self, request: webob.Request, version: str, project_id: str) -> Body:
        """List the availability zones: there is one."""
        zone = {"zoneName": "nova", "zoneState": {"available": True}}
        return {"availabilityZoneInfo": [zone]}

    @route("GET", "/{version}/{project_id}/types")
    def types(self, request: webob.Request, version: str, project_id: str) -> Body:
        """List the volume types: there are none."""
        return {"volume_types": []}

    @route("GET", "/{version}/{project_id}/types/default")
    def default_type(
        self, request: webob.Request, version: str, project_id: str
    ) -> None:
        """Show the default type: there is none."""
        raise webob.exc.HTTPNotFound("Default volume type can not be found.")

    @route("GET", "/{version}/{project_id}/extensions")
    def extensions(self, request: webob.Request, version: str, project_id: str) -> Body:
        """List the extensions whose resources are here."""
        aliases = {
            "AvailabilityZones": "os-availability-zone",
            "Quotas": "os-quota-sets",
        }
        return {
            "extensions": [
                {
                    "name": name,
                    "alias": alias,
                    "description": name,
                    "updated": _UPDATED,
                    "links": [],
                }
                for name, alias in aliases.items()
            ]
        }

    @route("GET", "/{version}/{project_id}/os-services")
    def services(self, request: webob.Request, version: str, project_id: str) -> Body:
        """List cinder's own services; for administrators."""
        require_admin(request)
        binaries = ("cinder-scheduler", "cinder-volume")
        return {"services": [_service(binary) for binary in binaries]}

    def fault(self, error: webob.exc.HTTPException) -> webob.Response:
        """Return the error as cinder writes it."""
        kinds = {404: "itemNotFound", 400: "badRequest", 403: "forbidden"}
        kind = {**kinds, 413: "overLimit", 409: "conflictingRequest"}.get(error.code)
        shown = {kind or "computeFault": {"code": error.code, "message": error.detail}}
        return webob.Response(json=shown, status=error.code)


def _version(request: webob.Request, name: str) -> Body:
    version_id, status, lowest, highest = _VERSIONS[name]
    kind = f"application/vnd.openstack.volume+json;version={name[1:]}"
    href = f"{request.application_url}/{name}/"
    return {
        "id": version_id,
        "status": status,
        "min_version": lowest,
        "version": highest,
        "updated": _UPDATED,
        "links": [{"rel": "self", "href": href}],
        "media-types": [{"base": "application/json", "type": kind}],
    }


def _service(binary: str) -> Body:
    return {
        "binary": binary,
        "host": "controller" if binary.endswith("scheduler") else "controller@local",
        "zone": "nova",
        "status": "enabled",
        "state": "up",
        "updated_at": None,
        "disabled_reason": None,
    }
