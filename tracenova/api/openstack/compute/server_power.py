"""Stop, start and reboot a server.

Nova: nova/api/openstack/compute/servers.py ServersController [_start_server,
_stop_server, _action_reboot]
"""

from typing import Any

from tracenova import compute
from tracenova.api import validation
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.compute.schemas import server_actions
from tracenova.policies.servers import SERVERS

Body = dict[str, Any]


class ServerPowerController(wsgi.Controller):
    """Answers the actions os-start, os-stop and reboot.

    Nova: nova/api/openstack/compute/servers.py ServersController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()

    @wsgi.response(202)
    @extensions.expected_errors((404, 409))
    @wsgi.action("os-start")
    def start_server(self, req: wsgi.Request, id: str, body: Body) -> None:
        """Switch the server on."""
        instance = self._instance(req, id, "start")
        with common.conflicts("start", id):
            self.compute_api.start(req.environ["nova.context"], instance)

    @wsgi.response(202)
    @extensions.expected_errors((404, 409))
    @wsgi.action("os-stop")
    def stop_server(self, req: wsgi.Request, id: str, body: Body) -> None:
        """Switch the server off."""
        instance = self._instance(req, id, "stop")
        with common.conflicts("stop", id):
            self.compute_api.stop(req.environ["nova.context"], instance)

    @wsgi.response(202)
    @extensions.expected_errors((404, 409))
    @wsgi.action("reboot")
    @validation.schema(server_actions.reboot)
    def action_reboot(self, req: wsgi.Request, id: str, body: Body) -> None:
        """Restart the server, SOFT (it is asked) or HARD."""
        instance = self._instance(req, id, "reboot")
        reboot_type = body["reboot"]["type"].upper()
        with common.conflicts("reboot", id):
            self.compute_api.reboot(req.environ["nova.context"], instance, reboot_type)

    def _instance(self, req: wsgi.Request, server_id: str, action: str) -> Any:
        context = req.environ["nova.context"]
        instance = common.get_instance(self.compute_api, context, server_id)
        owner = {"user_id": instance.user_id, "project_id": instance.project_id}
        context.can(SERVERS % action, target=owner)
        return instance


class ServerPower(extensions.V21APIExtensionBase):
    """Power of servers. Nova has these actions in its plug-in Servers."""

    name = "ServerPower"
    alias = "server-power"

    def get_controller_extensions(self) -> list[extensions.ControllerExtension]:
        """Return the actions on servers."""
        return [extensions.ControllerExtension("servers", ServerPowerController())]
