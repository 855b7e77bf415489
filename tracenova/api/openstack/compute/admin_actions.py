"""What only administrators do to a server.

Nova: nova/api/openstack/compute/admin_actions.py. Left out: resetNetwork and
injectNetworkInfo.
"""

from typing import Any, Final

from tracenova import compute
from tracenova.api import validation
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.compute.schemas import server_actions
from tracenova.compute import vm_states
from tracenova.policies import admin_actions

STATE_MAP: Final = {"active": vm_states.ACTIVE, "error": vm_states.ERROR}


class AdminActionsController(wsgi.Controller):
    """Answers the action os-resetState.

    Nova: nova/api/openstack/compute/admin_actions.py AdminActionsController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()

    @wsgi.response(202)
    @extensions.expected_errors((404, 409))
    @wsgi.action("os-resetState")
    @validation.schema(server_actions.reset_state)
    def reset_state(self, req: wsgi.Request, id: str, body: dict[str, Any]) -> None:
        """Write another state into the server's row; nobody else is asked.

        A server whose message was lost has no host that would ever look at it: this,
        or its deletion, is what Nova has for it.
        """
        context = req.environ["nova.context"]
        context.can(admin_actions.POLICY_ROOT % "reset_state")
        instance = common.get_instance(self.compute_api, context, id)
        instance.vm_state = STATE_MAP[body["os-resetState"]["state"]]
        instance.task_state = None
        instance.save(admin_state_reset=True)


class AdminActions(extensions.V21APIExtensionBase):
    """Administrators' actions on servers.

    Nova: nova/api/openstack/compute/admin_actions.py AdminActions
    """

    name = "AdminActions"
    alias = "os-admin-actions"

    def get_controller_extensions(self) -> list[extensions.ControllerExtension]:
        """Return the actions on servers."""
        return [extensions.ControllerExtension("servers", AdminActionsController())]
