"""The volumes of a server.

Nova: nova/api/openstack/compute/volumes.py. Left out: attaching and detaching (a POST
answers 404), and /os-volumes and /os-snapshots, the proxies that Nova itself gave up
with microversion 2.36.
"""

from typing import Any

import webob.exc

from tracenova import compute, objects
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.policies import volumes, volumes_attachments

Body = dict[str, Any]


class VolumeAttachmentController(wsgi.Controller):
    """Answers everything under /servers/{server_id}/os-volume_attachments.

    Nova: nova/api/openstack/compute/volumes.py VolumeAttachmentController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()

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
        raise webob.exc.HTTPNotFound(explanation=f"volume_id not found: {id}")

    def _attachments(self, context: Any, server_id: str) -> list[Body]:
        instance = common.get_instance(self.compute_api, context, server_id)
        bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
            context, instance.uuid
        )
        return [_shown(bdm) for bdm in bdms if bdm.volume_id]


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
