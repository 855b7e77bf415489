"""Servers: what a user creates, lists, shows and deletes.

Nova: nova/api/openstack/compute/servers.py. Left out: resize, soft delete. Reboot, start
and stop stand in server_power, createImage and rebuild in server_images. Its parts are
server_create (plug-ins), server_create_checks, server_create_errors, server_networks,
server_search.
"""

from typing import Any

import webob.exc

from tracenova import compute, exception, objects
from tracenova.api import validation
from tracenova.api.openstack import api_version_request, common, extensions, wsgi
from tracenova.api.openstack.api_params import generate_password
from tracenova.api.openstack.compute import helpers
from tracenova.api.openstack.compute import server_create as plugins
from tracenova.api.openstack.compute.schemas import servers as schema_servers
from tracenova.api.openstack.compute.server_create_checks import (
    check_block_devices,
    image_from_req_data,
    requested_networks,
    supports_device_tagging,
)
from tracenova.api.openstack.compute.server_create_errors import as_http_errors
from tracenova.api.openstack.compute.server_search import (
    SearchOpts,
    get_search_opts,
    searching_context,
)
from tracenova.api.openstack.compute.views import servers as views_servers
from tracenova.api.openstack.view_builder import get_id_from_href
from tracenova.compute import flavors
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.policies.servers import SERVERS

Body = dict[str, Any]

_SCHEMA_V20 = plugins.with_plugin_schemas(schema_servers.base_create_v20, "2.0")
_SCHEMA = plugins.with_plugin_schemas(schema_servers.base_create, "2.1")
_SCHEMA_V219 = plugins.with_plugin_schemas(schema_servers.base_create_v219, "2.19")
_SCHEMA_V232 = plugins.with_plugin_schemas(schema_servers.base_create_v232, "2.32")
_SCHEMA_V237 = plugins.with_plugin_schemas(schema_servers.base_create_v237, "2.37")


class ServersController(wsgi.Controller):
    """Answers everything under /servers.

    Nova: nova/api/openstack/compute/servers.py ServersController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()
        self._view_builder = views_servers.ViewBuilder()

    @extensions.expected_errors((400, 403))
    def index(self, req: wsgi.Request) -> Body:
        """Return ids and names of the project's servers."""
        req.environ["nova.context"].can(SERVERS % "index")
        return self._list(req, is_detail=False)

    @extensions.expected_errors((400, 403))
    def detail(self, req: wsgi.Request) -> Body:
        """Return the project's servers with all details."""
        req.environ["nova.context"].can(SERVERS % "detail")
        return self._list(req, is_detail=True)

    def _list(self, req: wsgi.Request, is_detail: bool) -> Body:
        try:
            return self._get_servers(req, is_detail)
        except exception.Invalid as error:
            raise webob.exc.HTTPBadRequest(
                explanation=error.format_message()
            ) from error

    def _get_servers(self, req: wsgi.Request, is_detail: bool) -> Body:
        search_opts = get_search_opts(req)
        if search_opts is None:
            req.cache_db_instances([])
            return {"servers": []}
        context = searching_context(req, search_opts, is_detail)
        instances = self._get_all(req, context, search_opts, is_detail)
        if is_detail:
            instances.fill_faults()
            response = self._view_builder.detail(req, instances)
        else:
            response = self._view_builder.index(req, instances)
        req.cache_db_instances(instances)
        return response

    def _get_all(
        self,
        req: wsgi.Request,
        context: RequestContext,
        search_opts: SearchOpts,
        is_detail: bool,
    ) -> Any:
        limit, marker = common.get_limit_and_marker(req)
        sort_keys, sort_dirs = common.get_sort_params(req.params)
        expected_attrs = ["pci_devices"]
        if is_detail:
            expected_attrs = self._expected_attrs(req, [*expected_attrs, "services"])
        try:
            return self.compute_api.get_all(
                context,
                search_opts=search_opts,
                limit=limit,
                marker=marker,
                expected_attrs=expected_attrs,
                sort_keys=sort_keys,
                sort_dirs=sort_dirs,
            )
        except exception.MarkerNotFound as error:
            raise webob.exc.HTTPBadRequest(
                explanation=f"marker [{marker}] not found"
            ) from error
        except exception.InvalidInput as error:
            raise webob.exc.HTTPBadRequest(
                explanation=error.format_message()
            ) from error
        except exception.FlavorNotFound:
            return objects.InstanceList(context, objects=[])

    def _expected_attrs(self, req: wsgi.Request, attrs: list[str]) -> list[str]:
        if api_version_request.is_supported(req, min_version="2.26"):
            attrs = [*attrs, "tags"]
        return self._view_builder.get_show_expected_attrs(attrs)

    @extensions.expected_errors(404)
    def show(self, req: wsgi.Request, id: str) -> Body:
        """Return one server with all details."""
        context = req.environ["nova.context"]
        context.can(SERVERS % "show")
        instance = self._get_server(context, req, id, is_detail=True)
        return self._view_builder.show(req, instance)

    def _get_server(
        self,
        context: RequestContext,
        req: wsgi.Request,
        instance_uuid: str,
        is_detail: bool = False,
    ) -> Any:
        expected_attrs = ["flavor", "pci_devices", "numa_topology"]
        if is_detail:
            expected_attrs = self._expected_attrs(req, expected_attrs)
        instance = common.get_instance(
            self.compute_api, context, instance_uuid, expected_attrs
        )
        req.cache_db_instance(instance)
        return instance

    @wsgi.response(202)
    @extensions.expected_errors((400, 403, 409))
    @validation.schema(_SCHEMA_V20, "2.0", "2.0")
    @validation.schema(_SCHEMA, "2.1", "2.18")
    @validation.schema(_SCHEMA_V219, "2.19", "2.31")
    @validation.schema(_SCHEMA_V232, "2.32", "2.36")
    @validation.schema(_SCHEMA_V237, "2.37")
    def create(self, req: wsgi.Request, body: Body) -> wsgi.ResponseObject:
        """Create one or several servers; the answer shows the first."""
        context = req.environ["nova.context"]
        server = body["server"]
        password = server.get("adminPass")
        if password is None:
            password = generate_password()
        name = common.normalize_name(server["name"])
        description = _description(req, server, name)
        kwargs = plugins.run_plugins(server, body)
        availability_zone = kwargs.pop("availability_zone", None)
        helpers.translate_attributes(helpers.CREATE, server, kwargs)

        target = _target(context, availability_zone)
        context.can(SERVERS % "create", target)
        zone, host, node = self._parse_availability_zone(context, availability_zone)
        tagging = supports_device_tagging()
        check_block_devices(context, target, kwargs, tagging)
        image_uuid = image_from_req_data(server, kwargs)
        return_reservation_id = kwargs.pop("return_reservation_id", False)
        networks = requested_networks(context, target, server, tagging)
        flavor_id = get_id_from_href(server["flavorRef"])
        with as_http_errors():
            flavor = flavors.get_flavor_by_flavor_id(
                flavor_id, ctxt=context, read_deleted="no"
            )
            instances, reservation_id = self.compute_api.create(
                context,
                flavor,
                image_uuid,
                display_name=name,
                display_description=description,
                availability_zone=zone,
                forced_host=host,
                forced_node=node,
                metadata=server.get("metadata", {}),
                admin_password=password,
                requested_networks=networks,
                check_server_group_quota=True,
                **kwargs,
            )
        if return_reservation_id:
            return wsgi.ResponseObject({"reservation_id": reservation_id})
        return self._created(req, instances, password)

    def _parse_availability_zone(
        self, context: RequestContext, text: str | None
    ) -> tuple[str | None, str | None, str | None]:
        try:
            zone, host, node = self.compute_api.parse_availability_zone(context, text)
        except exception.InvalidInput as error:
            raise webob.exc.HTTPBadRequest(explanation=str(error)) from error
        if host or node:
            context.can(SERVERS % "create:forced_host", {})
        return zone, host, node

    def _created(
        self, req: wsgi.Request, instances: Any, password: str
    ) -> wsgi.ResponseObject:
        req.cache_db_instances(instances)
        view = self._view_builder.create(req, instances[0])
        if CONF.enable_instance_password:
            view["server"]["adminPass"] = password
        links = {link["rel"]: link["href"] for link in view["server"]["links"]}
        return wsgi.ResponseObject(view, headers={"Location": links["self"]})

    @extensions.expected_errors(404)
    @validation.schema(schema_servers.base_update_v20, "2.0", "2.0")
    @validation.schema(schema_servers.base_update, "2.1", "2.18")
    @validation.schema(schema_servers.base_update_v219, "2.19")
    def update(self, req: wsgi.Request, id: str, body: Body) -> Body:
        """Change the name, description or access addresses; answer as show does."""
        context = req.environ["nova.context"]
        instance = self._get_server(context, req, id, is_detail=True)
        owner = {"user_id": instance.user_id, "project_id": instance.project_id}
        context.can(SERVERS % "update", target=owner)
        server = body["server"]
        updates: Body = {}
        if "name" in server:
            updates["display_name"] = common.normalize_name(server["name"])
        if "description" in server:
            updates["display_description"] = server["description"]
        helpers.translate_attributes(helpers.UPDATE, server, updates)
        try:
            instance = self.compute_api.update_instance(context, instance, updates)
        except exception.InstanceNotFound as error:
            raise webob.exc.HTTPNotFound(
                explanation="Instance could not be found"
            ) from error
        return self._view_builder.show(req, instance)

    @wsgi.response(204)
    @extensions.expected_errors((404, 409))
    def delete(self, req: wsgi.Request, id: str) -> None:
        """Delete one server."""
        context = req.environ["nova.context"]
        try:
            self._delete(context, req, id)
        except exception.InstanceNotFound as error:
            raise webob.exc.HTTPNotFound(
                explanation="Instance could not be found"
            ) from error
        except exception.InstanceIsLocked as error:
            raise webob.exc.HTTPConflict(explanation=error.format_message()) from error
        except exception.InstanceInvalidState as error:
            common.raise_http_conflict_for_instance_invalid_state(error, "delete", id)

    def _delete(
        self, context: RequestContext, req: wsgi.Request, instance_uuid: str
    ) -> None:
        instance = self._get_server(context, req, instance_uuid)
        owner = {"user_id": instance.user_id, "project_id": instance.project_id}
        context.can(SERVERS % "delete", target=owner)
        self.compute_api.delete(context, instance)


def _description(req: wsgi.Request, server: Body, name: str) -> str | None:
    if not api_version_request.is_supported(req, min_version="2.19"):
        return name
    description: str | None = server.get("description")
    return description


def _target(context: RequestContext, availability_zone: str | None) -> Body:
    return {
        "project_id": context.project_id,
        "user_id": context.user_id,
        "availability_zone": availability_zone,
    }


class Servers(extensions.V21APIExtensionBase):
    """Servers.

    Nova: nova/api/openstack/compute/servers.py Servers
    """

    name = "Servers"
    alias = "servers"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection /servers."""
        return [
            extensions.ResourceExtension(
                "servers",
                ServersController(),
                member_name="server",
                collection_actions={"detail": "GET"},
                member_actions={"action": "POST"},
            )
        ]
