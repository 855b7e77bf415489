"""Whose guest is this? The mark in a domain's metadata, and the right to touch it.

Several hosts of a lab, several labs, and a user's own guests may live on one libvirt.
A guest of a lab says in its metadata whose it is; one that does not is never changed.

Nova has no such module: a hypervisor belongs to one nova-compute there.
"""

from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from tracenova.virt.libvirt import config_meta, seam
from tracenova.virt.libvirt.config import Element, LibvirtConfigObject

NAMESPACE: Final = ("tracenova", "urn:tracenova:guest:1.0")


@dataclass(slots=True)
class LibvirtConfigGuestMetaOwner(LibvirtConfigObject):
    """The lab's note in a guest's definition."""

    root_name = "owner"
    namespace = NAMESPACE
    mark: str = ""

    def format_dom(self) -> Element:
        """Return ``<tracenova:owner mark=…/>``."""
        return self._new_node(self.root_name, mark=self.mark)


def mark_of(domain_xml: str) -> str | None:
    """Return the owner that the domain's metadata names: ``lab/run/host``, or None."""
    root = etree.fromstring(domain_xml.encode())
    found = root.find(f"metadata/{{{NAMESPACE[1]}}}owner")
    return None if found is None else str(found.get("mark"))


def of_a_lab(domain_xml: str) -> bool:
    """Say whether the domain is any lab's guest."""
    return mark_of(domain_xml) is not None


def is_ours(domain_xml: str, mark: str) -> bool:
    """Say whether the domain is Nova's and of this owner; "": any guest of Nova's."""
    if not config_meta.is_marked(domain_xml):
        return False
    return not mark or mark_of(domain_xml) == mark


def remove(domain: Any) -> None:
    """Stop a marked domain and make libvirt forget it; the caller has looked."""
    libvirt = seam.libvirt()
    try:
        if domain.isActive():
            domain.destroy()
        domain.undefine()
    except libvirt.libvirtError as error:
        if error.get_error_code() != libvirt.VIR_ERR_NO_DOMAIN:
            raise
