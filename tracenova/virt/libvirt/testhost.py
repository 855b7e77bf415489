"""A host of its own for libvirt's test driver, from a file.

``test:///default`` is one and the same host for every connection of a process;
``test:///FILE`` is a fresh one for each connection. The file says how big it is.

Nova has nothing of the kind.
"""

from pathlib import Path

from lxml import etree

from tracenova.virt.host_resources import HostResources


def write_host_xml(path: Path, resources: HostResources) -> str:
    """Write the host's description, and return the URI that opens it."""
    node = etree.Element("node")
    cpu = etree.SubElement(node, "cpu")
    for name, value in (
        ("mhz", "2400"),
        ("model", "x86_64"),
        ("active", str(resources.vcpus)),
        ("nodes", "1"),
        ("sockets", "1"),
        ("cores", str(resources.vcpus)),
        ("threads", "1"),
    ):
        etree.SubElement(cpu, name).text = value
    etree.SubElement(node, "memory").text = str(resources.memory_mb * 1024)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(etree.tostring(node, pretty_print=True))
    return f"test://{path.resolve()}"
