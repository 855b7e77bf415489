"""Quotas of a project.

Nova: nova/api/openstack/compute/quota_sets.py. Left out: update and delete.
"""

from collections.abc import Collection, Mapping
from typing import Any

from tracenova.api.openstack import extensions, wsgi
from tracenova.api.openstack.api_version_request import (
    MAX_PROXY_API_SUPPORT_VERSION,
    MIN_WITHOUT_PROXY_API_SUPPORT_VERSION,
)
from tracenova.policies import quota_sets as qs_policies
from tracenova.quota import QUOTAS

FILTERED_QUOTAS = (
    "fixed_ips",
    "floating_ips",
    "networks",
    "security_group_rules",
    "security_groups",
)
Body = dict[str, Any]


class QuotaSetsController(wsgi.Controller):
    """Answers everything under /os-quota-sets/{project_id}.

    From 2.36 on, the quotas that are neutron's are left out.

    Nova: nova/api/openstack/compute/quota_sets.py QuotaSetsController
    """

    @wsgi.Controller.api_version("2.1", MAX_PROXY_API_SUPPORT_VERSION)
    @extensions.expected_errors(())
    def show(self, req: wsgi.Request, id: str) -> Body:
        """Return the limits."""
        return self._show(req, id, ())

    @wsgi.Controller.api_version(MIN_WITHOUT_PROXY_API_SUPPORT_VERSION, name="show")
    @extensions.expected_errors(())
    def show_v236(self, req: wsgi.Request, id: str) -> Body:
        """Return the limits."""
        return self._show(req, id, FILTERED_QUOTAS)

    def _show(self, req: wsgi.Request, id: str, filtered: Collection[str]) -> Body:
        context = req.environ["nova.context"]
        context.can(qs_policies.POLICY_ROOT % "show", {"project_id": id})
        values = _quotas(req, id, usages=False)
        limits = {name: quota["limit"] for name, quota in values.items()}
        return _format(id, limits, filtered)

    @wsgi.Controller.api_version("2.1", MAX_PROXY_API_SUPPORT_VERSION)
    @extensions.expected_errors(())
    def detail(self, req: wsgi.Request, id: str) -> Body:
        """Return limits, usage and reservations."""
        return self._detail(req, id, ())

    @wsgi.Controller.api_version(MIN_WITHOUT_PROXY_API_SUPPORT_VERSION, name="detail")
    @extensions.expected_errors(())
    def detail_v236(self, req: wsgi.Request, id: str) -> Body:
        """Return limits, usage and reservations."""
        return self._detail(req, id, FILTERED_QUOTAS)

    def _detail(self, req: wsgi.Request, id: str, filtered: Collection[str]) -> Body:
        context = req.environ["nova.context"]
        context.can(qs_policies.POLICY_ROOT % "detail", {"project_id": id})
        return _format(id, _quotas(req, id, usages=True), filtered)

    @wsgi.Controller.api_version("2.1", MAX_PROXY_API_SUPPORT_VERSION)
    @extensions.expected_errors(())
    def defaults(self, req: wsgi.Request, id: str) -> Body:
        """Return the limits of a project that has none of its own."""
        return self._defaults(req, id, ())

    @wsgi.Controller.api_version(MIN_WITHOUT_PROXY_API_SUPPORT_VERSION, name="defaults")
    @extensions.expected_errors(())
    def defaults_v236(self, req: wsgi.Request, id: str) -> Body:
        """Return the limits of a project that has none of its own."""
        return self._defaults(req, id, FILTERED_QUOTAS)

    def _defaults(self, req: wsgi.Request, id: str, filtered: Collection[str]) -> Body:
        context = req.environ["nova.context"]
        context.can(qs_policies.POLICY_ROOT % "defaults", {"project_id": id})
        return _format(id, QUOTAS.get_defaults(context), filtered)


def _quotas(req: wsgi.Request, project_id: str, usages: bool) -> Mapping[str, Any]:
    context = req.environ["nova.context"]
    user_id = req.GET.get("user_id")
    values: Mapping[str, Any]
    if user_id:
        values = QUOTAS.get_user_quotas(context, project_id, user_id, usages=usages)
    else:
        values = QUOTAS.get_project_quotas(context, project_id, usages=usages)
    return values


def _format(
    project_id: str, quota_set: Mapping[str, Any], filtered: Collection[str]
) -> Body:
    shown = {
        resource: quota_set[resource]
        for resource in QUOTAS.resources
        if resource in quota_set and resource not in filtered
    }
    return {"quota_set": {"id": project_id, **shown}}


class QuotaSets(extensions.V21APIExtensionBase):
    """Quotas.

    Nova: nova/api/openstack/compute/quota_sets.py QuotaSets
    """

    name = "Quotas"
    alias = "os-quota-sets"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return the collection /os-quota-sets."""
        return [
            extensions.ResourceExtension(
                self.alias,
                QuotaSetsController(),
                member_actions={"defaults": "GET", "detail": "GET"},
            )
        ]
