"""Links: from every answer to the things it names, and to the next page.

Nova: nova/api/openstack/common.py (ViewBuilder, url_join, …)
"""

import re
import urllib.parse
from collections.abc import Sequence
from typing import Any

from tracenova.api.openstack.request import Request
from tracenova.conf import CONF

Link = dict[str, str]
_VERSION = re.compile(r"v[0-9]+(\.[0-9]+)?")


def get_id_from_href(href: object) -> str:
    """Return the last part of a URL's path: the id.

    Nova: nova/api/openstack/common.py get_id_from_href
    """
    return urllib.parse.urlsplit(str(href)).path.split("/")[-1]


def remove_trailing_version_from_href(href: str) -> str:
    """Return the URL without the ``/v2.1`` at its end.

    Raises:
        ValueError: the URL does not end with a version.

    Nova: nova/api/openstack/common.py remove_trailing_version_from_href
    """
    url = urllib.parse.urlsplit(href)
    before, _, last = url.path.rpartition("/")
    if not _VERSION.fullmatch(last):
        raise ValueError(f"href {href} does not contain version")
    return urllib.parse.urlunsplit(url._replace(path=before.strip("/")))


def url_join(*parts: str) -> str:
    """Join parts of a URL by single slashes; an empty last part leaves one at the end.

    Nova: nova/api/openstack/common.py url_join
    """
    clean = [part.strip("/") for part in parts if part]
    if parts and not parts[-1]:
        clean.append("")
    return "/".join(clean)


class ViewBuilder:
    """Base of everything that turns objects into answers.

    Nova: nova/api/openstack/common.py ViewBuilder
    """

    def _get_project_id(self, request: Request) -> str:
        project_id: str = request.environ["nova.context"].project_id or ""
        return project_id if project_id in request.url else ""

    def _get_links(
        self, request: Request, identifier: object, collection_name: str
    ) -> list[Link]:
        return [
            {
                "rel": "self",
                "href": self._get_href_link(request, identifier, collection_name),
            },
            {
                "rel": "bookmark",
                "href": self._get_bookmark_link(request, identifier, collection_name),
            },
        ]

    def _get_href_link(
        self, request: Request, identifier: object, collection_name: str
    ) -> str:
        prefix = self._update_compute_link_prefix(request.application_url)
        project = self._get_project_id(request)
        return url_join(prefix, project, collection_name, str(identifier))

    def _get_bookmark_link(
        self, request: Request, identifier: object, collection_name: str
    ) -> str:
        base = remove_trailing_version_from_href(request.application_url)
        prefix = self._update_compute_link_prefix(base)
        project = self._get_project_id(request)
        return url_join(prefix, project, collection_name, str(identifier))

    def _get_next_link(
        self, request: Request, identifier: object, collection_name: str
    ) -> str:
        params = request.params.copy()
        params["marker"] = str(identifier)
        prefix = self._update_compute_link_prefix(request.application_url)
        url = url_join(prefix, self._get_project_id(request), collection_name)
        return f"{url}?{urllib.parse.urlencode(params)}"

    def _get_collection_links(
        self,
        request: Request,
        items: Sequence[Any],
        collection_name: str,
        id_key: str = "uuid",
    ) -> list[Link]:
        """Return the link to the next page, if this page is full."""
        most = CONF.osapi_max_limit
        page = min(int(request.params.get("limit", most)), most)
        if not page or page != len(items):
            return []
        last = items[-1]
        marker = last[id_key] if isinstance(last, dict) else getattr(last, id_key)
        href = self._get_next_link(request, marker, collection_name)
        return [{"rel": "next", "href": href}]

    @staticmethod
    def _update_compute_link_prefix(orig_url: str) -> str:
        prefix = CONF.osapi_compute_link_prefix
        if not prefix:
            return orig_url
        url, new = urllib.parse.urlsplit(orig_url), urllib.parse.urlsplit(prefix)
        moved = url._replace(
            scheme=new.scheme, netloc=new.netloc, path=new.path + url.path
        )
        return urllib.parse.urlunsplit(moved).rstrip("/")
