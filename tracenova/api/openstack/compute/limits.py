"""Limits of a project, and how much of them it uses.

Nova: nova/api/openstack/compute/limits.py, used_limits.py
"""

from typing import Any

from tracenova.api.openstack import extensions, wsgi
from tracenova.api.openstack.api_version_request import (
    MAX_PROXY_API_SUPPORT_VERSION,
    MIN_WITHOUT_PROXY_API_SUPPORT_VERSION,
    is_supported,
)
from tracenova.api.openstack.compute.views import limits as limits_views
from tracenova.policies import limits as limits_policies
from tracenova.policies import used_limits as ul_policies
from tracenova.quota import QUOTAS

_USED = {
    "totalRAMUsed": "ram",
    "totalCoresUsed": "cores",
    "totalInstancesUsed": "instances",
    "totalServerGroupsUsed": "server_groups",
}
_USED_NETWORK = {
    "totalFloatingIpsUsed": "floating_ips",
    "totalSecurityGroupsUsed": "security_groups",
}


class LimitsController(wsgi.Controller):
    """Answers /limits.

    Nova: nova/api/openstack/compute/limits.py LimitsController
    """

    @wsgi.Controller.api_version("2.1", MAX_PROXY_API_SUPPORT_VERSION)
    @extensions.expected_errors(())
    def index(self, req: wsgi.Request) -> dict[str, Any]:
        """Return the limits."""
        return self._index(req)

    @wsgi.Controller.api_version(MIN_WITHOUT_PROXY_API_SUPPORT_VERSION, name="index")
    @extensions.expected_errors(())
    def index_v236(self, req: wsgi.Request) -> dict[str, Any]:
        """Return the limits without those of networks."""
        return self._index(req, filter_result=True)

    def _index(self, req: wsgi.Request, filter_result: bool = False) -> dict[str, Any]:
        context = req.environ["nova.context"]
        context.can(limits_policies.BASE_POLICY_NAME)
        project_id = req.params.get("tenant_id", context.project_id)
        quotas = QUOTAS.get_project_quotas(context, project_id, usages=False)
        limits = {name: quota["limit"] for name, quota in quotas.items()}
        return limits_views.ViewBuilderV21().build(limits, filter_result)


class UsedLimitsController(wsgi.Controller):
    """Adds what is in use.

    Nova: nova/api/openstack/compute/used_limits.py UsedLimitsController
    """

    @wsgi.extends
    @extensions.expected_errors(())
    def index(self, req: wsgi.Request, resp_obj: Any) -> None:
        """Add totalCoresUsed and its like."""
        context = req.environ["nova.context"]
        quotas = QUOTAS.get_project_quotas(context, self._project_id(req), usages=True)
        with_reserved = req.GET.get("reserved", "0") not in {"", "0"}
        names = dict(_USED)
        if not is_supported(req, MIN_WITHOUT_PROXY_API_SUPPORT_VERSION):
            names |= _USED_NETWORK
        resp_obj.obj["limits"]["absolute"] |= {
            shown: quotas[name]["in_use"]
            + (quotas[name]["reserved"] if with_reserved else 0)
            for shown, name in names.items()
            if name in quotas
        }

    @staticmethod
    def _project_id(req: wsgi.Request) -> Any:
        context = req.environ["nova.context"]
        if "tenant_id" not in req.GET:
            return context.project_id
        project_id = req.GET["tenant_id"]
        target = {"project_id": project_id, "user_id": context.user_id}
        context.can(ul_policies.BASE_POLICY_NAME, target)
        return project_id


class Limits(extensions.V21APIExtensionBase):
    """Limits.

    Nova: nova/api/openstack/compute/limits.py Limits
    """

    name = "Limits"
    alias = "limits"

    def get_resources(self) -> list[extensions.ResourceExtension]:
        """Return /limits."""
        return [extensions.ResourceExtension("limits", LimitsController())]

    def get_controller_extensions(self) -> list[extensions.ControllerExtension]:
        """Return the addition of what is in use."""
        return [extensions.ControllerExtension("limits", UsedLimitsController())]
