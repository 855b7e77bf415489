"""Words on a server, from microversion 2.26 on.

Nova: nova/api/openstack/compute/server_tags.py
"""

from typing import Any

import webob
import webob.exc

from tracenova import compute, exception, objects
from tracenova.api import validation
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.compute.schemas import server_tags as schema
from tracenova.api.openstack.compute.views import servers as views_servers
from tracenova.compute.api import METADATA_STATES
from tracenova.objects.tag import MAX_TAG_LENGTH
from tracenova.policies import server_tags as st_policies

Body = dict[str, Any]

MAX_TAG_COUNT = 50


class ServerTagsController(wsgi.Controller):
    """Answers everything under /servers/{server_id}/tags.

    Nova: nova/api/openstack/compute/server_tags.py ServerTagsController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()
        self._server_builder = views_servers.ViewBuilder()

    @wsgi.Controller.api_version("2.26")
    @extensions.expected_errors(404)
    def index(self, req: wsgi.Request, server_id: str) -> Body:
        """Return all words."""
        context = self._allowed(req, "index", server_id)
        return {"tags": _names(_read(context, server_id))}

    @wsgi.Controller.api_version("2.26")
    @wsgi.response(204)
    @extensions.expected_errors(404)
    def show(self, req: wsgi.Request, server_id: str, id: str) -> None:
        """Say whether the server has the word: 204, or 404."""
        context = self._allowed(req, "show", server_id)
        if not objects.Tag.exists(context, server_id, id):
            raise webob.exc.HTTPNotFound(
                explanation=f"Server {server_id} has no tag '{id}'"
            )

    @wsgi.Controller.api_version("2.26")
    @extensions.expected_errors((400, 404, 409))
    @validation.schema(schema.update)
    def update(
        self, req: wsgi.Request, server_id: str, id: str, body: Body | None
    ) -> webob.Response:
        """Put one more word on the server: 201; 204 when it is there."""
        context = self._allowed(req, "update", server_id, changes="update tag")
        _check(id)
        known = _names(_read(context, server_id))
        if len(known) >= MAX_TAG_COUNT:
            raise _too_many(f"limit {MAX_TAG_COUNT}")
        if id in known:
            return webob.Response(status_int=204)
        objects.Tag(context=context, resource_id=server_id, tag=id).create()
        server = self._server_builder._get_href_link(req, server_id, "servers")
        response = webob.Response(status_int=201)
        response.headers["Location"] = f"{server}/tags/{id}"
        return response

    @wsgi.Controller.api_version("2.26")
    @extensions.expected_errors((400, 404, 409))
    @validation.schema(schema.update_all)
    def update_all(self, req: wsgi.Request, server_id: str, body: Body) -> Body:
        """Put these words in place of all; return them."""
        context = self._allowed(req, "update_all", server_id, changes="update tags")
        tags = body["tags"]
        for tag in tags:
            _check(tag)
        if len(tags) > MAX_TAG_COUNT:
            raise _too_many(
                f"limit {MAX_TAG_COUNT}. The number of tags in request is {len(tags)}."
            )
        return {"tags": _names(objects.TagList.create(context, server_id, tags))}

    @wsgi.Controller.api_version("2.26")
    @wsgi.response(204)
    @extensions.expected_errors((404, 409))
    def delete(self, req: wsgi.Request, server_id: str, id: str) -> None:
        """Remove one word."""
        context = self._allowed(req, "delete", server_id, changes="delete tag")
        try:
            objects.Tag.destroy(context, server_id, id)
        except exception.InstanceTagNotFound as error:
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error

    @wsgi.Controller.api_version("2.26")
    @wsgi.response(204)
    @extensions.expected_errors((404, 409))
    def delete_all(self, req: wsgi.Request, server_id: str) -> None:
        """Remove all words."""
        context = self._allowed(req, "delete_all", server_id, changes="delete tags")
        objects.TagList.destroy(context, server_id)

    def _allowed(
        self, req: wsgi.Request, rule: str, server_id: str, changes: str | None = None
    ) -> Any:
        """Return the request's context, if the server may be read or changed."""
        context = req.environ["nova.context"]
        context.can(st_policies.POLICY_ROOT % rule)
        instance = common.get_instance(self.compute_api, context, server_id)
        if changes and instance.vm_state not in METADATA_STATES:
            error = exception.InstanceInvalidState(
                attr="vm_state",
                instance_uuid=instance.uuid,
                state=instance.vm_state,
                method=changes,
            )
            common.raise_http_conflict_for_instance_invalid_state(
                error, changes, server_id
            )
        return context


def _read(context: Any, server_id: str) -> Any:
    try:
        return objects.TagList.get_by_resource_id(context, server_id)
    except exception.InstanceNotFound as error:  # it is not written down yet, or gone
        raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error


def _names(tags: Any) -> list[str]:
    return [tag.tag for tag in tags]


def _check(tag: str) -> None:
    """Make sure that a word is one.

    Raises:
        webob.exc.HTTPBadRequest: it is too long, or has a slash or a comma.
    """
    if set(tag) & set("/,"):
        raise webob.exc.HTTPBadRequest(
            explanation=f"Tag '{tag}' is invalid. It must be a string without "
            "characters '/' and ','."
        )
    if len(tag) > MAX_TAG_LENGTH:
        raise webob.exc.HTTPBadRequest(
            explanation=f"Tag '{tag}' is too long. Maximum length of a tag is "
            f"{MAX_TAG_LENGTH}"
        )


def _too_many(limit: str) -> webob.exc.HTTPBadRequest:
    text = f"The number of tags exceeded the per-server {limit}"
    return webob.exc.HTTPBadRequest(explanation=text)


class ServerTags(extensions.V21APIExtensionBase):
    """Server tags support.

    Nova: nova/api/openstack/compute/server_tags.py ServerTags
    """

    name = "ServerTags"
    alias = "os-server-tags"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection under each server."""
        return [
            extensions.ResourceExtension(
                "tags",
                ServerTagsController(),
                parent={"member_name": "server", "collection_name": "servers"},
                collection_actions={"delete_all": "DELETE", "update_all": "PUT"},
            )
        ]
