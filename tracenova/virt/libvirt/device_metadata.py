"""Which of the guest's devices the user has given a tag.

Nova: nova/virt/libvirt/driver.py LibvirtDriver._build_device_metadata. Left out: the
devices' bus addresses (libvirt's test driver gives none).
"""

from collections.abc import Iterable
from typing import Any

from lxml import etree

from tracenova import block_device, objects


def tagged_devices(domain_xml: str, vifs: Iterable[Any], bdms: Iterable[Any]) -> Any:
    """Return the InstanceDeviceMetadata of tagged devices; None without any.

    Args:
        domain_xml: the guest as libvirt has it.
        vifs: the instance's VirtualInterface objects.
        bdms: its BlockDeviceMapping objects.
    """
    # an address is stored as mac/port_id
    tagged_vifs = {vif.address.split("/")[0]: vif for vif in vifs if vif.tag}
    tagged_bdms = {
        block_device.strip_dev(bdm.device_name): bdm for bdm in bdms if bdm.tag
    }
    root = etree.fromstring(domain_xml.encode())
    devices: list[Any] = []
    for mac in root.findall("devices/interface/mac"):
        vif = tagged_vifs.get(mac.get("address"))
        if vif is not None:
            mac_address = mac.get("address")
            devices.append(
                objects.NetworkInterfaceMetadata(mac=mac_address, tags=[vif.tag])
            )
    for target in root.findall("devices/disk/target"):
        bdm = tagged_bdms.get(target.get("dev"))
        if bdm is not None:
            devices.append(objects.DiskMetadata(tags=[bdm.tag]))
    return objects.InstanceDeviceMetadata(devices=devices) if devices else None
