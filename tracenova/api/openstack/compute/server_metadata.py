"""Metadata of a server.

Nova: nova/api/openstack/compute/server_metadata.py. Left out: changes.
"""

from typing import Any

import webob.exc

from tracenova import compute
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.policies import server_metadata as sm_policies


class ServerMetadataController(wsgi.Controller):
    """Answers everything under /servers/{server_id}/metadata.

    Nova: nova/api/openstack/compute/server_metadata.py ServerMetadataController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()

    @extensions.expected_errors(404)
    def index(self, req: wsgi.Request, server_id: str) -> dict[str, Any]:
        """Return all metadata of a server."""
        req.environ["nova.context"].can(sm_policies.POLICY_ROOT % "index")
        return {"metadata": self._get_metadata(req, server_id)}

    @extensions.expected_errors(404)
    def show(self, req: wsgi.Request, server_id: str, id: str) -> dict[str, Any]:
        """Return one item."""
        req.environ["nova.context"].can(sm_policies.POLICY_ROOT % "show")
        metadata = self._get_metadata(req, server_id)
        if id not in metadata:
            raise webob.exc.HTTPNotFound(explanation="Metadata item was not found")
        return {"meta": {id: metadata[id]}}

    def _get_metadata(self, req: wsgi.Request, server_id: str) -> dict[str, str]:
        context = req.environ["nova.context"]
        instance = common.get_instance(
            self.compute_api, context, server_id, expected_attrs=["metadata"]
        )
        return dict(instance.metadata)


class ServerMetadata(extensions.V21APIExtensionBase):
    """Metadata of servers.

    Nova: nova/api/openstack/compute/server_metadata.py ServerMetadata
    """

    name = "ServerMetadata"
    alias = "server-metadata"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection under each server."""
        return [
            extensions.ResourceExtension(
                "metadata",
                ServerMetadataController(),
                member_name="server_meta",
                parent={"member_name": "server", "collection_name": "servers"},
            )
        ]
