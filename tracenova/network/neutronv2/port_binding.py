"""The second call per port: whose it is, and on which host it will be plugged.

Nova: nova/network/neutronv2/api.py API (its _update_* and _unbind_ports methods).
Left out: SR-IOV devices' binding profiles, migrations.
"""

import logging
from typing import Any

from oslo_utils import excutils

from tracenova import exception, objects, profiler
from tracenova.network.neutronv2 import constants, errors
from tracenova.network.neutronv2.client import NeutronClient, get_client
from tracenova.network.neutronv2.extensions import (
    NeutronNetwork,
    Port,
    ensure_no_port_binding_failure,
)
from tracenova.network.neutronv2.port_creation import CreatedPorts, PortCreation

LOG = logging.getLogger(__name__)


class BoundPorts:
    """What the second calls have done so far, in the order asked.

    Attributes:
        networks: of each port.
        port_ids: every port.
        created: those that Nova made; they are deleted with the server.
        preexisting: those that were given; they are only unbound.
        vifs: their VirtualInterface objects.
    """

    def __init__(self) -> None:
        self.networks: list[NeutronNetwork] = []
        self.port_ids: list[str] = []
        self.created: list[str] = []
        self.preexisting: list[str] = []
        self.vifs: list[Any] = []


class PortBinding(PortCreation):
    """From ports that exist to ports of a server on a host."""

    def _update_ports_for_instance(
        self,
        context: Any,
        instance: Any,
        neutron: NeutronClient,
        admin_client: NeutronClient,
        requests_and_created_ports: CreatedPorts,
        nets: dict[str, NeutronNetwork],
        bind_host_id: str | None,
        dhcp_opts: list[Any] | None,
        available_macs: set[str] | None,
    ) -> BoundPorts:
        """Bind each port; on failure undo: unbind the given, delete the created."""
        binding = self._has_port_binding_extension(
            context, refresh_cache=True, neutron=neutron
        )
        port_client = admin_client if binding else neutron
        done = BoundPorts()
        try:
            for request, created_id in requests_and_created_ports:
                network = nets[request.network_id]
                body = self._port_body(
                    context, instance, network, neutron, bind_host_id, available_macs
                )
                if dhcp_opts is not None:
                    body["extra_dhcp_opts"] = dhcp_opts
                if created_id:
                    done.created.append(created_id)
                self._bind_one(
                    context, instance, port_client, request, created_id, body, done
                )
                done.networks.append(network)
                self._update_port_dns_name(
                    context, instance, network, done.port_ids[-1], neutron
                )
        except Exception:  # noqa: BLE001 - raised again
            with excutils.save_and_reraise_exception():
                self._unbind_ports(context, done.preexisting, neutron, port_client)
                created = [
                    port_id for _r, port_id in requests_and_created_ports if port_id
                ]
                self._delete_ports(neutron, instance, created)
                for vif in done.vifs:
                    vif.destroy()
        return done

    def _port_body(
        self,
        context: Any,
        instance: Any,
        network: NeutronNetwork,
        neutron: NeutronClient,
        bind_host_id: str | None,
        available_macs: set[str] | None,
    ) -> dict[str, Any]:
        body: dict[str, Any] = {
            "device_id": instance.uuid,
            "device_owner": f"compute:{instance.availability_zone}",
        }
        self._populate_neutron_extension_values(
            context, instance, body, network, neutron, bind_host_id
        )
        if available_macs is not None:
            if not available_macs:
                raise exception.PortNotFree(instance=instance.uuid)
            body["mac_address"] = available_macs.pop()
        return body

    def _populate_neutron_extension_values(
        self,
        context: Any,
        instance: Any,
        body: dict[str, Any],
        network: NeutronNetwork,
        neutron: NeutronClient,
        bind_host_id: str | None,
    ) -> None:
        self._refresh_neutron_extensions_cache(context, neutron)
        if constants.QOS_QUEUE in self.extensions:
            body["rxtx_factor"] = instance.get_flavor().get("rxtx_factor")
        binding = self._has_port_binding_extension(context)
        if binding:
            body[constants.BINDING_HOST_ID] = bind_host_id
        # with both extensions and a DNS domain a second, user's call sets the name
        by_second_call = binding and network.get("dns_domain")
        if constants.DNS_INTEGRATION in self.extensions and not by_second_call:
            body["dns_name"] = instance.hostname

    def _bind_one(
        self,
        context: Any,
        instance: Any,
        port_client: NeutronClient,
        request: Any,
        created_id: str | None,
        body: dict[str, Any],
        done: BoundPorts,
    ) -> None:
        port_id = created_id or request.port_id
        port = self._update_port(port_client, instance, port_id, {"port": body})
        vif: Any = objects.VirtualInterface(context)
        vif.instance_uuid = instance.uuid
        vif.tag = request.tag if "tag" in request else None
        # MAC addresses are unique in Nova's table but not in neutron: the port id helps
        vif.address = f"{port['mac_address']}/{port['id']}"
        vif.uuid = port_id
        vif.create()
        done.vifs.append(vif)
        done.port_ids.append(port_id)
        if not created_id:
            done.preexisting.append(port_id)

    def _update_port(
        self,
        port_client: NeutronClient,
        instance: Any,
        port_id: str,
        port_req_body: dict[str, Any],
    ) -> Port:
        try:
            port: Port = port_client.update_port(port_id, port_req_body)["port"]
        except errors.MacAddressInUseClient as error:
            LOG.warning("Neutron error: %s", error)
            mac_address = port_req_body["port"].get("mac_address")
            raise exception.PortInUse(port_id=mac_address) from error
        except errors.HostNotCompatibleWithFixedIpsClient as error:
            LOG.warning("Neutron error: %s", error)
            raise exception.FixedIpInvalidOnHost(port_id=port_id) from error
        ensure_no_port_binding_failure(port)
        LOG.debug("Successfully updated port: %s", port_id)
        return port

    def _update_port_dns_name(
        self,
        context: Any,
        instance: Any,
        network: NeutronNetwork,
        port_id: str,
        neutron: NeutronClient,
    ) -> None:
        """Set the port's name as the user: the DNS zone is the user's, too."""
        if not (
            constants.DNS_INTEGRATION in self.extensions
            and self._has_port_binding_extension(context)
            and network.get("dns_domain")
        ):
            return
        try:
            neutron.update_port(port_id, {"port": {"dns_name": instance.hostname}})
        except errors.BadRequest as error:
            reason = f"Instance hostname {instance.hostname} is not a valid DNS name"
            raise exception.InvalidInput(reason=reason) from error

    def _unbind_ports(
        self,
        context: Any,
        ports: list[str],
        neutron: NeutronClient,
        port_client: NeutronClient | None = None,
    ) -> None:
        """Give ports back to their owner: no device, no host."""
        binding = self._has_port_binding_extension(
            context, refresh_cache=True, neutron=neutron
        )
        if port_client is None:
            port_client = get_client(context, admin=True) if binding else neutron
        for port_id in ports:
            body: dict[str, Any] = {"device_id": "", "device_owner": ""}
            if binding:
                body[constants.BINDING_HOST_ID] = None
                body[constants.BINDING_PROFILE] = {}
            if constants.DNS_INTEGRATION in self.extensions:
                body["dns_name"] = ""
            try:
                port_client.update_port(port_id, {"port": body})
            except errors.NotFound:
                LOG.debug("Unable to unbind port %s as it no longer exists.", port_id)
            except Exception:
                LOG.exception("Unable to clear device ID for port '%s'", port_id)

    def setup_instance_network_on_host(
        self, context: Any, instance: Any, host: str
    ) -> None:
        """Move the ports of a rescheduled server to the next host."""
        self._update_port_binding_for_instance(context, instance, host)

    @profiler.trace
    def cleanup_instance_network_on_host(
        self, context: Any, instance: Any, host: str
    ) -> None:
        """Do nothing: neutron's ports may stay until the next host takes them."""

    def _update_port_binding_for_instance(
        self, context: Any, instance: Any, host: str
    ) -> None:
        if not self._has_port_binding_extension(context, refresh_cache=True):
            return
        neutron = get_client(context, admin=True)
        ports = neutron.list_ports(
            device_id=instance.uuid,
            tenant_id=instance.project_id,
            display="/v2.0/ports?device_id=&tenant_id=",
        )["ports"]
        for port in ports:
            if port.get(constants.BINDING_HOST_ID) != host:
                LOG.info("Updating port %s with host %s", port["id"], host)
                neutron.update_port(
                    port["id"], {"port": {constants.BINDING_HOST_ID: host}}
                )
