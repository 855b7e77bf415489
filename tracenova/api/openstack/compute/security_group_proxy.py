"""Security groups and their rules by Nova's old API, up to microversion 2.35.

Nova: nova/api/openstack/compute/security_groups.py [SecurityGroupController,
SecurityGroupRulesController]
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import webob.exc

from tracenova import exception
from tracenova.api.openstack import common, extensions, wsgi
from tracenova.api.openstack.compute.views import security_groups as views
from tracenova.context import RequestContext
from tracenova.network.security_group import openstack_driver
from tracenova.policies import security_groups as sg_policies

Body = dict[str, Any]

LAST_VERSION = "2.35"


class SecurityGroupController(wsgi.Controller):
    """Answers everything under /os-security-groups.

    Nova: nova/api/openstack/compute/security_groups.py SecurityGroupController
    """

    def __init__(self) -> None:
        self.security_group_api = openstack_driver.get_openstack_security_group_driver()

    @wsgi.Controller.api_version("2.1", LAST_VERSION)
    @extensions.expected_errors((400, 404))
    def index(self, req: wsgi.Request) -> Body:
        """Return the project's groups, by name."""
        context = _authorized(req)
        groups = self.security_group_api.list(context, req.GET)
        return {"security_groups": views.several(common.limited(groups, req), groups)}

    @wsgi.Controller.api_version("2.1", LAST_VERSION)
    @extensions.expected_errors((400, 404))
    def show(self, req: wsgi.Request, id: str) -> Body:
        """Return one group."""
        context = _authorized(req)
        with _as_http_errors():
            group = self.security_group_api.show(context, id)
        return {"security_group": views.one(group, [group])}

    @wsgi.Controller.api_version("2.1", LAST_VERSION)
    @extensions.expected_errors((400, 403))
    def create(self, req: wsgi.Request, body: Body) -> Body:
        """Create a group."""
        context = _authorized(req)
        name, description = self._named(body)
        with _as_http_errors():
            group = self.security_group_api.create_security_group(
                context, name, description
            )
        return {"security_group": views.one(group, [group])}

    @wsgi.Controller.api_version("2.1", LAST_VERSION)
    @extensions.expected_errors((400, 404))
    def update(self, req: wsgi.Request, id: str, body: Body) -> Body:
        """Rename a group."""
        context = _authorized(req)
        with _as_http_errors():
            self.security_group_api.show(context, id)
        name, description = self._named(body)
        with _as_http_errors():
            group = self.security_group_api.update_security_group(
                context, id, name, description
            )
        return {"security_group": views.one(group, [group])}

    @wsgi.Controller.api_version("2.1", LAST_VERSION)
    @wsgi.response(202)
    @extensions.expected_errors((400, 404))
    def delete(self, req: wsgi.Request, id: str) -> None:
        """Delete a group that no port has."""
        context = _authorized(req)
        with _as_http_errors():
            self.security_group_api.show(context, id)
            self.security_group_api.destroy(context, id)

    def _named(self, body: Body) -> tuple[str, str]:
        """Return name and description of the body's group."""
        group = _from_body(body, "security_group")
        with _as_http_errors():
            for word in ("name", "description"):
                self.security_group_api.validate_property(group.get(word), word)
        return group["name"], group["description"]


class SecurityGroupRulesController(wsgi.Controller):
    """Answers everything under /os-security-group-rules.

    Nova: nova/api/openstack/compute/security_groups.py SecurityGroupRulesController
    """

    def __init__(self) -> None:
        self.security_group_api = openstack_driver.get_openstack_security_group_driver()

    @wsgi.Controller.api_version("2.1", LAST_VERSION)
    @extensions.expected_errors((400, 403, 404))
    def create(self, req: wsgi.Request, body: Body) -> Body:
        """Let something into the servers of a group."""
        context = _authorized(req)
        asked = _from_body(body, "security_group_rule")
        api = self.security_group_api
        with _as_http_errors():
            group = api.show(context, asked.get("parent_group_id"))
            known = [group]
            if asked.get("group_id") is not None:
                known.append(api.show(context, asked["group_id"]))
            rule = api.create_security_group_rule(context, group["id"], asked)
        return {"security_group_rule": views.rule(rule, known)}

    @wsgi.Controller.api_version("2.1", LAST_VERSION)
    @wsgi.response(202)
    @extensions.expected_errors((400, 404, 409))
    def delete(self, req: wsgi.Request, id: str) -> None:
        """Take a rule away."""
        context = _authorized(req)
        with _as_http_errors():
            self.security_group_api.remove_rule(context, id)


def _authorized(req: wsgi.Request) -> RequestContext:
    context: RequestContext = req.environ["nova.context"]
    context.can(sg_policies.BASE_POLICY_NAME)
    return context


def _from_body(body: Any, key: str) -> Mapping[str, Any]:
    """Return the object under the key.

    Raises:
        webob.exc.HTTPBadRequest: there is none.
    """
    if not body:
        raise webob.exc.HTTPBadRequest(explanation="The request body can't be empty")
    value = body.get(key) if isinstance(body, dict) else None
    if not isinstance(value, dict):
        raise webob.exc.HTTPBadRequest(explanation=f"Missing parameter {key}")
    return value


@contextmanager
def _as_http_errors() -> Iterator[None]:
    try:
        yield
    except exception.SecurityGroupNotFound as error:
        raise webob.exc.HTTPNotFound(explanation=error.format_message()) from error
    except exception.SecurityGroupLimitExceeded as error:
        raise webob.exc.HTTPForbidden(explanation=error.format_message()) from error
    except exception.Invalid as error:
        raise webob.exc.HTTPBadRequest(explanation=error.format_message()) from error


class SecurityGroupProxy(extensions.V21APIExtensionBase):
    """Security groups. Nova has these resources in its plug-in SecurityGroups."""

    name = "SecurityGroupProxy"
    alias = "security-group-proxy"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collections of groups and of rules."""
        return [
            extensions.ResourceExtension(
                "os-security-groups", SecurityGroupController()
            ),
            extensions.ResourceExtension(
                "os-security-group-rules", SecurityGroupRulesController()
            ),
        ]
