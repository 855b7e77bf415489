"""The security groups of a server: shown, added, removed. The groups are neutron's.

Nova: nova/api/openstack/compute/security_groups.py. The proxy for groups and rules, which
Nova itself gave up with microversion 2.36, stands in security_group_proxy.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import webob.exc

from tracenova import compute, exception
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.compute.views import security_groups as views
from tracenova.network.security_group import openstack_driver
from tracenova.policies import security_groups as sg_policies

Body = dict[str, Any]


class ServerSecurityGroupController(wsgi.Controller):
    """Answers /servers/{server_id}/os-security-groups.

    Nova: nova/api/openstack/compute/security_groups.py ServerSecurityGroupController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()
        self.security_group_api = openstack_driver.get_openstack_security_group_driver()

    @extensions.expected_errors(404)
    def index(self, req: wsgi.Request, server_id: str) -> Body:
        """Return the groups of a server, with their rules into it."""
        context = req.environ["nova.context"]
        context.can(sg_policies.BASE_POLICY_NAME)
        instance = common.get_instance(self.compute_api, context, server_id)
        groups = self.security_group_api.get_instance_security_groups(context, instance)
        return {"security_groups": views.several(groups, groups)}


class SecurityGroupActionController(wsgi.Controller):
    """Answers the actions addSecurityGroup and removeSecurityGroup.

    Nova: nova/api/openstack/compute/security_groups.py SecurityGroupActionController
    """

    def __init__(self) -> None:
        self.compute_api = compute.API()
        self.security_group_api = openstack_driver.get_openstack_security_group_driver()

    @wsgi.response(202)
    @extensions.expected_errors((400, 404, 409))
    @wsgi.action("addSecurityGroup")
    def add_security_group(self, req: wsgi.Request, id: str, body: Body) -> None:
        """Put a group on the server's ports."""
        context = req.environ["nova.context"]
        context.can(sg_policies.BASE_POLICY_NAME)
        name = _group_name(body["addSecurityGroup"])
        instance = common.get_instance(self.compute_api, context, id)
        with _as_http_errors():
            self.security_group_api.add_to_instance(context, instance, name)

    @wsgi.response(202)
    @extensions.expected_errors((400, 404, 409))
    @wsgi.action("removeSecurityGroup")
    def remove_security_group(self, req: wsgi.Request, id: str, body: Body) -> None:
        """Take a group from the server's ports."""
        context = req.environ["nova.context"]
        context.can(sg_policies.BASE_POLICY_NAME)
        name = _group_name(body["removeSecurityGroup"])
        instance = common.get_instance(self.compute_api, context, id)
        with _as_http_errors():
            self.security_group_api.remove_from_instance(context, instance, name)


@contextmanager
def _as_http_errors() -> Iterator[None]:
    try:
        yield
    except exception.SecurityGroupNotFound as error:
        raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error
    except exception.NoUniqueMatch as error:
        raise webob.exc.HTTPConflict(explanation=error.format_message()) from error
    except exception.SecurityGroupCannotBeApplied as error:
        raise webob.exc.HTTPBadRequest(explanation=error.format_message()) from error


def _group_name(arguments: Any) -> str:
    """Return the group that an action names.

    Raises:
        webob.exc.HTTPBadRequest: it names none.
    """
    if not isinstance(arguments, dict):
        raise webob.exc.HTTPBadRequest(explanation="Missing parameter dict")
    if "name" not in arguments:
        raise webob.exc.HTTPBadRequest(explanation="Security group not specified")
    name = arguments["name"]
    if not isinstance(name, str) or not name.strip():
        raise webob.exc.HTTPBadRequest(
            explanation="Security group name cannot be empty"
        )
    return name


class SecurityGroups(extensions.V21APIExtensionBase):
    """Security group support.

    Nova: nova/api/openstack/compute/security_groups.py SecurityGroups
    """

    name = "SecurityGroups"
    alias = "os-security-groups"

    def get_controller_extensions(self) -> list[extensions.ControllerExtension]:
        """Return the actions on servers."""
        return [
            extensions.ControllerExtension("servers", SecurityGroupActionController())
        ]

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection under each server."""
        return [
            extensions.ResourceExtension(
                "os-security-groups",
                ServerSecurityGroupController(),
                parent={"member_name": "server", "collection_name": "servers"},
            )
        ]
