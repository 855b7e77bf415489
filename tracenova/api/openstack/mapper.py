"""Routes: every resource with the project id in its URL, and without.

Nova: nova/api/openstack/__init__.py (APIMapper, ProjectMapper)
"""

from typing import Any

import routes

from tracenova.conf import CONF

PROJECT_ID_REGEX = r"[0-9a-f\-]+"


class APIMapper(routes.Mapper):
    """A mapper that takes only .json and .xml as a suffix, so ids may have dots.

    Nova: nova/api/openstack/__init__.py APIMapper
    """

    def routematch(
        self, url: str | None = None, environ: dict[str, Any] | None = None
    ) -> Any:
        """Match the URL; the empty one too, which the routes library refuses."""
        if url == "":
            result = self._match("", environ)
            return result[0], result[1]
        return super().routematch(url, environ)

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        """Add a route."""
        requirements = kwargs.setdefault("requirements", {})
        if not requirements.get("format"):
            requirements["format"] = "json|xml"
        return super().connect(*args, **kwargs)


class ProjectMapper(APIMapper):
    """A mapper that adds each resource twice: ``/{project_id}/…`` and ``/…``.

    Nova: nova/api/openstack/__init__.py ProjectMapper
    """

    def resource(self, member_name: str, collection_name: str, **kwargs: Any) -> None:
        """Add the routes of a resource, perhaps below its parent's."""
        regex = CONF.osapi_v21.project_id_regex or PROJECT_ID_REGEX
        parent = kwargs.get("parent_resource")
        below = ""
        if parent:
            below = f"{parent['collection_name']}/:{parent['member_name']}_id"
        prefix = f"{{project_id:{regex}}}/{below}"
        super().resource(member_name, collection_name, path_prefix=prefix, **kwargs)
        if below:
            kwargs["path_prefix"] = below
        super().resource(member_name, collection_name, **kwargs)
