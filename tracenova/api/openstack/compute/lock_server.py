"""Lock and unlock a server.

Nova: nova/api/openstack/compute/lock_server.py
"""

from typing import Any

from tracenova import compute
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.policies import lock_server


class LockServerController(wsgi.Controller):
    """Answers the actions lock and unlock.

    Nova: nova/api/openstack/compute/lock_server.py LockServerController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()

    @wsgi.response(202)
    @extensions.expected_errors(404)
    @wsgi.action("lock")
    def lock(self, req: wsgi.Request, id: str, body: dict[str, Any]) -> None:
        """Forbid actions on the server to everybody but administrators."""
        context = req.environ["nova.context"]
        instance = common.get_instance(self.compute_api, context, id)
        owner = {"user_id": instance.user_id, "project_id": instance.project_id}
        context.can(lock_server.POLICY_ROOT % "lock", target=owner)
        self.compute_api.lock(context, instance)

    @wsgi.response(202)
    @extensions.expected_errors(404)
    @wsgi.action("unlock")
    def unlock(self, req: wsgi.Request, id: str, body: dict[str, Any]) -> None:
        """Allow actions again; what an administrator locked, only one unlocks."""
        context = req.environ["nova.context"]
        context.can(lock_server.POLICY_ROOT % "unlock")
        instance = common.get_instance(self.compute_api, context, id)
        if not self.compute_api.is_expected_locked_by(context, instance):
            owner = {"user_id": instance.user_id, "project_id": instance.project_id}
            override = lock_server.POLICY_ROOT % "unlock:unlock_override"
            context.can(override, target=owner)
        self.compute_api.unlock(context, instance)


class LockServer(extensions.V21APIExtensionBase):
    """Enable lock/unlock server actions.

    Nova: nova/api/openstack/compute/lock_server.py LockServer
    """

    name = "LockServer"
    alias = "os-lock-server"

    def get_controller_extensions(self) -> list[extensions.ControllerExtension]:
        """Return the actions on servers."""
        return [extensions.ControllerExtension("servers", LockServerController())]
