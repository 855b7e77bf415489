"""Which versions of the API there are: the answer to ``GET /``.

Nova: nova/api/openstack/compute/versions.py
"""

from typing import Any

from tracenova.api.openstack import api_version_request, wsgi
from tracenova.api.openstack.compute.views import versions as views_versions

Body = dict[str, Any]


def _version(
    version_id: str, status: str, highest: str, lowest: str, updated: str
) -> Body:
    number = version_id.removeprefix("v").removesuffix(".0")
    return {
        "id": version_id,
        "status": status,
        "version": highest,
        "min_version": lowest,
        "updated": updated,
        "links": [
            {
                "rel": "describedby",
                "type": "text/html",
                "href": "http://docs.openstack.org/",
            }
        ],
        "media-types": [
            {
                "base": "application/json",
                "type": f"application/vnd.openstack.compute+json;version={number}",
            }
        ],
    }


VERSIONS = {
    "v2.0": _version("v2.0", "SUPPORTED", "", "", "2011-01-21T11:33:21Z"),
    "v2.1": _version(
        "v2.1",
        "CURRENT",
        api_version_request.max_api_version().get_string(),
        api_version_request.min_api_version().get_string(),
        "2013-07-23T11:33:21Z",
    ),
}


class Versions(wsgi.Resource):
    """Answers at the root: all versions, or for any other URL where it might be.

    Nova: nova/api/openstack/compute/versions.py Versions
    """

    def get_action_args(self, environ: dict[str, Any]) -> dict[str, Any]:
        """Choose by the path; there is no router before this resource."""
        return {"action": "index" if environ["PATH_INFO"] in {"", "/"} else "multi"}

    def index(self, req: wsgi.Request, body: Body | None = None) -> Body:
        """Return all versions."""
        return views_versions.get_view_builder(req).build_versions(VERSIONS)

    @wsgi.response(300)
    def multi(self, req: wsgi.Request, body: Body | None = None) -> Body:
        """Return multiple choices."""
        return views_versions.get_view_builder(req).build_choices(VERSIONS, req)
