# ruff: noqa: N999 - Nova names the module so
"""What ``GET /v2.1/`` says about itself.

Nova: nova/api/openstack/compute/versionsV21.py
"""

from typing import Any

from tracenova.api.openstack import extensions, wsgi
from tracenova.api.openstack.compute import versions
from tracenova.api.openstack.compute.views import versions as views_versions


class VersionsController(wsgi.Controller):
    """Shows the version under whose prefix the request came.

    Nova: nova/api/openstack/compute/versionsV21.py VersionsController
    """

    @extensions.expected_errors(())
    def show(self, req: wsgi.Request) -> dict[str, Any]:
        """Return one version."""
        version = "v2.0" if req.is_legacy_v2() else "v2.1"
        return views_versions.get_view_builder(req).build_version(
            versions.VERSIONS[version]
        )


class Versions(extensions.V21APIExtensionBase):
    """API version information.

    Nova: nova/api/openstack/compute/versionsV21.py Versions
    """

    name = "Versions"
    alias = "versions"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the one resource, at the root of the version."""
        return [
            extensions.ResourceExtension(
                "versions", VersionsController(), custom_routes_fn=_version_map
            )
        ]


def _version_map(mapper: Any, wsgi_resource: Any) -> None:
    mapper.connect(
        "versions",
        "/",
        controller=wsgi_resource,
        action="show",
        conditions={"method": ["GET"]},
    )
    mapper.redirect("", "/")
