"""Hypervisors: what the computes have, and how much of it is taken.

Nova: nova/api/openstack/compute/hypervisors.py. Left out: uptime.
"""

import json
import logging
from typing import Any

import webob.exc

from tracenova import compute, exception, servicegroup
from tracenova.api.openstack import api_version_request, common, extensions, wsgi
from tracenova.api.openstack.api_params import row_id
from tracenova.api.openstack.compute.views import hypervisors as hyper_view
from tracenova.policies import hypervisors as hv_policies

LOG = logging.getLogger(__name__)

Body = dict[str, Any]
_DETAILS = (
    "vcpus",
    "memory_mb",
    "local_gb",
    "vcpus_used",
    "memory_mb_used",
    "local_gb_used",
    "hypervisor_type",
    "hypervisor_version",
    "free_ram_mb",
    "free_disk_gb",
    "current_workload",
    "running_vms",
    "disk_available_least",
    "host_ip",
)


class HypervisorsController(wsgi.Controller):
    """Answers everything under /os-hypervisors.

    Nova: nova/api/openstack/compute/hypervisors.py HypervisorsController
    """

    def __init__(self) -> None:
        self.host_api = compute.HostAPI()
        self.servicegroup_api = servicegroup.API()
        self._view_builder = hyper_view.ViewBuilder()

    @wsgi.Controller.api_version("2.1", "2.32")
    @extensions.expected_errors(())
    def index(self, req: wsgi.Request) -> Body:
        """Return ids and names."""
        return self._list(req, detail=False)

    @wsgi.Controller.api_version("2.33", name="index")
    @extensions.expected_errors(400)
    def index_v233(self, req: wsgi.Request) -> Body:
        """Return a page of ids and names."""
        return self._page(req, detail=False)

    @wsgi.Controller.api_version("2.1", "2.32")
    @extensions.expected_errors(())
    def detail(self, req: wsgi.Request) -> Body:
        """Return hypervisors with their resources."""
        return self._list(req, detail=True)

    @wsgi.Controller.api_version("2.33", name="detail")
    @extensions.expected_errors(400)
    def detail_v233(self, req: wsgi.Request) -> Body:
        """Return a page of hypervisors with their resources."""
        return self._page(req, detail=True)

    def _page(self, req: wsgi.Request, detail: bool) -> Body:
        limit, marker = common.get_limit_and_marker(req)
        shown = self._list(req, detail, limit=limit, marker=marker)
        links = self._view_builder.get_links(req, shown["hypervisors"], detail)
        if links:
            shown["hypervisors_links"] = links
        return shown

    def _list(
        self,
        req: wsgi.Request,
        detail: bool,
        limit: int | None = None,
        marker: str | None = None,
    ) -> Body:
        context = req.environ["nova.context"]
        context.can(hv_policies.BASE_POLICY_NAME)
        try:
            nodes = self.host_api.compute_node_get_all(
                context, limit=limit, marker=marker
            )
        except (exception.MarkerNotFound, ValueError) as error:
            raise webob.exc.HTTPBadRequest(
                explanation=f"marker [{marker}] not found"
            ) from error
        shown = [self._view_or_none(req, node, detail) for node in nodes]
        return {"hypervisors": [view for view in shown if view is not None]}

    def _view_or_none(self, req: wsgi.Request, node: Any, detail: bool) -> Body | None:
        try:
            return self._view(req, node, detail)
        except exception.ComputeHostNotFound:
            LOG.debug("Compute node %s has no service any more", node.host)
            return None

    @extensions.expected_errors(404)
    def show(self, req: wsgi.Request, id: str) -> Body:
        """Return one hypervisor with its resources."""
        context = req.environ["nova.context"]
        context.can(hv_policies.BASE_POLICY_NAME)
        node = self._node(context, id)
        return {"hypervisor": self._view(req, node, detail=True)}

    def _node(self, context: Any, id: str) -> Any:
        try:
            return self.host_api.compute_node_get(context, row_id(id))
        except (ValueError, exception.ComputeHostNotFound) as error:
            raise webob.exc.HTTPNotFound(
                explanation=f"Hypervisor with ID '{id}' could not be found."
            ) from error

    @extensions.expected_errors((400, 404, 501))
    def uptime(self, req: wsgi.Request, id: str) -> Body:
        """Return what ``uptime`` says on the hypervisor's host."""
        context = req.environ["nova.context"]
        context.can(hv_policies.BASE_POLICY_NAME)
        node = self._node(context, id)
        try:
            said = self.host_api.get_host_uptime(context, node.host)
        except NotImplementedError as error:
            raise webob.exc.HTTPNotImplemented(
                explanation="The requested functionality is not supported."
            ) from error
        except exception.ComputeServiceUnavailable as error:
            raise webob.exc.HTTPBadRequest(
                explanation=error.format_message()
            ) from error
        return {"hypervisor": self._view(req, node, detail=False) | {"uptime": said}}

    @extensions.expected_errors(404)
    def search(self, req: wsgi.Request, id: str) -> Body:
        """Return the hypervisors whose name contains the text."""
        nodes = self._search(req, id)
        return {"hypervisors": [self._view(req, node, detail=False) for node in nodes]}

    @extensions.expected_errors(404)
    def servers(self, req: wsgi.Request, id: str) -> Body:
        """Return the hypervisors whose name contains the text, with their servers."""
        context = req.environ["nova.context"]
        shown = []
        for node in self._search(req, id):
            view = self._view(req, node, detail=False)
            servers = self.host_api.instance_get_all_by_host(context, node.host)
            if servers:
                view["servers"] = [
                    {"name": server.name, "uuid": server.uuid} for server in servers
                ]
            shown.append(view)
        return {"hypervisors": shown}

    def _search(self, req: wsgi.Request, text: str) -> Any:
        context = req.environ["nova.context"]
        context.can(hv_policies.BASE_POLICY_NAME)
        nodes = self.host_api.compute_node_search_by_hypervisor(context, text)
        if not nodes:
            raise webob.exc.HTTPNotFound(
                explanation=f"No hypervisor matching '{text}' could be found."
            )
        return nodes

    @extensions.expected_errors(())
    def statistics(self, req: wsgi.Request) -> Body:
        """Return the sums over all hypervisors."""
        context = req.environ["nova.context"]
        context.can(hv_policies.BASE_POLICY_NAME)
        return {"hypervisor_statistics": self.host_api.compute_node_statistics(context)}

    def _view(self, req: wsgi.Request, node: Any, detail: bool) -> Body:
        context = req.environ["nova.context"]
        service = self.host_api.service_get_by_compute_host(context, node.host)
        alive = self.servicegroup_api.service_is_up(service)
        view = {
            "id": node.id,
            "hypervisor_hostname": node.hypervisor_hostname,
            "state": "up" if alive else "down",
            "status": "disabled" if service.disabled else "enabled",
        }
        if detail:
            view |= {field: getattr(node, field) for field in _DETAILS}
            view["host_ip"] = node.host_ip and str(node.host_ip)
            view["cpu_info"] = _cpu_info(req, node)
            view["service"] = {
                "id": service.id,
                "host": node.host,
                "disabled_reason": service.disabled_reason,
            }
        return view


def _cpu_info(req: wsgi.Request, node: Any) -> Any:
    """Return it as text, from 2.28 on as an object."""
    if not api_version_request.is_supported(req, min_version="2.28"):
        return node.cpu_info
    return json.loads(node.cpu_info) if node.cpu_info else {}


class Hypervisors(extensions.V21APIExtensionBase):
    """Hypervisors.

    Nova: nova/api/openstack/compute/hypervisors.py Hypervisors
    """

    name = "Hypervisors"
    alias = "os-hypervisors"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection /os-hypervisors."""
        return [
            extensions.ResourceExtension(
                self.alias,
                HypervisorsController(),
                collection_actions={"detail": "GET", "statistics": "GET"},
                member_actions={"uptime": "GET", "search": "GET", "servers": "GET"},
            )
        ]
