"""How a flavor looks.

Nova: nova/api/openstack/compute/views/flavors.py
"""

from collections.abc import Callable, Sequence
from typing import Any

from tracenova.api.openstack import common
from tracenova.api.openstack.request import Request

View = dict[str, Any]


class ViewBuilderV21(common.ViewBuilder):
    """Shows flavors: in a list, in detail.

    Nova: nova/api/openstack/compute/views/flavors.py ViewBuilderV21
    """

    def basic(self, request: Request, flavor: Any) -> View:
        """Return the flavor as in a list without details."""
        return {
            "flavor": {
                "id": flavor.flavorid,
                "name": flavor.name,
                "links": self._get_links(request, flavor.flavorid, "flavors"),
            }
        }

    def show(self, request: Request, flavor: Any) -> View:
        """Return the flavor with its sizes."""
        view = self.basic(request, flavor)
        view["flavor"] |= {
            "ram": flavor.memory_mb,
            "disk": flavor.root_gb,
            "vcpus": flavor.vcpus,
            "swap": flavor.swap or "",
            "OS-FLV-EXT-DATA:ephemeral": flavor.ephemeral_gb,
            "OS-FLV-DISABLED:disabled": flavor.disabled,
        }
        return view

    def index(self, request: Request, flavors: Sequence[Any]) -> View:
        """Return a page of flavors without details."""
        return self._list_view(self.basic, request, flavors, "flavors")

    def detail(self, request: Request, flavors: Sequence[Any]) -> View:
        """Return a page of flavors in detail."""
        return self._list_view(self.show, request, flavors, "flavors/detail")

    def _list_view(
        self,
        func: Callable[[Request, Any], View],
        request: Request,
        flavors: Sequence[Any],
        coll_name: str,
    ) -> View:
        view: View = {
            "flavors": [func(request, flavor)["flavor"] for flavor in flavors]
        }
        links = self._get_collection_links(request, flavors, coll_name, "flavorid")
        if links:
            view["flavors_links"] = links
        return view
