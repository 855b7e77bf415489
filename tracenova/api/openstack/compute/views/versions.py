"""How the list of API versions looks.

Nova: nova/api/openstack/compute/views/versions.py
"""

import copy
from collections.abc import Mapping
from typing import Any

from tracenova.api.openstack import common
from tracenova.api.openstack.request import Request
from tracenova.api.openstack.view_builder import url_join

View = dict[str, Any]


def get_view_builder(req: Request) -> "ViewBuilder":
    """Return the builder for answers to this request."""
    return ViewBuilder(req.application_url)


class ViewBuilder(common.ViewBuilder):
    """Shows API versions.

    Nova: nova/api/openstack/compute/views/versions.py ViewBuilder
    """

    def __init__(self, base_url: str) -> None:
        self.prefix = self._update_compute_link_prefix(base_url)

    def build_choices(self, versions: Mapping[str, View], req: Request) -> View:
        """Return where else the URL might be meant."""
        return {
            "choices": [
                {
                    "id": version["id"],
                    "status": version["status"],
                    "links": [self._self_link(version["id"], req.path)],
                    "media-types": version["media-types"],
                }
                for _, version in sorted(versions.items())
            ]
        }

    def build_versions(self, versions: Mapping[str, View]) -> View:
        """Return all versions."""
        kept = ("id", "status", "version", "min_version", "updated")
        return {
            "versions": [
                {key: version[key] for key in kept}
                | {"links": [self._self_link(version["id"])]}
                for _, version in sorted(versions.items())
            ]
        }

    def build_version(self, version: View) -> View:
        """Return one version."""
        shown = copy.deepcopy(version)
        href = self.prefix.rstrip("/") + "/"
        shown["links"].insert(0, {"rel": "self", "href": href})
        return {"version": shown}

    def _self_link(self, version_id: str, path: str = "") -> dict[str, str]:
        number = "v2.1" if version_id.startswith("v2.1") else "v2"
        return {"rel": "self", "href": url_join(self.prefix, number, path)}
