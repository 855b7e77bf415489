"""Sends a request to the application whose prefix its path begins with.

Nova: nova/api/openstack/urlmap.py. Left out: choosing the version by Accept or
Content-Type, and host names in the paste file's keys.
"""

from collections.abc import Callable, Iterable
from typing import Any

import webob.exc

from tracenova.wsgi import WSGIApp


def urlmap_factory(
    loader: Any, global_conf: dict[str, str], **local_conf: str
) -> "URLMap":
    """Build the map from ``/prefix: application`` lines of the paste file.

    Nova: nova/api/openstack/urlmap.py urlmap_factory
    """
    return URLMap(
        {
            prefix.rstrip("/"): loader.get_app(name, global_conf=global_conf)
            for prefix, name in local_conf.items()
        }
    )


class URLMap:
    """Applications by prefix; the longest that matches wins.

    Nova: nova/api/openstack/urlmap.py URLMap
    """

    def __init__(self, applications: dict[str, WSGIApp]) -> None:
        self.applications = sorted(
            applications.items(), key=lambda item: len(item[0]), reverse=True
        )

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Move the prefix from PATH_INFO to SCRIPT_NAME and call the application."""
        path = environ["PATH_INFO"] or "/"
        for prefix, app in self.applications:
            if path == prefix or path.startswith(prefix + "/"):
                environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
                environ["PATH_INFO"] = path[len(prefix) :]
                return app(environ, start_response)
        nothing: Iterable[bytes] = webob.exc.HTTPNotFound()(environ, start_response)
        return nothing
