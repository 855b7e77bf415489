"""Make an image of a server; make a server anew from an image.

Nova: nova/api/openstack/compute/servers.py ServersController [_action_create_image,
_action_rebuild]
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import webob
import webob.exc

from tracenova import compute, exception, objects
from tracenova.api import validation
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.api_params import generate_password
from tracenova.api.openstack.compute import helpers
from tracenova.api.openstack.compute.schemas import servers as schema_servers
from tracenova.api.openstack.compute.views import servers as views_servers
from tracenova.compute import utils as compute_utils
from tracenova.conf import CONF
from tracenova.image import glance
from tracenova.policies.servers import SERVERS

Body = dict[str, Any]

_CHANGES: Final = {
    "name": "display_name",
    "description": "display_description",
    "metadata": "metadata",
}


class ServerImagesController(wsgi.Controller):
    """Answers the actions createImage and rebuild.

    Nova: nova/api/openstack/compute/servers.py ServersController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()
        self._view_builder = views_servers.ViewBuilder()

    @wsgi.response(202)
    @extensions.expected_errors((400, 403, 404, 409))
    @wsgi.action("createImage")
    @common.check_snapshots_enabled
    @validation.schema(schema_servers.create_image_v20, "2.0", "2.0")
    @validation.schema(schema_servers.create_image, "2.1")
    def create_image(self, req: wsgi.Request, id: str, body: Body) -> webob.Response:
        """Begin to make an image; the answer says where it will be."""
        context = req.environ["nova.context"]
        context.can(SERVERS % "create_image")
        asked = body["createImage"]
        metadata = asked.get("metadata", {})
        common.check_img_metadata_properties_quota(context, metadata)
        instance = common.get_instance(self.compute_api, context, id)
        bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
            context, instance.uuid
        )
        with _as_http_errors("createImage", id):
            snapshot = self.compute_api.snapshot
            if compute_utils.is_volume_backed_instance(context, instance, bdms):
                context.can(SERVERS % "create_image:allow_volume_backed")
                snapshot = self.compute_api.snapshot_volume_backed
            image = snapshot(
                context,
                instance,
                common.normalize_name(asked["name"]),
                extra_properties=metadata,
            )
        response = webob.Response(status_int=202)
        response.headers["Location"] = glance.generate_image_url(str(image["id"]))
        return response

    @wsgi.response(202)
    @extensions.expected_errors((400, 403, 404, 409))
    @wsgi.action("rebuild")
    @validation.schema(schema_servers.base_rebuild_v20, "2.0", "2.0")
    @validation.schema(schema_servers.base_rebuild, "2.1", "2.18")
    @validation.schema(schema_servers.base_rebuild_v219, "2.19")
    def rebuild(self, req: wsgi.Request, id: str, body: Body) -> wsgi.ResponseObject:
        """Begin to make the server anew; answer as show does."""
        context = req.environ["nova.context"]
        asked = body["rebuild"]
        password = asked.get("adminPass")
        if password is None:
            password = generate_password()
        instance = common.get_instance(self.compute_api, context, id)
        owner = {"user_id": instance.user_id, "project_id": instance.project_id}
        context.can(SERVERS % "rebuild", target=owner)
        kwargs: Body = {}
        helpers.translate_attributes(helpers.REBUILD, asked, kwargs)
        for word, attribute in _CHANGES.items():
            if word in asked:
                kwargs[attribute] = asked[word]
        if "display_name" in kwargs:
            kwargs["display_name"] = common.normalize_name(kwargs["display_name"])
        with _as_http_errors("rebuild", id):
            self.compute_api.rebuild(
                context, instance, asked["imageRef"], password, **kwargs
            )
        return self._rebuilding(req, id, password)

    def _rebuilding(
        self, req: wsgi.Request, server_id: str, password: str
    ) -> wsgi.ResponseObject:
        context = req.environ["nova.context"]
        attrs = ["flavor", "pci_devices", "numa_topology"]
        instance = common.get_instance(
            self.compute_api,
            context,
            server_id,
            self._view_builder.get_show_expected_attrs(attrs),
        )
        req.cache_db_instance(instance)
        view = self._view_builder.show(req, instance)
        if CONF.enable_instance_password:
            view["server"]["adminPass"] = password
        links = {link["rel"]: link["href"] for link in view["server"]["links"]}
        return wsgi.ResponseObject(view, headers={"Location": links["self"]})


@contextmanager
def _as_http_errors(action: str, server_id: str) -> Iterator[None]:
    try:
        with common.conflicts(action, server_id):
            yield
    except exception.ImageNotFound as error:
        raise webob.exc.HTTPBadRequest(
            explanation="Cannot find image for rebuild"
        ) from error
    except (exception.QuotaError, exception.OverQuota) as error:
        raise webob.exc.HTTPForbidden(explanation=error.format_message()) from error
    except (
        exception.Invalid,
        exception.ImageNotActive,
        exception.FlavorDiskTooSmall,
        exception.FlavorMemoryTooSmall,
    ) as error:
        raise webob.exc.HTTPBadRequest(explanation=error.format_message()) from error


class ServerImages(extensions.V21APIExtensionBase):
    """Images of servers. Nova has these actions in its plug-in Servers."""

    name = "ServerImages"
    alias = "server-images"

    def get_controller_extensions(self) -> list[extensions.ControllerExtension]:
        """Return the actions on servers."""
        return [extensions.ControllerExtension("servers", ServerImagesController())]
