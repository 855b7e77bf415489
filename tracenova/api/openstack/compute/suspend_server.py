"""Suspend a server, and resume it.

Nova: nova/api/openstack/compute/suspend_server.py
"""

from typing import Any

from tracenova import compute
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.policies import suspend_server

Body = dict[str, Any]


class SuspendServerController(wsgi.Controller):
    """Answers the actions suspend and resume.

    Nova: nova/api/openstack/compute/suspend_server.py SuspendServerController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()

    @wsgi.response(202)
    @extensions.expected_errors((404, 409))
    @wsgi.action("suspend")
    def suspend(self, req: wsgi.Request, id: str, body: Body) -> None:
        """Save the server's memory to disk, and stop it."""
        context = req.environ["nova.context"]
        instance = common.get_instance(self.compute_api, context, id)
        owner = {"user_id": instance.user_id, "project_id": instance.project_id}
        context.can(suspend_server.POLICY_ROOT % "suspend", target=owner)
        with common.conflicts("suspend", id):
            self.compute_api.suspend(context, instance)

    @wsgi.response(202)
    @extensions.expected_errors((404, 409))
    @wsgi.action("resume")
    def resume(self, req: wsgi.Request, id: str, body: Body) -> None:
        """Start a suspended server where it was stopped."""
        context = req.environ["nova.context"]
        context.can(suspend_server.POLICY_ROOT % "resume")
        instance = common.get_instance(self.compute_api, context, id)
        with common.conflicts("resume", id):
            self.compute_api.resume(context, instance)


class SuspendServer(extensions.V21APIExtensionBase):
    """Enable suspend/resume server actions.

    Nova: nova/api/openstack/compute/suspend_server.py SuspendServer
    """

    name = "SuspendServer"
    alias = "os-suspend-server"

    def get_controller_extensions(self) -> list[extensions.ControllerExtension]:
        """Return the actions on servers."""
        return [extensions.ControllerExtension("servers", SuspendServerController())]
