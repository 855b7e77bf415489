"""The end of a server's console log.

Nova: nova/api/openstack/compute/console_output.py
"""

import re
from typing import Any, Final

import webob.exc

from tracenova import compute, exception
from tracenova.api import validation
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.compute.schemas import server_actions
from tracenova.policies import console_output as co_policies

_CONTROL_CHARACTERS: Final = re.compile("[\x00-\x08\x0b-\x1f]")


class ConsoleOutputController(wsgi.Controller):
    """Answers the action os-getConsoleOutput.

    Nova: nova/api/openstack/compute/console_output.py ConsoleOutputController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()

    @extensions.expected_errors((404, 409, 501))
    @wsgi.action("os-getConsoleOutput")
    @validation.schema(server_actions.get_console_output)
    def get_console_output(
        self, req: wsgi.Request, id: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the last lines, control characters left out."""
        context = req.environ["nova.context"]
        context.can(co_policies.BASE_POLICY_NAME)
        instance = common.get_instance(self.compute_api, context, id)
        length = body["os-getConsoleOutput"].get("length")
        try:
            output = self.compute_api.get_console_output(context, instance, length)
        except (exception.InstanceNotFound, exception.ConsoleNotAvailable) as error:
            raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error
        except exception.InstanceNotReady as error:
            raise webob.exc.HTTPConflict(explanation=error.format_message()) from error
        except NotImplementedError as error:
            raise webob.exc.HTTPNotImplemented(
                explanation="The requested functionality is not supported."
            ) from error
        return {"output": _CONTROL_CHARACTERS.sub("", output)}


class ConsoleOutput(extensions.V21APIExtensionBase):
    """Console output of servers.

    Nova: nova/api/openstack/compute/console_output.py ConsoleOutput
    """

    name = "ConsoleOutput"
    alias = "os-console-output"

    def get_controller_extensions(self) -> list[extensions.ControllerExtension]:
        """Return the action on servers."""
        return [extensions.ControllerExtension("servers", ConsoleOutputController())]
