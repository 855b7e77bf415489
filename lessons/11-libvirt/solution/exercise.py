"""Describes a server to libvirt; a library builds the XML, so that it is always XML."""

from xml.etree import ElementTree

NOVA = "http://openstack.org/xmlns/libvirt/nova/1.0"


def domain_xml(server):
    """Return the domain's XML."""
    domain = ElementTree.Element("domain", type="test")
    add(domain, "uuid", server["uuid"])
    add(domain, "name", f"instance-{server['id']:08x}")
    add(domain, "memory", server["memory_mb"] * 1024)
    add(domain, "vcpu", server["vcpus"])
    about = add(add(domain, "metadata"), f"{{{NOVA}}}instance")
    add(about, f"{{{NOVA}}}name", server["name"])
    system = add(domain, "os")
    add(system, "type", "hvm")
    add(system, "boot", dev="hd")
    devices = add(domain, "devices")
    disk = add(devices, "disk", type="file", device="disk")
    add(disk, "driver", name="qemu", type="qcow2", cache="none")
    add(disk, "source", file=server["disk"])
    add(disk, "target", dev="vda", bus="virtio")
    for vif in server["vifs"]:
        interface = add(devices, "interface", type="bridge")
        add(interface, "mac", address=vif["mac"])
        add(interface, "model", type="virtio")
        add(interface, "source", bridge=vif["bridge"])
        add(interface, "target", dev=vif["tap"])
    return ElementTree.tostring(domain, encoding="unicode")


def add(parent, tag, text=None, **attributes):
    """Add an element with text and attributes."""
    element = ElementTree.SubElement(parent, tag, attributes)
    if text is not None:
        element.text = str(text)
    return element
