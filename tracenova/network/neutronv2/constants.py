"""Names of neutron's extensions that change what Nova does.

Nova: nova/network/neutronv2/constants.py
"""

from typing import Final

QOS_QUEUE: Final = "QoS Queue"
NET_EXTERNAL: Final = "router:external"
PORTBINDING_EXT: Final = "Port Binding"
VNIC_INDEX_EXT: Final = "VNIC Index"
DNS_INTEGRATION: Final = "DNS Integration"
AUTO_ALLOCATE_TOPO_EXT: Final = "Auto Allocated Topology Services"

BINDING_PROFILE: Final = "binding:profile"
BINDING_HOST_ID: Final = "binding:host_id"
DEFAULT_SECGROUP: Final = "default"
