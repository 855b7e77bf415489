"""A port of neutron as a network card in the guest's definition, and its plug.

Nova: nova/virt/libvirt/vif.py LibvirtGenericVIFDriver (and os-vif). Left out: SR-IOV,
vhost-user; plugging does nothing here, libvirt's own network code or nobody does it.
The lab may say that a guest's network is QEMU itself, or a bridge of its choice.
"""

import logging
from typing import Any

from tracenova import exception
from tracenova.conf import CONF
from tracenova.network import model as network_model
from tracenova.virt.libvirt import config_devices as vconfig
from tracenova.virt.libvirt import seam

LOG = logging.getLogger(__name__)

_VALID_MODELS = network_model.VIF_MODEL_ALL


class LibvirtGenericVIFDriver:
    """Knows, per kind of port, how libvirt plugs it.

    Nova: nova/virt/libvirt/vif.py LibvirtGenericVIFDriver
    """

    def get_config(
        self, instance: Any, vif: network_model.VIF, image_meta: Any, virt_type: str
    ) -> vconfig.LibvirtConfigGuestInterface:
        """Return the network card.

        Raises:
            NovaException: the kind of port is unknown.
            UnsupportedHardware: the image wants an unknown kind of card.
        """
        kind = vif["type"]
        config = self.get_base_config(vif["address"], image_meta, virt_type)
        if self._is_plugged_by_the_lab(config, vif):
            return config
        config.target_dev = vif["devname"]
        if kind in {network_model.VIF_TYPE_OVS, network_model.VIF_TYPE_BRIDGE}:
            config.net_type = "bridge"
            config.source_dev = self.get_bridge_name(vif)
            # behind a hybrid plug the guest is on a Linux bridge, not on OVS itself
            if kind == network_model.VIF_TYPE_OVS and not vif.is_hybrid_plug_enabled():
                config.vporttype = "openvswitch"
                config.vport_interfaceid = vif["ovs_interfaceid"]
        elif kind == network_model.VIF_TYPE_TAP:
            config.net_type = "ethernet"
        else:
            raise exception.NovaException(f"Unexpected vif_type={kind}")
        return config

    def _is_plugged_by_the_lab(
        self, config: vconfig.LibvirtConfigGuestInterface, vif: network_model.VIF
    ) -> bool:
        """Plug the card where the lab says; say False when it says nothing."""
        bridge = CONF.libvirt.network_bridges.get(vif["network"]["label"])
        if bridge:
            config.net_type, slash, name = bridge.partition("/")
            if not slash:
                config.net_type, name = "bridge", bridge
            config.source_dev = name
            return True
        if CONF.libvirt.user_mode_network:
            config.net_type, config.subnet = "user", _ipv4_subnet(vif)
            return True
        return False

    def get_base_config(
        self, mac: str, image_meta: Any, virt_type: str
    ) -> vconfig.LibvirtConfigGuestInterface:
        """Return a card with its address and model: the image's wish, or virtio."""
        model = image_meta.properties.get("hw_vif_model")
        if model is None and CONF.libvirt.use_virtio_for_bridges:
            model = network_model.VIF_MODEL_VIRTIO
        if model is not None and model not in _VALID_MODELS:
            raise exception.UnsupportedHardware(model=model, virt=virt_type)
        config = vconfig.LibvirtConfigGuestInterface(mac_addr=mac, model=model)
        if virt_type == "qemu" and model == network_model.VIF_MODEL_VIRTIO:
            config.driver_name = "qemu"  # vhost is kvm's
        return config

    def get_bridge_name(self, vif: network_model.VIF) -> str | None:
        """Return the bridge: the network's, or the card's own with a hybrid plug."""
        if vif["type"] == network_model.VIF_TYPE_OVS and vif.is_hybrid_plug_enabled():
            return ("qbr" + str(vif["id"]))[: network_model.NIC_NAME_LEN]
        bridge: str | None = vif["network"]["bridge"]
        return bridge

    def plug(self, instance: Any, vif: network_model.VIF) -> None:
        """Prepare the host's side of the card: nothing to do here."""
        with seam.traced("plug_vifs", port=vif["id"], vif_type=vif["type"]):
            LOG.debug("plug: %s into %s", vif["id"], self.get_bridge_name(vif))

    def unplug(self, instance: Any, vif: network_model.VIF) -> None:
        """Clear the host's side of the card: nothing to do here."""
        with seam.traced("unplug_vifs", port=vif["id"], vif_type=vif["type"]):
            LOG.debug("unplug: %s", vif["id"])


def _ipv4_subnet(vif: network_model.VIF) -> tuple[str, str] | None:
    """Return address and prefix of the card's first IPv4 subnet."""
    for subnet in vif["network"]["subnets"] or ():
        address, _slash, prefix = str(subnet["cidr"]).partition("/")
        if "." in address:
            return address, prefix
    return None
