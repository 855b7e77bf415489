"""What was done to a server, by whom, and how it went.

Nova: nova/api/openstack/compute/instance_actions.py
"""

from typing import Any

import webob.exc

from tracenova import compute
from tracenova.api.openstack import api_version_request, common, extensions, wsgi
from tracenova.policies import instance_actions as ia_policies

Body = dict[str, Any]

ACTION_KEYS = (
    "action",
    "instance_uuid",
    "request_id",
    "user_id",
    "project_id",
    "start_time",
    "message",
)
EVENT_KEYS = ("event", "start_time", "finish_time", "result", "traceback")


class InstanceActionsController(wsgi.Controller):
    """Answers everything under /servers/{server_id}/os-instance-actions.

    Nova: nova/api/openstack/compute/instance_actions.py InstanceActionsController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()
        self.action_api = compute.InstanceActionAPI()

    @extensions.expected_errors(404)
    def index(self, req: wsgi.Request, server_id: str) -> Body:
        """Return the actions on a server."""
        context = req.environ["nova.context"]
        instance = self._get_instance(req, server_id)
        actions = self.action_api.actions_get(context, instance)
        return {"instanceActions": [_picked(action, ACTION_KEYS) for action in actions]}

    @extensions.expected_errors(404)
    def show(self, req: wsgi.Request, server_id: str, id: str) -> Body:
        """Return one action, by its request id; for administrators with its events."""
        context = req.environ["nova.context"]
        instance = self._get_instance(req, server_id)
        action = self.action_api.action_get_by_request_id(context, instance, id)
        if action is None:
            raise webob.exc.HTTPNotFound(explanation=f"Action {id} not found")
        view = _picked(action, ACTION_KEYS)
        if context.can(ia_policies.POLICY_ROOT % "events", fatal=False):
            events = self.action_api.action_events_get(context, instance, action.id)
            view["events"] = [_picked(event, EVENT_KEYS) for event in events]
        return {"instanceAction": view}

    def _get_instance(self, req: wsgi.Request, server_id: str) -> Any:
        """Return the server; from 2.21 on a deleted one too."""
        context = req.environ["nova.context"]
        before = context.read_deleted
        if api_version_request.is_supported(req, min_version="2.21"):
            context.read_deleted = "yes"
        try:
            instance = common.get_instance(self.compute_api, context, server_id)
        finally:
            context.read_deleted = before
        owner = {"project_id": instance.project_id, "user_id": instance.user_id}
        context.can(ia_policies.BASE_POLICY_NAME, owner)
        return instance


def _picked(item: Any, keys: tuple[str, ...]) -> Body:
    return {key: getattr(item, key) for key in keys}


class InstanceActions(extensions.V21APIExtensionBase):
    """Actions on servers.

    Nova: nova/api/openstack/compute/instance_actions.py InstanceActions
    """

    name = "InstanceActions"
    alias = "os-instance-actions"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection under each server."""
        return [
            extensions.ResourceExtension(
                self.alias,
                InstanceActionsController(),
                parent={"member_name": "server", "collection_name": "servers"},
            )
        ]
