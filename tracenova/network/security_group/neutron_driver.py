"""Security groups as Nova's API needs them: look one up, keep none itself.

Nova: nova/network/security_group/neutron_driver.py
The proxy API for groups and rules stands in group_proxy.py.
"""

from collections.abc import Sequence
from typing import Any, Final

from tracenova import exception, objects
from tracenova.context import RequestContext
from tracenova.network.neutronv2.client import NeutronClient
from tracenova.network.security_group.group_proxy import GroupProxy

_MAX_SEARCH_IDS: Final = 150


class SecurityGroupAPI(GroupProxy):
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

    def get_instances_security_groups_bindings(
        self, context: RequestContext, server_ids: Sequence[str]
    ) -> dict[str, list[dict[str, str]]]:
        """Return the names of the groups on each server's ports, by server."""
        neutron = NeutronClient(context)
        ports = []
        for at in range(0, len(server_ids), _MAX_SEARCH_IDS):
            some = list(server_ids[at : at + _MAX_SEARCH_IDS])
            ports += neutron.list_ports(device_id=some)["ports"]
        wanted = sorted({group for port in ports for group in port["security_groups"]})
        if not wanted:
            return {}
        found = neutron.list_security_groups(id=wanted)["security_groups"]
        names = {group["id"]: group["name"] or group["id"] for group in found}
        bindings: dict[str, list[dict[str, str]]] = {}
        for port in ports:
            for group in port["security_groups"]:
                if group in names:
                    shown = bindings.setdefault(port["device_id"], [])
                    shown.append({"name": names[group]})
        return bindings

    def get_instance_security_groups(
        self, context: RequestContext, instance: Any
    ) -> list[dict[str, Any]]:
        """Return the groups on the server's ports, with their rules."""
        neutron = NeutronClient(context)
        ports = neutron.list_ports(device_id=instance.uuid)["ports"]
        wanted = sorted({group for port in ports for group in port["security_groups"]})
        if not wanted:
            return []
        return list(neutron.list_security_groups(id=wanted)["security_groups"])

    def add_to_instance(
        self, context: RequestContext, instance: Any, security_group_name: str
    ) -> None:
        """Put a group, by name or id, on every port of the server.

        Raises:
            SecurityGroupNotFound: there is no such group, or the server has no port.
            NoUniqueMatch: several groups of the project have the name.
            SecurityGroupCannotBeApplied: a port is without security or addresses.
        """
        group_id = self.get(context, name=security_group_name)["id"]
        neutron = NeutronClient(context)
        for port in _ports(neutron, instance):
            if not (port["port_security_enabled"] and port["fixed_ips"]):
                raise exception.SecurityGroupCannotBeApplied
            groups = [*port["security_groups"], group_id]
            neutron.update_port(port["id"], {"port": {"security_groups": groups}})

    def remove_from_instance(
        self, context: RequestContext, instance: Any, security_group_name: str
    ) -> None:
        """Take a group, by name or id, from the server's ports.

        Raises:
            SecurityGroupNotFound: there is no such group, or no port has it.
            NoUniqueMatch: several groups of the project have the name.
        """
        group_id = self.get(context, name=security_group_name)["id"]
        neutron = NeutronClient(context)
        having = [
            port
            for port in _ports(neutron, instance)
            if group_id in port["security_groups"]
        ]
        if not having:
            raise exception.SecurityGroupNotFound(security_group_id=security_group_name)
        for port in having:
            groups = [group for group in port["security_groups"] if group != group_id]
            neutron.update_port(port["id"], {"port": {"security_groups": groups}})

    def populate_security_groups(self, security_groups: Any) -> Any:
        """Return an empty list: the instance row does not repeat what neutron knows."""
        del security_groups
        return objects.SecurityGroupList(objects=[])

    def ensure_default(self, context: RequestContext) -> None:
        """Do nothing: neutron makes a project's default group itself."""


def _ports(neutron: NeutronClient, instance: Any) -> list[dict[str, Any]]:
    ports = list(neutron.list_ports(device_id=instance.uuid)["ports"])
    if not ports:
        raise exception.SecurityGroupNotFound(security_group_id=instance.uuid)
    return ports


def _list(neutron: NeutronClient, project_id: str, **by: str) -> list[dict[str, Any]]:
    body = neutron.list_security_groups(tenant_id=project_id, **by)
    return list(body["security_groups"])
