"""How a server looks to its user.

Nova: nova/api/openstack/compute/views/servers.py
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tracenova.api.openstack import api_version_request, common
from tracenova.api.openstack.api_params import isotime
from tracenova.api.openstack.compute.views import addresses as views_addresses
from tracenova.api.openstack.request import Request
from tracenova.api.openstack.view_builder import get_id_from_href

View = dict[str, Any]

_PROGRESS_STATUSES = (
    "ACTIVE",
    "BUILD",
    "REBUILD",
    "RESIZE",
    "VERIFY_RESIZE",
    "MIGRATING",
)
_FAULT_STATUSES = ("ERROR", "DELETED")
_SHOW_EXPECTED_ATTRS = ("flavor", "info_cache", "metadata")


class ViewBuilder(common.ViewBuilder):
    """Shows servers: as created, in a list, in detail.

    Nova: nova/api/openstack/compute/views/servers.py ViewBuilder
    """

    _collection_name = "servers"

    def __init__(self) -> None:
        self._address_builder = views_addresses.ViewBuilderV21()

    def create(self, request: Request, instance: Any) -> View:
        """Return what the answer to a create says of the new server."""
        return {
            "server": {
                "id": instance.uuid,
                "links": self._get_links(request, instance.uuid, "servers"),
                "OS-DCF:diskConfig": _disk_config(instance),
            }
        }

    def basic(self, request: Request, instance: Any) -> View:
        """Return the server as in a list without details."""
        return {
            "server": {
                "id": instance.uuid,
                "name": instance.display_name,
                "links": self._get_links(request, instance.uuid, "servers"),
            }
        }

    @staticmethod
    def get_show_expected_attrs(expected_attrs: Iterable[str] = ()) -> list[str]:
        """Return what must be loaded with an instance that is to be shown."""
        return sorted({*_SHOW_EXPECTED_ATTRS, *expected_attrs})

    def show(
        self, request: Request, instance: Any, extend_address: bool = True
    ) -> View:
        """Return the server with all details of the core API."""
        server = {
            "id": instance.uuid,
            "name": instance.display_name,
            "status": _status(instance),
            "tenant_id": instance.project_id or "",
            "user_id": instance.user_id or "",
            "metadata": dict(instance.metadata or {}),
            "hostId": _host_id(instance),
            "image": self._get_image(request, instance),
            "flavor": self._get_flavor(request, instance),
            "created": isotime(instance.created_at),
            "updated": isotime(instance.updated_at),
            "addresses": self._address_builder.index(
                common.get_networks_for_instance(instance), extend_address
            ),
            "accessIPv4": _text(instance.access_ip_v4),
            "accessIPv6": _text(instance.access_ip_v6),
            "links": self._get_links(request, instance.uuid, "servers"),
            "OS-DCF:diskConfig": _disk_config(instance),
        }
        if server["status"] in _FAULT_STATUSES and (fault := _fault(request, instance)):
            server["fault"] = fault
        if server["status"] in _PROGRESS_STATUSES:
            server["progress"] = instance.progress or 0
        server.update(self._by_version(request, instance))
        return {"server": server}

    @staticmethod
    def _by_version(request: Request, instance: Any) -> View:
        more: View = {}
        if api_version_request.is_supported(request, min_version="2.9"):
            more["locked"] = bool(instance.locked_by)
        if api_version_request.is_supported(request, min_version="2.19"):
            more["description"] = instance.display_description
        if api_version_request.is_supported(request, min_version="2.26"):
            more["tags"] = [tag.tag for tag in instance.tags]
        return more

    def index(self, request: Request, instances: Sequence[Any]) -> View:
        """Return a page of servers without details."""
        return self._list_view(self.basic, request, instances, "servers")

    def detail(self, request: Request, instances: Sequence[Any]) -> View:
        """Return a page of servers in detail."""
        return self._list_view(self.show, request, instances, "servers/detail")

    def _list_view(
        self,
        func: Callable[[Request, Any], View],
        request: Request,
        servers: Sequence[Any],
        coll_name: str,
    ) -> View:
        view: View = {
            "servers": [func(request, server)["server"] for server in servers]
        }
        if links := self._get_collection_links(request, servers, coll_name):
            view["servers_links"] = links
        return view

    def _get_image(self, request: Request, instance: Any) -> View | str:
        if not instance.image_ref:
            return ""
        image_id = get_id_from_href(instance.image_ref)
        return {"id": image_id, "links": self._bookmark(request, image_id, "images")}

    def _get_flavor(self, request: Request, instance: Any) -> View:
        flavor_id = instance.get_flavor().flavorid
        links = self._bookmark(request, flavor_id, "flavors")
        return {"id": str(flavor_id), "links": links}

    def _bookmark(
        self, request: Request, identifier: str, collection: str
    ) -> list[dict[str, str]]:
        href = self._get_bookmark_link(request, identifier, collection)
        return [{"rel": "bookmark", "href": href}]


def _disk_config(instance: Any) -> str:
    return "AUTO" if instance.auto_disk_config else "MANUAL"


def _status(instance: Any) -> str:
    if instance.deleted:
        return "DELETED"
    return common.status_from_state(instance.vm_state, instance.task_state)


def _host_id(instance: Any) -> str:
    """Return a name of the host that tells nothing, and differs between projects."""
    if not instance.host:
        return ""
    text = f"{instance.project_id}{instance.host}"
    return hashlib.sha224(text.encode()).hexdigest()


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _fault(request: Request, instance: Any) -> View | None:
    fault = instance.fault
    if not fault:
        return None
    shown = {
        "code": fault.code,
        "created": isotime(fault.created_at),
        "message": fault.message,
    }
    is_admin = request.environ["nova.context"].is_admin
    if fault.details and (is_admin or fault.code != 500):
        shown["details"] = fault.details
    return shown
