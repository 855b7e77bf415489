"""Links from one page of key pairs to the next.

Nova: nova/api/openstack/compute/views/keypairs.py
"""

from collections.abc import Sequence
from typing import Any

from tracenova.api.openstack import common
from tracenova.api.openstack.request import Request
from tracenova.api.openstack.view_builder import Link


class ViewBuilder(common.ViewBuilder):
    """Links of key pairs.

    Nova: nova/api/openstack/compute/views/keypairs.py ViewBuilder
    """

    def get_links(self, request: Request, keypairs: Sequence[Any]) -> list[Link]:
        """Return the link to the next page, if there may be one."""
        return self._get_collection_links(request, keypairs, "os-keypairs", "name")
