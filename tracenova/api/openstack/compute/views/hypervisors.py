"""Links from one page of hypervisors to the next.

Nova: nova/api/openstack/compute/views/hypervisors.py
"""

from collections.abc import Sequence
from typing import Any

from tracenova.api.openstack import common
from tracenova.api.openstack.request import Request
from tracenova.api.openstack.view_builder import Link


class ViewBuilder(common.ViewBuilder):
    """Links of hypervisors.

    Nova: nova/api/openstack/compute/views/hypervisors.py ViewBuilder
    """

    def get_links(
        self, request: Request, hypervisors: Sequence[Any], detail: bool = False
    ) -> list[Link]:
        """Return the link to the next page, if there may be one."""
        name = "os-hypervisors/detail" if detail else "os-hypervisors"
        return self._get_collection_links(request, hypervisors, name, "id")
