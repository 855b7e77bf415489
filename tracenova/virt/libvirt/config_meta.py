"""Nova's own notes in a guest's definition: whose server this is.

They are also the mark by which the driver knows its guests from other people's.

Nova: nova/virt/libvirt/config.py LibvirtConfigGuestMetaNova*
"""

import time
from dataclasses import dataclass
from typing import Final

from lxml import etree

from tracenova.virt.libvirt.config import Element, LibvirtConfigObject, xml_text

NOVA_NS: Final = "http://openstack.org/xmlns/libvirt/nova/1.0"


@dataclass(slots=True)
class LibvirtConfigGuestMetaNovaFlavor(LibvirtConfigObject):
    """The flavor.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestMetaNovaFlavor
    """

    root_name = "flavor"
    namespace = ("nova", NOVA_NS)
    name: str = ""
    memory: int | None = None
    disk: int | None = None
    swap: int | None = None
    ephemeral: int | None = None
    vcpus: int | None = None

    def format_dom(self) -> Element:
        """Return ``<nova:flavor name=…>`` with its sizes."""
        flavor = self._new_node(self.root_name, name=xml_text(self.name))
        for size in ("memory", "disk", "swap", "ephemeral", "vcpus"):
            if getattr(self, size) is not None:
                flavor.append(self._text_node(size, getattr(self, size)))
        return flavor


@dataclass(slots=True)
class LibvirtConfigGuestMetaNovaOwner(LibvirtConfigObject):
    """The user and the project.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestMetaNovaOwner
    """

    root_name = "owner"
    namespace = ("nova", NOVA_NS)
    userid: str | None = None
    username: str | None = None
    projectid: str | None = None
    projectname: str | None = None

    def format_dom(self) -> Element:
        """Return ``<nova:owner>``; a nameless user or project is left out."""
        owner = self._new_node(self.root_name)
        for name, uuid, text in (
            ("user", self.userid, self.username),
            ("project", self.projectid, self.projectname),
        ):
            if uuid is not None and text is not None:
                owner.append(self._text_node(name, text, uuid=uuid))
        return owner


@dataclass(slots=True)
class LibvirtConfigGuestMetaNovaInstance(LibvirtConfigObject):
    """The server.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestMetaNovaInstance
    """

    root_name = "instance"
    namespace = ("nova", NOVA_NS)
    package: str = ""
    name: str | None = None
    creation_time: float | None = None
    flavor: LibvirtConfigGuestMetaNovaFlavor | None = None
    owner: LibvirtConfigGuestMetaNovaOwner | None = None
    roottype: str | None = None
    rootid: str | None = None

    def format_dom(self) -> Element:
        """Return ``<nova:instance>`` in Nova's order."""
        meta = self._new_node(self.root_name)
        meta.append(self._new_node("package", version=self.package))
        if self.name is not None:
            meta.append(self._text_node("name", self.name))
        if self.creation_time is not None:
            when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(self.creation_time))
            meta.append(self._text_node("creationTime", when))
        for part in (self.flavor, self.owner):
            if part is not None:
                meta.append(part.format_dom())
        if self.roottype is not None and self.rootid is not None:
            meta.append(self._new_node("root", type=self.roottype, uuid=self.rootid))
        return meta


def is_marked(domain_xml: str) -> bool:
    """Say whether Nova made the guest: its definition has Nova's notes."""
    root = etree.fromstring(domain_xml.encode())
    return root.find(f"metadata/{{{NOVA_NS}}}instance") is not None
