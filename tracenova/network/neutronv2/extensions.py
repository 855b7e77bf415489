"""What of neutron is needed everywhere: its extensions, one port, the networks.

Nova: nova/network/neutronv2/api.py API (the helpers that its other parts share)
"""

import logging
import time
from typing import Any

from tracenova import exception
from tracenova.conf import CONF
from tracenova.network import base_api
from tracenova.network import model as network_model
from tracenova.network.neutronv2 import constants, errors
from tracenova.network.neutronv2.client import NeutronClient, get_client

LOG = logging.getLogger(__name__)
Port = dict[str, Any]
NeutronNetwork = dict[str, Any]


class NeutronBase(base_api.NetworkAPI):
    """Shared base of the parts of the neutron API.

    Attributes:
        extensions: what neutron has loaded, by name; good for
            ``extension_sync_interval`` seconds.
        last_neutron_extension_sync: when they were read, seconds.
    """

    def __init__(self) -> None:
        self.last_neutron_extension_sync: float | None = None
        self.extensions: dict[str, Any] = {}

    def _refresh_neutron_extensions_cache(
        self, context: Any, neutron: NeutronClient | None = None
    ) -> None:
        interval = CONF.neutron.extension_sync_interval
        last = self.last_neutron_extension_sync
        if last and time.time() - last < interval:
            return
        neutron = neutron or get_client(context)
        found = neutron.list_extensions()["extensions"]
        self.last_neutron_extension_sync = time.time()
        self.extensions = {extension["name"]: extension for extension in found}

    def _has_port_binding_extension(
        self,
        context: Any,
        refresh_cache: bool = False,
        neutron: NeutronClient | None = None,
    ) -> bool:
        if refresh_cache:
            self._refresh_neutron_extensions_cache(context, neutron)
        return constants.PORTBINDING_EXT in self.extensions

    def _has_auto_allocate_extension(
        self,
        context: Any,
        refresh_cache: bool = False,
        neutron: NeutronClient | None = None,
    ) -> bool:
        if refresh_cache or not self.extensions:
            self._refresh_neutron_extensions_cache(context, neutron)
        return constants.AUTO_ALLOCATE_TOPO_EXT in self.extensions

    def list_ports(self, context: Any, **search_opts: Any) -> dict[str, Any]:
        """Return ``{"ports": [...]}`` for the search."""
        return get_client(context).list_ports(**search_opts)

    def show_port(self, context: Any, port_id: str) -> dict[str, Port]:
        """Return ``{"port": {...}}``.

        Raises:
            PortNotFound: neutron does not know it.
        """
        return {"port": self._show_port(context, port_id)}

    def _show_port(
        self,
        context: Any,
        port_id: str,
        neutron_client: NeutronClient | None = None,
        fields: list[str] | None = None,
    ) -> Port:
        neutron = neutron_client or get_client(context)
        filters = {"fields": fields} if fields else {}
        try:
            port: Port = neutron.show_port(port_id, **filters)["port"]
        except (errors.PortNotFoundClient, errors.NotFound):
            raise exception.PortNotFound(port_id=port_id) from None
        except errors.NeutronClientException as error:
            raise exception.NovaException(
                f"Failed to access port {port_id}: {error}"
            ) from error
        return port

    def _get_available_networks(
        self,
        context: Any,
        project_id: str,
        net_ids: list[str] | None = None,
        neutron: NeutronClient | None = None,
        auto_allocate: bool = False,
    ) -> list[NeutronNetwork]:
        """Return the networks asked for; without any, the project's and the shared."""
        neutron = neutron or get_client(context)
        if net_ids:
            found = neutron.list_networks(
                id=net_ids, display="/v2.0/networks?id={net_id}"
            )["networks"]
            return _in_requested_order(found, net_ids)
        own: dict[str, Any] = {"tenant_id": project_id, "shared": False}
        if auto_allocate:
            own["admin_state_up"] = True  # half-built networks are down
        networks: list[NeutronNetwork] = neutron.list_networks(
            display="/v2.0/networks?tenant_id=&shared=False", **own
        )["networks"]
        shared = neutron.list_networks(
            shared=True, display="/v2.0/networks?shared=True"
        )["networks"]
        return networks + shared


def _in_requested_order(
    networks: list[NeutronNetwork], net_ids: list[str]
) -> list[NeutronNetwork]:
    return sorted(networks, key=lambda network: net_ids.index(network["id"]))


def ensure_no_port_binding_failure(port: Port) -> None:
    """Refuse a port that neutron could not bind to its host.

    Raises:
        PortBindingFailed: no mechanism driver of neutron accepted the host.
    """
    if port.get("binding:vif_type") == network_model.VIF_TYPE_BINDING_FAILED:
        raise exception.PortBindingFailed(port_id=port["id"])
