"""The volumes of a server.

Nova: nova/api/openstack/compute/volumes.py. Left out: exchanging a volume (a PUT answers
404), and /os-volumes and /os-snapshots, the proxies that Nova itself gave up with
microversion 2.36.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import webob.exc

from tracenova import compute, exception, objects
from tracenova.api import validation
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.compute.schemas import volumes as volumes_schema
from tracenova.policies import volumes, volumes_attachments
from tracenova.volume import cinder

Body = dict[str, Any]


class VolumeAttachmentController(wsgi.Controller):
    """Answers everything under /servers/{server_id}/os-volume_attachments.

    Nova: nova/api/openstack/compute/volumes.py VolumeAttachmentController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()
        self.volume_api = cinder.API()

    @extensions.expected_errors((400, 404))
    def index(self, req: wsgi.Request, server_id: str) -> Body:
        """Return the volumes that are attached to a server."""
        context = req.environ["nova.context"]
        context.can(volumes_attachments.POLICY_ROOT % "index")
        attached = self._attachments(context, server_id)
        return {"volumeAttachments": common.limited(attached, req)}

    @extensions.expected_errors(404)
    def show(self, req: wsgi.Request, server_id: str, id: str) -> Body:
        """Return one of them, by the volume's id."""
        context = req.environ["nova.context"]
        context.can(volumes.BASE_POLICY_NAME)
        context.can(volumes_attachments.POLICY_ROOT % "show")
        for attachment in self._attachments(context, server_id):
            if attachment["volumeId"] == id:
                return {"volumeAttachment": attachment}
        raise _not_attached(id)

    @extensions.expected_errors((400, 404, 409))
    @validation.schema(volumes_schema.create_volume_attachment)
    def create(self, req: wsgi.Request, server_id: str, body: Body) -> Body:
        """Begin to attach a volume; answer with the device name that it gets."""
        context = req.environ["nova.context"]
        context.can(volumes.BASE_POLICY_NAME)
        context.can(volumes_attachments.POLICY_ROOT % "create")
        asked = body["volumeAttachment"]
        instance = common.get_instance(self.compute_api, context, server_id)
        with _as_http_errors("attach_volume", server_id):
            device = self.compute_api.attach_volume(
                context, instance, asked["volumeId"], asked.get("device")
            )
        attachment = {
            "id": asked["volumeId"],
            "serverId": server_id,
            "volumeId": asked["volumeId"],
            "device": device,
        }
        return {"volumeAttachment": attachment}

    @wsgi.response(202)
    @extensions.expected_errors((400, 403, 404, 409))
    def delete(self, req: wsgi.Request, server_id: str, id: str) -> None:
        """Begin to detach a volume; the root disk stays."""
        context = req.environ["nova.context"]
        context.can(volumes.BASE_POLICY_NAME)
        context.can(volumes_attachments.POLICY_ROOT % "delete")
        instance = common.get_instance(self.compute_api, context, server_id)
        with _as_http_errors("detach_volume", server_id):
            volume = self.volume_api.get(context, id)
        bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
            context, instance.uuid
        )
        bdm = next((bdm for bdm in bdms if bdm.volume_id == id), None)
        if bdm is None:
            raise _not_attached(id)
        if bdm.is_root:
            raise webob.exc.HTTPForbidden(explanation="Can't detach root device volume")
        try:
            with _as_http_errors("detach_volume", server_id):
                self.compute_api.detach_volume(context, instance, volume)
        except exception.VolumeUnattached as error:
            raise _not_attached(id) from error

    def _attachments(self, context: Any, server_id: str) -> list[Body]:
        instance = common.get_instance(self.compute_api, context, server_id)
        bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
            context, instance.uuid
        )
        return [_shown(bdm) for bdm in bdms if bdm.volume_id]


def _not_attached(volume_id: str) -> webob.exc.HTTPNotFound:
    return webob.exc.HTTPNotFound(explanation=f"volume_id not found: {volume_id}")


@contextmanager
def _as_http_errors(action: str, server_id: str) -> Iterator[None]:
    try:
        with common.conflicts(action, server_id):
            yield
    except exception.VolumeNotFound as error:
        raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error
    except exception.DevicePathInUse as error:
        raise webob.exc.HTTPConflict(explanation=error.format_message()) from error
    except (
        exception.InvalidVolume,
        exception.InvalidDevicePath,
        exception.InvalidInput,
    ) as error:
        raise webob.exc.HTTPBadRequest(explanation=error.format_message()) from error


def _shown(bdm: Any) -> Body:
    attachment = {
        "id": bdm.volume_id,
        "volumeId": bdm.volume_id,
        "serverId": bdm.instance_uuid,
    }
    return {**attachment, "device": bdm.device_name} if bdm.device_name else attachment


class Volumes(extensions.V21APIExtensionBase):
    """Volumes support.

    Nova: nova/api/openstack/compute/volumes.py Volumes
    """

    name = "Volumes"
    alias = "os-volumes"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection under each server."""
        return [
            extensions.ResourceExtension(
                "os-volume_attachments",
                VolumeAttachmentController(),
                parent={"member_name": "server", "collection_name": "servers"},
            )
        ]
