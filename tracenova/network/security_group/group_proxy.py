"""Security groups and their rules, kept for users of Nova's old API: neutron's, really.

Nova: nova/network/security_group/neutron_driver.py SecurityGroupAPI,
nova/network/security_group/security_group_base.py SecurityGroupBase
"""

import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from oslo_utils import uuidutils

from tracenova import exception
from tracenova.context import RequestContext
from tracenova.network.neutronv2 import errors
from tracenova.network.neutronv2.client import NeutronClient

Group = dict[str, Any]

_LONGEST: Final = 255
_PROTOCOLS: Final = ("TCP", "UDP", "ICMP")
_EVERYWHERE: Final = "0.0.0.0/0"


class GroupProxy:
    """What Nova's API does to groups, with the user's token.

    Nova: nova/network/security_group/neutron_driver.py SecurityGroupAPI
    """

    def list(
        self, context: RequestContext, search_opts: Mapping[str, Any]
    ) -> list[Group]:
        """Return the project's groups; an administrator may ask for everybody's."""
        everybody = context.is_admin and "all_tenants" in search_opts
        by = {} if everybody else {"tenant_id": context.project_id}
        return [*NeutronClient(context).list_security_groups(**by)["security_groups"]]

    def show(self, context: RequestContext, group_id: Any) -> Group:
        """Return a group.

        Raises:
            Invalid: the id is no uuid.
            SecurityGroupNotFound: there is no such group.
        """
        self.validate_id(group_id)
        with _as_novas(group_id):
            shown = NeutronClient(context).show_security_group(group_id)
        return dict(shown["security_group"])

    def validate_id(self, group_id: Any) -> None:
        """Make sure that an id is a uuid.

        Raises:
            Invalid: it is not.
        """
        if not isinstance(group_id, str) or not uuidutils.is_uuid_like(group_id):
            raise exception.Invalid("Security group id should be uuid")

    def validate_property(self, value: Any, name: str) -> None:
        """Make sure that a name or description is a text, and not too long.

        Raises:
            Invalid: it is not.
        """
        if not isinstance(value, str):
            raise exception.Invalid(f"{name} is not a string or unicode")
        if len(value) > _LONGEST:
            raise exception.Invalid(
                f"{name} has {len(value)} characters, more than 255."
            )

    def create_security_group(
        self, context: RequestContext, name: str, description: str
    ) -> Group:
        """Have a group made, and return it."""
        wanted = {"name": name, "description": description}
        with _as_novas(name):
            made = NeutronClient(context).create_security_group(
                {"security_group": wanted}
            )
        return dict(made["security_group"])

    def update_security_group(
        self, context: RequestContext, group_id: str, name: str, description: str
    ) -> Group:
        """Rename a group, and return it."""
        wanted = {"name": name, "description": description}
        with _as_novas(group_id, conflict=exception.Invalid):
            made = NeutronClient(context).update_security_group(
                group_id, {"security_group": wanted}
            )
        return dict(made["security_group"])

    def destroy(self, context: RequestContext, group_id: str) -> None:
        """Delete a group.

        Raises:
            Invalid: a port has it.
        """
        with _as_novas(group_id, conflict=exception.Invalid):
            NeutronClient(context).delete_security_group(group_id)

    def create_security_group_rule(
        self, context: RequestContext, group_id: str, rule: Mapping[str, Any]
    ) -> Group:
        """Let something into the servers of a group.

        Args:
            context: whose group it is.
            group_id: which group.
            rule: of ``ip_protocol``, ``from_port``, ``to_port``, ``cidr``, ``group_id``.
        """
        wanted = _new_rule(rule)
        with _as_novas(group_id):
            made = NeutronClient(context).create_security_group_rule(
                {"security_group_rule": {**wanted, "security_group_id": group_id}}
            )
        return dict(made["security_group_rule"])

    def remove_rule(self, context: RequestContext, rule_id: str) -> None:
        """Delete a rule of one of the project's groups."""
        self.validate_id(rule_id)
        with _as_novas(rule_id):
            NeutronClient(context).delete_security_group_rule(rule_id)


@contextmanager
def _as_novas(
    what: str,
    conflict: type[exception.NovaException] = exception.SecurityGroupLimitExceeded,
) -> Iterator[None]:
    """Give neutron's refusals Nova's meaning."""
    try:
        yield
    except errors.NotFound as error:
        raise exception.SecurityGroupNotFound(security_group_id=what) from error
    except errors.BadRequest as error:
        raise exception.Invalid(str(error)) from error
    except errors.Conflict as error:
        raise conflict(str(error)) from error


def _new_rule(asked: Mapping[str, Any]) -> Group:
    """Return the rule as neutron takes it.

    Raises:
        InvalidInput: its ports, protocol or network make no sense.

    Nova: nova/network/security_group/security_group_base.py SecurityGroupBase
    """
    rule: Group = {"direction": "ingress", "ethertype": "IPv4"}
    protocol = str(asked.get("ip_protocol") or "").upper()
    first, last = asked.get("from_port"), asked.get("to_port")
    if asked.get("group_id") is not None:
        rule["remote_group_id"] = asked["group_id"]
        if first is None and last is None:  # everything, if a group is named
            first, last = {"ICMP": (-1, -1)}.get(protocol, (1, 65535))
    else:
        network = _network(asked.get("cidr") or _EVERYWHERE)
        rule |= {"remote_ip_prefix": str(network), "ethertype": f"IPv{network.version}"}
    if not protocol and asked.get("group_id") is not None:
        return rule
    first, last = _ports(protocol, first, last)
    ports = {"port_range_min": first, "port_range_max": last}
    return {
        **rule,
        "protocol": protocol.lower(),
        **{name: port for name, port in ports.items() if port != -1},
    }


def _network(cidr: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(str(cidr), strict=False)
    except ValueError as error:
        raise exception.InvalidInput(reason=f"Invalid cidr {cidr}.") from error


def _ports(protocol: str, first: Any, last: Any) -> tuple[int, int]:
    try:
        low, high = int(first), int(last)
    except (TypeError, ValueError):
        raise exception.InvalidInput(
            reason="Type and Code must be integers for ICMP protocol type"
            if protocol == "ICMP"
            else "To and From ports must be integers"
        ) from None
    if protocol not in _PROTOCOLS:
        raise exception.InvalidInput(reason=f"Invalid IP protocol {protocol}.")
    lowest, highest = (-1, 255) if protocol == "ICMP" else (1, 65535)
    orderly = protocol == "ICMP" or low <= high
    if not (orderly and lowest <= low <= highest and lowest <= high <= highest):
        raise exception.InvalidInput(reason=f"Invalid port range {low}:{high}.")
    return low, high
