"""A server's network by neutron: allocate, look, give back.

Nova: nova/network/neutronv2/api.py API. Its parts stand beside this file: attachment,
validation, port_creation, port_binding, nw_info, sriov. Left out: floating addresses,
DNS, migrations.
"""

import logging
from typing import Any

from tracenova import exception, objects
from tracenova.network import base_api
from tracenova.network import model as network_model
from tracenova.network.neutronv2.attachment import PortAttachment
from tracenova.network.neutronv2.client import get_client, warm
from tracenova.network.neutronv2.extensions import Port
from tracenova.network.neutronv2.sriov import SriovRequests
from tracenova.network.neutronv2.validation import NetworkValidation

__all__ = ["API", "get_client", "warm"]

LOG = logging.getLogger(__name__)


class API(NetworkValidation, SriovRequests, PortAttachment):
    """Nova's way to neutron.

    Nova: nova/network/neutronv2/api.py API
    """

    def get_all(self, context: Any) -> list[dict[str, Any]]:
        """Return the networks of the user's project and the shared ones."""
        return self._get_available_networks(context, context.project_id)

    def get(self, context: Any, network_uuid: str) -> dict[str, Any]:
        """Return one network of neutron."""
        return dict(get_client(context).show_network(network_uuid)["network"])

    def allocate_for_instance(
        self, context: Any, instance: Any, **kwargs: Any
    ) -> network_model.NetworkInfo:
        """Give the server its ports, and return them as Nova's network model.

        Order: GET given ports, GET networks, [GET security groups], POST ports, GET
        extensions, PUT ports, VirtualInterface.create, then everything again for the
        info cache.

        Keyword arguments: ``requested_networks``, ``security_groups``, ``macs``,
        ``dhcp_options``, ``bind_host_id``; ``vpn`` is ignored, as in Nova.

        Raises:
            InvalidInput: the server belongs to no project, or an address is wrong.
            PortNotUsable, PortInUse: a given port is another's.
            NetworkNotFound, NetworkAmbiguous: see :meth:`validate_networks`.
            PortLimitExceeded, NoMoreFixedIps, FixedIpAlreadyInUse: neutron refused.
            PortBindingFailed: neutron cannot bind a port to the host.
        """
        LOG.debug("allocate_for_instance() for %s", instance.uuid)
        if not instance.project_id:
            reason = f"empty project id for instance {instance.uuid}"
            raise exception.InvalidInput(reason=reason)
        neutron = get_client(context)
        requested = kwargs.get("requested_networks")
        ports, ordered = self._validate_requested_port_ids(
            context, instance, neutron, requested
        )
        nets = self._validate_requested_network_ids(
            context, instance, neutron, requested, ordered
        )
        if not nets:
            LOG.debug("No network configured for %s", instance.uuid)
            return network_model.NetworkInfo()
        group_ids = self._process_security_groups(
            instance, neutron, kwargs.get("security_groups") or []
        )
        pairs = self._create_ports_for_instance(
            context, instance, ordered, nets, neutron, group_ids
        )
        admin_client = get_client(context, admin=True)
        bound = self._update_ports_for_instance(
            context,
            instance,
            neutron,
            admin_client,
            pairs,
            nets,
            kwargs.get("bind_host_id"),
            kwargs.get("dhcp_options"),
            _filter_hypervisor_macs(ports, kwargs.get("macs")),
        )
        nw_info = self.get_instance_nw_info(
            context,
            instance,
            networks=bound.networks,
            port_ids=bound.port_ids,
            admin_client=admin_client,
            preexisting_port_ids=bound.preexisting,
            update_cells=True,
        )
        ours = set(bound.created + bound.preexisting)
        return network_model.NetworkInfo([vif for vif in nw_info if vif["id"] in ours])

    def deallocate_for_instance(
        self, context: Any, instance: Any, **kwargs: Any
    ) -> None:
        """Give the server's ports back: delete those Nova made, unbind the given ones.

        Keyword argument ``requested_networks``: of a failed build, whose given ports
        the info cache may not know yet.

        Raises:
            NeutronClientException: a port could not be deleted.
        """
        LOG.debug("deallocate_for_instance() for %s", instance.uuid)
        neutron = get_client(context)
        found = neutron.list_ports(
            device_id=instance.uuid, display="/v2.0/ports?device_id={instance_uuid}"
        )["ports"]
        requested = kwargs.get("requested_networks") or []
        skip = {request.port_id for request in requested if request.port_id}
        skip |= set(self._get_preexisting_port_ids(instance))
        ours = [port["id"] for port in found if port["id"] not in skip]
        self._unbind_ports(context, sorted(skip), neutron)
        self._delete_ports(neutron, instance, ours, raise_if_fail=True)
        objects.VirtualInterface.delete_by_instance_uuid(context, instance.uuid)
        base_api.update_instance_cache_with_nw_info(
            self, context, instance, network_model.NetworkInfo()
        )


def _filter_hypervisor_macs(
    ports: dict[str, Port], hypervisor_macs: set[str] | None
) -> set[str] | None:
    """Return the hypervisor's MAC addresses that no given port uses; None: any."""
    if not hypervisor_macs:
        return None
    return set(hypervisor_macs) - {port["mac_address"] for port in ports.values()}
