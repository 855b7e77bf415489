"""The words neutron and Nova use for kinds of virtual interfaces.

Nova: nova/network/model.py (its constants), only the kinds a libvirt host meets here.
"""

from typing import Final

VIF_TYPE_OVS: Final = "ovs"
VIF_TYPE_BRIDGE: Final = "bridge"
VIF_TYPE_TAP: Final = "tap"
VIF_TYPE_VHOSTUSER: Final = "vhostuser"
VIF_TYPE_DVS: Final = "dvs"
VIF_TYPE_HW_VEB: Final = "hw_veb"
VIF_TYPE_OTHER: Final = "other"
VIF_TYPE_UNBOUND: Final = "unbound"
VIF_TYPE_BINDING_FAILED: Final = "binding_failed"

VIF_DETAILS_PORT_FILTER: Final = "port_filter"
VIF_DETAILS_OVS_HYBRID_PLUG: Final = "ovs_hybrid_plug"
VIF_DETAILS_PHYSICAL_NETWORK: Final = "physical_network"
VIF_DETAILS_BRIDGE_NAME: Final = "bridge_name"

VNIC_TYPE_NORMAL: Final = "normal"
VNIC_TYPE_DIRECT: Final = "direct"
VNIC_TYPE_MACVTAP: Final = "macvtap"
VNIC_TYPE_DIRECT_PHYSICAL: Final = "direct-physical"
VNIC_TYPES_SRIOV: Final = (
    VNIC_TYPE_DIRECT,
    VNIC_TYPE_MACVTAP,
    VNIC_TYPE_DIRECT_PHYSICAL,
)

VIF_MODEL_VIRTIO: Final = "virtio"
VIF_MODEL_NE2K_PCI: Final = "ne2k_pci"
VIF_MODEL_PCNET: Final = "pcnet"
VIF_MODEL_RTL8139: Final = "rtl8139"
VIF_MODEL_E1000: Final = "e1000"
VIF_MODEL_E1000E: Final = "e1000e"
VIF_MODEL_ALL: Final = (
    VIF_MODEL_VIRTIO,
    VIF_MODEL_NE2K_PCI,
    VIF_MODEL_PCNET,
    VIF_MODEL_RTL8139,
    VIF_MODEL_E1000,
    VIF_MODEL_E1000E,
)

NIC_NAME_LEN: Final = 14  # of an interface or bridge name, Linux allows 15
