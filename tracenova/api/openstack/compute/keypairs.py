"""Key pairs: a user's keys that go into guests.

Nova: nova/api/openstack/compute/keypairs.py
"""

from typing import Any

import webob.exc

from tracenova import exception
from tracenova.api import validation
from tracenova.api.openstack import api_version_request, common, extensions, wsgi
from tracenova.api.openstack.compute.schemas import keypairs as schema
from tracenova.api.openstack.compute.views import keypairs as keypairs_view
from tracenova.compute import keypair_api
from tracenova.policies import keypairs as kp_policies

Body = dict[str, Any]

_BASIC = ("name", "public_key", "fingerprint")
_SHOWN = ("created_at", "deleted", "deleted_at", "id", "user_id", "updated_at")


class KeypairController(wsgi.Controller):
    """Answers everything under /os-keypairs.

    2.2 shows the type, and answers 201 and 204; 2.10 lets administrators act for
    another user (``user_id``); 2.35 lists in pages.

    Nova: nova/api/openstack/compute/keypairs.py KeypairController
    """

    def __init__(self) -> None:
        self.api = keypair_api.KeypairAPI()
        self._view_builder = keypairs_view.ViewBuilder()

    @wsgi.Controller.api_version("2.1", "2.1")
    @extensions.expected_errors((400, 403, 409))
    @validation.schema(schema.create_v20, "2.0", "2.0")
    @validation.schema(schema.create, "2.1", "2.1")
    def create(self, req: wsgi.Request, body: Body) -> Body:
        """Import a public key, or make a pair and return its private key once."""
        return self._create(req, body)

    @wsgi.Controller.api_version("2.2", "2.9", name="create")
    @wsgi.response(201)
    @extensions.expected_errors((400, 403, 409))
    @validation.schema(schema.create_v22)
    def create_v22(self, req: wsgi.Request, body: Body) -> Body:
        """Import or make a pair."""
        return self._create(req, body)

    @wsgi.Controller.api_version("2.10", name="create")
    @wsgi.response(201)
    @extensions.expected_errors((400, 403, 409))
    @validation.schema(schema.create_v210)
    def create_v210(self, req: wsgi.Request, body: Body) -> Body:
        """Import or make a pair, perhaps for another user."""
        return self._create(req, body)

    def _create(self, req: wsgi.Request, body: Body) -> Body:
        context = req.environ["nova.context"]
        params = body["keypair"]
        name = common.normalize_name(params["name"])
        key_type = params.get("type", "ssh")
        user_id = self._authorize(req, "create", params.get("user_id"))
        try:
            if "public_key" in params:
                keypair = self.api.import_key_pair(
                    context, user_id, name, params["public_key"], key_type
                )
                return {"keypair": _view(req, keypair, "user_id")}
            keypair, private_key = self.api.create_key_pair(
                context, user_id, name, key_type
            )
        except exception.KeypairLimitExceeded as error:
            raise webob.exc.HTTPForbidden(
                explanation="Quota exceeded, too many key pairs."
            ) from error
        except exception.InvalidKeypair as error:
            raise webob.exc.HTTPBadRequest(
                explanation=error.format_message()
            ) from error
        except exception.KeyPairExists as error:
            raise webob.exc.HTTPConflict(explanation=error.format_message()) from error
        view = _view(req, keypair, "user_id")
        return {"keypair": view | {"private_key": private_key}}

    @wsgi.Controller.api_version("2.1", "2.1")
    @wsgi.response(202)
    @extensions.expected_errors(404)
    def delete(self, req: wsgi.Request, id: str) -> None:
        """Delete a pair."""
        self._delete(req, id)

    @wsgi.Controller.api_version("2.2", name="delete")
    @wsgi.response(204)
    @extensions.expected_errors(404)
    def delete_v22(self, req: wsgi.Request, id: str) -> None:
        """Delete a pair."""
        self._delete(req, id)

    def _delete(self, req: wsgi.Request, name: str) -> None:
        user_id = self._authorize(req, "delete", _asked_user_id(req))
        try:
            self.api.delete_key_pair(req.environ["nova.context"], user_id, name)
        except exception.KeypairNotFound as error:
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error

    @extensions.expected_errors(404)
    def show(self, req: wsgi.Request, id: str) -> Body:
        """Return one pair, without its private key: nobody has that but the user."""
        user_id = self._authorize(req, "show", _asked_user_id(req))
        try:
            keypair = self.api.get_key_pair(req.environ["nova.context"], user_id, id)
        except exception.KeypairNotFound as error:
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error
        return {"keypair": _view(req, keypair, *_SHOWN)}

    @wsgi.Controller.api_version("2.1", "2.34")
    @extensions.expected_errors(())
    def index(self, req: wsgi.Request) -> Body:
        """Return the user's pairs."""
        return self._index(req)

    @wsgi.Controller.api_version("2.35", name="index")
    @extensions.expected_errors(400)
    def index_v235(self, req: wsgi.Request) -> Body:
        """Return a page of the user's pairs."""
        limit, marker = common.get_limit_and_marker(req)
        shown = self._index(req, limit=limit, marker=marker)
        pairs = [entry["keypair"] for entry in shown["keypairs"]]
        if links := self._view_builder.get_links(req, pairs):
            shown["keypairs_links"] = links
        return shown

    def _index(
        self, req: wsgi.Request, limit: int | None = None, marker: str | None = None
    ) -> Body:
        user_id = self._authorize(req, "index", _asked_user_id(req))
        try:
            keypairs = self.api.get_key_pairs(
                req.environ["nova.context"], user_id, limit=limit, marker=marker
            )
        except exception.MarkerNotFound as error:
            raise webob.exc.HTTPBadRequest(
                explanation=error.format_message()
            ) from error
        return {"keypairs": [{"keypair": _view(req, keypair)} for keypair in keypairs]}

    @staticmethod
    def _authorize(req: wsgi.Request, action: str, asked_user_id: str | None) -> str:
        """Return whose pairs are meant: the user's own, unless another's is asked for."""
        context = req.environ["nova.context"]
        user_id: str = asked_user_id or context.user_id
        target = {"user_id": user_id, "project_id": context.project_id}
        context.can(kp_policies.POLICY_ROOT % action, target=target)
        return user_id


def _asked_user_id(req: wsgi.Request) -> str | None:
    if not api_version_request.is_supported(req, min_version="2.10"):
        return None
    user_id: str | None = req.GET.get("user_id")
    return user_id


def _view(req: wsgi.Request, keypair: Any, *more: str) -> Body:
    fields = [*_BASIC, *more]
    if api_version_request.is_supported(req, min_version="2.2"):
        fields.append("type")
    return {field: getattr(keypair, field) for field in fields}


class Keypairs(extensions.V21APIExtensionBase):
    """Key pairs.

    Nova: nova/api/openstack/compute/keypairs.py Keypairs
    """

    name = "Keypairs"
    alias = "os-keypairs"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection /os-keypairs."""
        return [extensions.ResourceExtension(self.alias, KeypairController())]
