"""Pause a server, and let it go on.

Nova: nova/api/openstack/compute/pause_server.py
"""

from typing import Any

from tracenova import compute
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.policies import pause_server

Body = dict[str, Any]


class PauseServerController(wsgi.Controller):
    """Answers the actions pause and unpause.

    Nova: nova/api/openstack/compute/pause_server.py PauseServerController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()

    @wsgi.response(202)
    @extensions.expected_errors((404, 409))
    @wsgi.action("pause")
    def pause(self, req: wsgi.Request, id: str, body: Body) -> None:
        """Stop the server's processors; it stays in memory."""
        context = req.environ["nova.context"]
        instance = common.get_instance(self.compute_api, context, id)
        owner = {"user_id": instance.user_id, "project_id": instance.project_id}
        context.can(pause_server.POLICY_ROOT % "pause", target=owner)
        with common.conflicts("pause", id):
            self.compute_api.pause(context, instance)

    @wsgi.response(202)
    @extensions.expected_errors((404, 409))
    @wsgi.action("unpause")
    def unpause(self, req: wsgi.Request, id: str, body: Body) -> None:
        """Let a paused server go on."""
        context = req.environ["nova.context"]
        context.can(pause_server.POLICY_ROOT % "unpause")
        instance = common.get_instance(self.compute_api, context, id)
        with common.conflicts("unpause", id):
            self.compute_api.unpause(context, instance)


class PauseServer(extensions.V21APIExtensionBase):
    """Enable pause/unpause server actions.

    Nova: nova/api/openstack/compute/pause_server.py PauseServer
    """

    name = "PauseServer"
    alias = "os-pause-server"

    def get_controller_extensions(self) -> list[extensions.ControllerExtension]:
        """Return the actions on servers."""
        return [extensions.ControllerExtension("servers", PauseServerController())]
