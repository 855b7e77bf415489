"""Metadata of a server.

Nova: nova/api/openstack/compute/server_metadata.py
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import webob.exc

from tracenova import compute, exception
from tracenova.api import validation
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.compute.schemas import server_metadata
from tracenova.policies import server_metadata as sm_policies

Body = dict[str, Any]


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

    @extensions.expected_errors((400, 403, 404, 409))
    @validation.schema(server_metadata.create)
    def create(self, req: wsgi.Request, server_id: str, body: Body) -> Body:
        """Add items, or change those that there are; return all."""
        req.environ["nova.context"].can(sm_policies.POLICY_ROOT % "create")
        return {"metadata": self._update(req, server_id, body["metadata"])}

    @extensions.expected_errors((400, 403, 404, 409))
    @validation.schema(server_metadata.update)
    def update(self, req: wsgi.Request, server_id: str, id: str, body: Body) -> Body:
        """Add or change one item; return it."""
        req.environ["nova.context"].can(sm_policies.POLICY_ROOT % "update")
        if id not in body["meta"]:
            raise webob.exc.HTTPBadRequest(explanation="Request body and URI mismatch")
        self._update(req, server_id, body["meta"])
        return {"meta": body["meta"]}

    @extensions.expected_errors((400, 403, 404, 409))
    @validation.schema(server_metadata.update_all)
    def update_all(self, req: wsgi.Request, server_id: str, body: Body) -> Body:
        """Put these items in place of all; return them."""
        req.environ["nova.context"].can(sm_policies.POLICY_ROOT % "update_all")
        metadata = self._update(req, server_id, body["metadata"], delete=True)
        return {"metadata": metadata}

    @wsgi.response(204)
    @extensions.expected_errors((404, 409))
    def delete(self, req: wsgi.Request, server_id: str, id: str) -> None:
        """Remove one item."""
        context = req.environ["nova.context"]
        context.can(sm_policies.POLICY_ROOT % "delete")
        if id not in self._get_metadata(req, server_id):
            raise webob.exc.HTTPNotFound(explanation="Metadata item was not found")
        instance = common.get_instance(
            self.compute_api, context, server_id, expected_attrs=["metadata"]
        )
        with _conflicts("delete metadata", server_id):
            self.compute_api.delete_instance_metadata(context, instance, id)

    def _update(
        self,
        req: wsgi.Request,
        server_id: str,
        metadata: dict[str, str],
        delete: bool = False,
    ) -> dict[str, str]:
        context = req.environ["nova.context"]
        instance = common.get_instance(
            self.compute_api, context, server_id, expected_attrs=["metadata"]
        )
        with _conflicts("update metadata", server_id):
            return self.compute_api.update_instance_metadata(
                context, instance, metadata, delete
            )

    def _get_metadata(self, req: wsgi.Request, server_id: str) -> dict[str, str]:
        context = req.environ["nova.context"]
        instance = common.get_instance(
            self.compute_api, context, server_id, expected_attrs=["metadata"]
        )
        return dict(instance.metadata)


@contextmanager
def _conflicts(action: str, server_id: str) -> Iterator[None]:
    """Answer 409 when the server cannot be changed now, 403 when it is too much."""
    try:
        with common.conflicts(action, server_id):
            yield
    except exception.QuotaError as error:
        raise webob.exc.HTTPForbidden(explanation=error.format_message()) from error


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
                custom_routes_fn=_update_all_map,
            )
        ]


def _update_all_map(mapper: Any, wsgi_resource: Any) -> None:
    for prefix in ("/{project_id}", ""):
        mapper.connect(
            "metadata",
            prefix + "/servers/{server_id}/metadata",
            controller=wsgi_resource,
            action="update_all",
            conditions={"method": ["PUT"]},
        )
