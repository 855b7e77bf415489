"""Quotas of a project.

Nova: nova/api/openstack/compute/quota_sets.py
"""

from collections.abc import Collection, Mapping
from typing import Any

import webob.exc
from oslo_utils import strutils

from tracenova import exception, objects
from tracenova.api import validation
from tracenova.api.openstack import extensions, wsgi
from tracenova.api.openstack.api_version_request import (
    MAX_PROXY_API_SUPPORT_VERSION,
    MIN_WITHOUT_PROXY_API_SUPPORT_VERSION,
)
from tracenova.api.openstack.compute.schemas import quota_sets as schema
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

    @wsgi.Controller.api_version("2.1", MAX_PROXY_API_SUPPORT_VERSION)
    @extensions.expected_errors(400)
    @validation.schema(schema.update)
    def update(self, req: wsgi.Request, id: str, body: Body) -> Body:
        """Change limits."""
        return self._update(req, id, body, ())

    @wsgi.Controller.api_version(MIN_WITHOUT_PROXY_API_SUPPORT_VERSION, name="update")
    @extensions.expected_errors(400)
    @validation.schema(schema.update_v236)
    def update_v236(self, req: wsgi.Request, id: str, body: Body) -> Body:
        """Change limits."""
        return self._update(req, id, body, FILTERED_QUOTAS)

    def _update(
        self, req: wsgi.Request, id: str, body: Body, filtered: Collection[str]
    ) -> Body:
        context = req.environ["nova.context"]
        context.can(qs_policies.POLICY_ROOT % "update", {"project_id": id})
        user_id = req.GET.get("user_id")
        wanted = {
            name: int(value)
            for name, value in body["quota_set"].items()
            if name != "force"
        }
        if not strutils.bool_from_string(body["quota_set"].get("force", "False")):
            ranges = QUOTAS.get_settable_quotas(context, id, user_id=user_id)
            for name, limit in wanted.items():
                if name in ranges:
                    _check_limit(name, limit, **ranges[name])
        for name, limit in wanted.items():
            try:
                objects.Quotas.create_limit(context, id, name, limit, user_id=user_id)
            except exception.QuotaExists:
                objects.Quotas.update_limit(context, id, name, limit, user_id=user_id)
        values = _quotas(req, id, usages=False)
        limits = {name: quota["limit"] for name, quota in values.items()}
        return _format(None, limits, filtered)

    @wsgi.response(202)
    @extensions.expected_errors(())
    def delete(self, req: wsgi.Request, id: str) -> None:
        """Let the default limits hold again, for a project or one of its users."""
        context = req.environ["nova.context"]
        context.can(qs_policies.POLICY_ROOT % "delete", {"project_id": id})
        user_id = req.GET.get("user_id")
        if user_id:
            QUOTAS.destroy_all_by_project_and_user(context, id, user_id)
        else:
            QUOTAS.destroy_all_by_project(context, id)


def _check_limit(name: str, limit: int, minimum: int, maximum: int) -> None:
    if _unlimited(limit) < _unlimited(minimum):
        raise webob.exc.HTTPBadRequest(
            explanation=f"Quota limit {limit} for {name} must be greater than or equal "
            f"to already used and reserved {minimum}."
        )
    if _unlimited(limit) > _unlimited(maximum):
        raise webob.exc.HTTPBadRequest(
            explanation=f"Quota limit {limit} for {name} must be less than or equal to "
            f"{maximum}."
        )


def _unlimited(limit: int) -> float:
    return float("inf") if limit == -1 else limit


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
    project_id: str | None, quota_set: Mapping[str, Any], filtered: Collection[str]
) -> Body:
    shown = {
        resource: quota_set[resource]
        for resource in QUOTAS.resources
        if resource in quota_set and resource not in filtered
    }
    named = {"id": project_id} if project_id else {}
    return {"quota_set": {**named, **shown}}


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
