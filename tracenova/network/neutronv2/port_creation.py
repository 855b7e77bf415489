"""The first call per port: check what was asked, then create what is missing.

Created ports belong to nobody yet: device and host are set by the second call, in
port_binding.py.

Nova: nova/network/neutronv2/api.py API (its _validate_* and _create_* methods)
"""

import logging
from typing import Any

from oslo_utils import excutils

from tracenova import exception, objects
from tracenova.network.neutronv2 import constants, errors
from tracenova.network.neutronv2.client import NeutronClient
from tracenova.network.neutronv2.extensions import (
    NeutronBase,
    NeutronNetwork,
    Port,
    ensure_no_port_binding_failure,
)
from tracenova.network.neutronv2.validation import AMBIGUOUS

LOG = logging.getLogger(__name__)
NETWORK_ATTACH_EXTERNAL = "network:attach_external_network"
CreatedPorts = list[tuple[Any, str | None]]


class PortCreation(NeutronBase):
    """From requests to ports that exist."""

    def _validate_requested_port_ids(
        self,
        context: Any,
        instance: Any,
        neutron: NeutronClient,
        requested_networks: Any,
    ) -> tuple[dict[str, Port], list[Any]]:
        """Return the given ports by id, and the requests that have a network."""
        ports: dict[str, Port] = {}
        ordered: list[Any] = []
        if not requested_networks or requested_networks.auto_allocate:
            return ports, ordered
        for request in requested_networks:
            if request.port_id:
                port = self._show_port(context, request.port_id, neutron_client=neutron)
                _check_usable(port, instance)
                request.network_id = port["network_id"]
                ports[request.port_id] = port
            if request.network_id:
                ordered.append(request)
        return ports, ordered

    def _validate_requested_network_ids(
        self,
        context: Any,
        instance: Any,
        neutron: NeutronClient,
        requested_networks: Any,
        ordered_networks: list[Any],
    ) -> dict[str, NeutronNetwork]:
        """Return the networks by id; when none was asked, choose the only one."""
        auto_allocate = bool(requested_networks and requested_networks.auto_allocate)
        networks = self._get_available_networks(
            context,
            instance.project_id,
            [request.network_id for request in ordered_networks],
            neutron=neutron,
            auto_allocate=auto_allocate,
        )
        if not networks:
            if not requested_networks:
                return {}
            if auto_allocate:
                networks = [self._auto_allocate_network(instance, neutron)]
            else:
                _refuse_missing(requested_networks)
        if (
            not requested_networks
            or requested_networks.is_single_unspecified
            or auto_allocate
        ):
            ordered_networks.append(_only_one(networks, instance))
        _check_external_network_attach(context, networks)
        return {network["id"]: network for network in networks}

    def _auto_allocate_network(
        self, instance: Any, neutron: NeutronClient
    ) -> NeutronNetwork:
        project_id = instance.project_id
        try:
            topology = neutron.get_auto_allocated_topology(project_id)
            network_id = topology["auto_allocated_topology"]["id"]
            return dict(neutron.show_network(network_id)["network"])
        except (errors.Conflict, errors.NotFound):
            raise exception.UnableToAutoAllocateNetwork(project_id=project_id) from None

    def _process_security_groups(
        self, instance: Any, neutron: NeutronClient, security_groups: list[str]
    ) -> list[str]:
        """Return the ids of the named groups; ``["default"]`` needs no call.

        Raises:
            NoUniqueMatch: two groups have the name.
            SecurityGroupNotFound: none has the name or id.
        """
        if not security_groups or security_groups == [constants.DEFAULT_SECGROUP]:
            return []
        known = neutron.list_security_groups(
            tenant_id=instance.project_id, display="/v2.0/security-groups?tenant_id="
        )["security_groups"]
        return [_security_group_id(asked, known) for asked in security_groups]

    def _create_ports_for_instance(
        self,
        context: Any,
        instance: Any,
        ordered_networks: list[Any],
        nets: dict[str, NeutronNetwork],
        neutron: NeutronClient,
        security_group_ids: list[str],
    ) -> CreatedPorts:
        """Create a port per request without one; on failure remove them all again.

        Returns:
            each request with the id of its new port, None if the port was given.
        """
        pairs: CreatedPorts = []
        try:
            for request in ordered_networks:
                network = nets.get(request.network_id)
                if not network:
                    continue
                _check_security_groups_fit(network, security_group_ids)
                created_id = None
                if not request.port_id:
                    created_id = self._create_port_minimal(
                        neutron,
                        instance,
                        request.network_id,
                        request.address,
                        security_group_ids,
                    )["id"]
                pairs.append((request, created_id))
        except Exception:  # noqa: BLE001 - raised again
            with excutils.save_and_reraise_exception():
                created = [port_id for _request, port_id in pairs if port_id]
                self._delete_ports(neutron, instance, created)
        return pairs

    def _create_port_minimal(
        self,
        port_client: NeutronClient,
        instance: Any,
        network_id: str,
        fixed_ip: Any = None,
        security_group_ids: list[str] | None = None,
    ) -> Port:
        """Create a port that belongs to the project and to nobody else yet."""
        body: dict[str, Any] = {
            "network_id": network_id,
            "admin_state_up": True,
            "tenant_id": instance.project_id,
        }
        if fixed_ip:
            body["fixed_ips"] = [{"ip_address": str(fixed_ip)}]
        if security_group_ids:
            body["security_groups"] = security_group_ids
        try:
            port: Port = port_client.create_port({"port": body})["port"]
        except errors.NeutronClientException as error:
            raise _creation_refused(error, network_id, fixed_ip) from error
        try:
            ensure_no_port_binding_failure(port)
        except exception.PortBindingFailed:
            with excutils.save_and_reraise_exception():
                port_client.delete_port(port["id"])
        LOG.debug("Successfully created port: %s", port["id"])
        return port

    def _delete_ports(
        self,
        neutron: NeutronClient,
        instance: Any,
        ports: list[str],
        raise_if_fail: bool = False,
    ) -> None:
        failed: list[errors.NeutronClientException] = []
        for port_id in ports:
            try:
                neutron.delete_port(port_id)
            except errors.NotFound:
                LOG.warning("Port %s does not exist", port_id)
            except errors.NeutronClientException as error:
                failed.append(error)
                LOG.warning("Failed to delete port %s of %s", port_id, instance.uuid)
        if failed and raise_if_fail:
            raise failed[0]


def _check_usable(port: Port, instance: Any) -> None:
    port_id = port["id"]
    if port["tenant_id"] != instance.project_id:
        raise exception.PortNotUsable(port_id=port_id, instance=instance.uuid)
    if port.get("device_id"):
        raise exception.PortInUse(port_id=port_id)
    dns_name = port.get("dns_name")
    if dns_name and dns_name != instance.hostname:
        raise exception.PortNotUsableDNS(
            port_id=port_id,
            instance=instance.uuid,
            value=dns_name,
            hostname=instance.hostname,
        )
    ensure_no_port_binding_failure(port)


def _refuse_missing(requested_networks: Any) -> None:
    for request in requested_networks:
        if not request.port_id and request.network_id:
            raise exception.NetworkNotFound(network_id=request.network_id)


def _only_one(networks: list[NeutronNetwork], instance: Any) -> Any:
    if not networks:
        raise exception.InterfaceAttachFailedNoNetwork(project_id=instance.project_id)
    if len(networks) > 1:
        raise exception.NetworkAmbiguous(AMBIGUOUS)
    return objects.NetworkRequest(network_id=networks[0]["id"])


def _check_external_network_attach(
    context: Any, networks: list[NeutronNetwork]
) -> None:
    external = [
        network
        for network in networks
        if network.get("router:external") and not network.get("shared")
    ]
    if external and not context.can(NETWORK_ATTACH_EXTERNAL, fatal=False):
        raise exception.ExternalNetworkAttachForbidden(network_uuid=external[0]["id"])


def _security_group_id(asked: str, known: list[dict[str, Any]]) -> str:
    by_name = [group["id"] for group in known if group["name"] == asked]
    if len(by_name) > 1:
        raise exception.NoUniqueMatch(
            f"Multiple security groups found matching '{asked}'. Use an ID to be more "
            "specific."
        )
    by_id = [group["id"] for group in known if group["id"] == asked]
    if not by_name and not by_id:
        raise exception.SecurityGroupNotFound(security_group_id=asked)
    return str((by_name or by_id)[0])  # a name wins over an equal id


def _check_security_groups_fit(
    network: NeutronNetwork, security_group_ids: list[str]
) -> None:
    if network.get("port_security_enabled", True):
        if not network.get("subnets"):
            raise exception.SecurityGroupCannotBeApplied
    elif security_group_ids:
        raise exception.SecurityGroupCannotBeApplied


def _creation_refused(
    error: errors.NeutronClientException, network_id: str, fixed_ip: Any
) -> Exception:
    LOG.warning("Neutron error creating port on network %s: %s", network_id, error)
    if isinstance(error, errors.InvalidIpForNetworkClient):
        reason = (
            f"Fixed IP {fixed_ip} is not a valid ip address for network {network_id}."
        )
        return exception.InvalidInput(reason=reason)
    if isinstance(error, errors.IpAddressInUseClient):
        return exception.FixedIpAlreadyInUse(f"Fixed IP {fixed_ip} is already in use.")
    if isinstance(error, errors.OverQuotaClient):
        return exception.PortLimitExceeded()
    if isinstance(error, errors.IpAddressGenerationFailureClient):
        return exception.NoMoreFixedIps(net=network_id)
    return error
