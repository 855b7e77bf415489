"""Security groups and their rules. Nothing here filters packets."""

import ipaddress
from typing import Final

import webob
import webob.exc

from tracenova.neighbours.neutron.base import (
    NeutronBase,
    check_types,
    conflict,
    invalid,
    now,
    whole_number,
)
from tracenova.neighbours.neutron.store import Resource
from tracenova.neighbours.wsgi import caller, route

_GROUP: Final = frozenset({"name", "description"})
_RULE: Final = frozenset(
    {"security_group_id", "direction", "ethertype", "protocol", "description"}
    | {"port_range_min", "port_range_max", "remote_ip_prefix", "remote_group_id"}
)


class SecurityGroups(NeutronBase):
    """The part of neutron that knows security groups."""

    @route("GET", "/v2.0/security-groups")
    def security_groups(self, request: webob.Request) -> Resource:
        """List security groups; a project always has one named default."""
        self.ensure_default(caller(request).project_id)
        answer = self.listed(request, "security-groups")
        for group in answer["security_groups"]:
            if "id" in group:
                group["security_group_rules"] = self._rules_of(group["id"])
        return answer

    @route("POST", "/v2.0/security-groups", status=201)
    def create_security_group(self, request: webob.Request) -> Resource:
        """Create a security group that lets everything out."""
        given = self.given(request, "security_group", _GROUP)
        check_types(given, name=str, description=str)
        if given.get("name") == "default":
            raise conflict(
                "SecurityGroupDefaultAlreadyExists",
                "Default security group already exists.",
            )
        self.ensure_default(given["tenant_id"])
        return {"security_group": self._shown(self._add(given))}

    @route("GET", "/v2.0/security-groups/{id}")
    def security_group(self, request: webob.Request, id: str) -> Resource:
        """Show a security group with its rules."""
        group = self.found(request, "security-groups", id)
        return {"security_group": self._shown(group)}

    @route("PUT", "/v2.0/security-groups/{id}")
    def update_security_group(self, request: webob.Request, id: str) -> Resource:
        """Rename a security group, all but the default one."""
        group = self.owned(request, "security-groups", id)
        changes = self.changes(request, "security_group", _GROUP)
        check_types(changes, name=str, description=str)
        if group["name"] == "default" and "name" in changes:
            raise conflict(
                "SecurityGroupCannotUpdateDefault",
                "Updating default security group not allowed.",
            )
        changed = self.changed("security-groups", id, changes)
        return {"security_group": self._shown(changed)}

    @route("DELETE", "/v2.0/security-groups/{id}", status=204)
    def delete_security_group(self, request: webob.Request, id: str) -> None:
        """Delete a security group; 409 while a port has it."""
        group = self.owned(request, "security-groups", id)
        in_use = any(id in port["security_groups"] for port in self.store.all("ports"))
        if in_use or (group["name"] == "default" and not caller(request).is_admin):
            kind = (
                "SecurityGroupInUse" if in_use else "SecurityGroupCannotRemoveDefault"
            )
            raise conflict(kind, f"Security Group {id} in use.")
        for rule in self._rules_of(id):
            self.store.remove("security-group-rules", rule["id"])
        self.store.remove("security-groups", id)

    @route("GET", "/v2.0/security-group-rules")
    def security_group_rules(self, request: webob.Request) -> Resource:
        """List rules."""
        self.ensure_default(caller(request).project_id)
        return self.listed(request, "security-group-rules")

    @route("POST", "/v2.0/security-group-rules", status=201)
    def create_security_group_rule(self, request: webob.Request) -> Resource:
        """Add a rule to a group; 409 when the group has it."""
        given = self.given(request, "security_group_rule", _RULE)
        group = self.owned(
            request, "security-groups", str(given.get("security_group_id"))
        )
        _check_rule(given)
        if given.get("remote_group_id"):
            self.found(request, "security-groups", str(given["remote_group_id"]))
        for known in self._rules_of(group["id"]):
            if all(
                known[key] == given.get(key, known[key] if key == "ethertype" else None)
                for key in _RULE - {"description"}
            ):
                raise conflict(
                    "SecurityGroupRuleExists",
                    f"Security group rule already exists. Rule id is {known['id']}.",
                )
        return {"security_group_rule": dict(self._add_rule(group, **given))}

    @route("GET", "/v2.0/security-group-rules/{id}")
    def security_group_rule(self, request: webob.Request, id: str) -> Resource:
        """Show a rule."""
        return {"security_group_rule": self.found(request, "security-group-rules", id)}

    @route("DELETE", "/v2.0/security-group-rules/{id}", status=204)
    def delete_security_group_rule(self, request: webob.Request, id: str) -> None:
        """Take a rule away."""
        self.owned(request, "security-group-rules", id)
        self.store.remove("security-group-rules", id)

    def ensure_default(self, project_id: str) -> Resource:
        """Return the project's default group; it is made when first needed."""
        with self.store.lock:
            for group in self.store.all("security-groups"):
                if (group["tenant_id"], group["name"]) == (project_id, "default"):
                    return group
            given = {"name": "default", "description": "Default security group"}
            group = self._add({**given, "tenant_id": project_id})
            for ethertype in ("IPv4", "IPv6"):
                self._add_rule(
                    group,
                    direction="ingress",
                    ethertype=ethertype,
                    remote_group_id=group["id"],
                )
            return group

    def _add(self, given: Resource) -> Resource:
        group = self.store.add(
            "security-groups",
            {
                "name": "",
                "description": "",
                **given,
                "project_id": given["tenant_id"],
                "created_at": now(),
                "updated_at": now(),
                "revision_number": 1,
            },
        )
        for ethertype in ("IPv4", "IPv6"):
            self._add_rule(group, direction="egress", ethertype=ethertype)
        return group

    def _add_rule(self, group: Resource, **given: object) -> Resource:
        unset = dict.fromkeys(_RULE)
        return self.store.add(
            "security-group-rules",
            {
                **unset,
                "ethertype": "IPv4",
                **given,
                "security_group_id": group["id"],
                "tenant_id": group["tenant_id"],
                "project_id": group["tenant_id"],
                "created_at": now(),
                "updated_at": now(),
                "revision_number": 1,
            },
        )

    def _rules_of(self, group_id: str) -> list[Resource]:
        rules = self.store.all("security-group-rules")
        return [dict(r) for r in rules if r["security_group_id"] == group_id]

    def _shown(self, group: Resource) -> Resource:
        return {**group, "security_group_rules": self._rules_of(group["id"])}


def _check_rule(given: Resource) -> None:
    if given.get("direction") not in ("ingress", "egress"):
        raise invalid(
            "direction", f"{given.get('direction')!r} is not ingress or egress"
        )
    if given.get("ethertype", "IPv4") not in ("IPv4", "IPv6", None):
        raise invalid("ethertype", f"{given['ethertype']!r} is not IPv4 or IPv6")
    ports = []
    for name in ("port_range_min", "port_range_max"):
        if given.get(name) is None:
            continue
        given[name] = whole_number(name, given[name])
        if not 0 <= given[name] <= 65535:
            raise invalid("port range", f"{given[name]!r} is no port")
        ports.append(given[name])
    if ports != sorted(ports):
        raise webob.exc.HTTPBadRequest(
            "For TCP/UDP protocols, port_range_min must be <= port_range_max"
        )
    if given.get("remote_ip_prefix") is not None:
        try:
            ipaddress.ip_network(str(given["remote_ip_prefix"]), strict=False)
        except ValueError as error:
            raise invalid("remote_ip_prefix", error) from None
