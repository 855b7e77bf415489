"""Security groups as Nova's API needs them: look one up, keep none itself.

Nova: nova/network/security_group/neutron_driver.py
Left out: the proxy API for groups and rules.
"""

from typing import Any

from tracenova import exception, objects
from tracenova.context import RequestContext
from tracenova.network.neutronv2.client import NeutronClient


class SecurityGroupAPI:
    """Neutron's security groups, seen with the user's token.

    Nova: nova/network/security_group/neutron_driver.py SecurityGroupAPI
    """

    def get(
        self, context: RequestContext, name: str | None = None, id: str | None = None
    ) -> dict[str, Any]:
        """Return the group by name or id.

        Raises:
            SecurityGroupNotFound: there is no such group.
            NoUniqueMatch: several groups of the project have the name.
        """
        neutron = NeutronClient(context)
        project_id = context.project_id or ""
        found = [] if name is None else _list(neutron, project_id, name=name)
        if len(found) > 1:
            raise exception.NoUniqueMatch
        found = found or _list(neutron, project_id, id=id or name or "")
        if not found:
            raise exception.SecurityGroupNotFound(security_group_id=id or name)
        return found[0]

    def populate_security_groups(self, security_groups: Any) -> Any:
        """Return an empty list: the instance row does not repeat what neutron knows."""
        del security_groups
        return objects.SecurityGroupList(objects=[])

    def ensure_default(self, context: RequestContext) -> None:
        """Do nothing: neutron makes a project's default group itself."""


def _list(neutron: NeutronClient, project_id: str, **by: str) -> list[dict[str, Any]]:
    body = neutron.list_security_groups(tenant_id=project_id, **by)
    return list(body["security_groups"])
