"""A guest's definition: objects that know where they stand in libvirt's XML.

The driver fills them in, ``to_xml`` writes them in Nova's order. lxml does the
escaping: a server may have any name.

Nova: nova/virt/libvirt/config.py LibvirtConfigGuest. Devices stand in
config_devices.py, Nova's metadata in config_meta.py. Left out: containers, NUMA,
memory tuning.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from lxml import etree

Element = Any  # lxml speaks no types


@dataclass(slots=True)
class LibvirtConfigObject:
    """One element of the definition.

    Nova: nova/virt/libvirt/config.py LibvirtConfigObject
    """

    root_name: ClassVar[str] = ""
    namespace: ClassVar[tuple[str, str] | None] = None  # prefix, URI

    def _new_node(self, name: str, /, **attributes: str) -> Element:
        if self.namespace is None:
            return etree.Element(name, **attributes)
        prefix, uri = self.namespace
        return etree.Element(f"{{{uri}}}{name}", nsmap={prefix: uri}, **attributes)

    def _text_node(self, name: str, value: object, /, **attributes: str) -> Element:
        node = self._new_node(name, **attributes)
        node.text = xml_text(str(value))
        return node

    def format_dom(self) -> Element:
        """Return the element with all below it."""
        return self._new_node(self.root_name)

    def to_xml(self) -> str:
        """Return the definition as text."""
        return str(
            etree.tostring(self.format_dom(), pretty_print=True, encoding="unicode")
        )


def xml_text(text: str) -> str:
    """Return the text without the characters that XML cannot hold at all.

    Control characters, halves of surrogate pairs: no escaping makes them valid.
    """
    return "".join(char if _is_xml(ord(char)) else "\ufffd" for char in text)


def _is_xml(code: int) -> bool:
    return (
        code in {0x9, 0xA, 0xD}
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or code >= 0x10000
    )


@dataclass(slots=True)
class LibvirtConfigGuestTimer(LibvirtConfigObject):
    """A clock source of the guest.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestTimer
    """

    root_name = "timer"
    name: str = "platform"
    tickpolicy: str | None = None
    present: bool | None = None

    def format_dom(self) -> Element:
        """Return ``<timer name=… tickpolicy=… present=…>``."""
        timer = self._new_node(self.root_name, name=self.name)
        if self.tickpolicy is not None:
            timer.set("tickpolicy", self.tickpolicy)
        if self.present is not None:
            timer.set("present", "yes" if self.present else "no")
        return timer


@dataclass(slots=True)
class LibvirtConfigGuestClock(LibvirtConfigObject):
    """The guest's clock.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestClock
    """

    root_name = "clock"
    offset: str = "utc"
    timers: list[LibvirtConfigGuestTimer] = field(default_factory=list)

    def add_timer(self, timer: LibvirtConfigGuestTimer) -> None:
        """Append a clock source."""
        self.timers.append(timer)

    def format_dom(self) -> Element:
        """Return ``<clock offset=…>`` with its timers."""
        clock = self._new_node(self.root_name, offset=self.offset)
        clock.extend(timer.format_dom() for timer in self.timers)
        return clock


@dataclass(slots=True)
class LibvirtConfigGuestSysinfo(LibvirtConfigObject):
    """What the guest reads in its SMBIOS: who made this machine.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestSysinfo
    """

    root_name = "sysinfo"
    system_manufacturer: str | None = None
    system_product: str | None = None
    system_version: str | None = None
    system_serial: str | None = None
    system_uuid: str | None = None
    system_family: str | None = None

    def format_dom(self) -> Element:
        """Return ``<sysinfo type="smbios"><system>…``."""
        sysinfo = self._new_node(self.root_name, type="smbios")
        system = self._new_node("system")
        for entry in ("manufacturer", "product", "version", "serial", "uuid", "family"):
            value = getattr(self, f"system_{entry}")
            if value is not None:
                system.append(self._text_node("entry", value, name=entry))
        sysinfo.append(system)
        return sysinfo


@dataclass(slots=True)
class LibvirtConfigGuestCPUTune(LibvirtConfigObject):
    """The guest's share of the processors.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestCPUTune
    """

    root_name = "cputune"
    shares: int | None = None

    def format_dom(self) -> Element:
        """Return ``<cputune><shares>…``."""
        root = self._new_node(self.root_name)
        if self.shares is not None:
            root.append(self._text_node("shares", self.shares))
        return root


@dataclass(slots=True)
class LibvirtConfigGuestCPU(LibvirtConfigObject):
    """The guest's processor: what kind, how many sockets, cores, threads.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestCPU
    """

    root_name = "cpu"
    mode: str | None = None
    match: str | None = "exact"
    model: str | None = None
    sockets: int | None = None
    cores: int | None = None
    threads: int | None = None

    def format_dom(self) -> Element:
        """Return ``<cpu mode=… match=…><model/><topology/></cpu>``."""
        cpu = self._new_node(self.root_name)
        if self.mode:
            cpu.set("mode", self.mode)
        if self.match:
            cpu.set("match", self.match)
        if self.model is not None:
            cpu.append(self._text_node("model", self.model))
        if self.sockets is not None:
            topology = self._new_node("topology")
            for name in ("sockets", "cores", "threads"):
                topology.set(name, str(getattr(self, name)))
            cpu.append(topology)
        return cpu


@dataclass(slots=True)
class LibvirtConfigGuest(LibvirtConfigObject):
    """The whole guest.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuest
    """

    root_name = "domain"
    virt_type: str = "kvm"
    uuid: str = ""
    name: str = ""
    memory: int = 500 * 1024  # KiB
    vcpus: int = 1
    cpu: LibvirtConfigGuestCPU | None = None
    cputune: LibvirtConfigGuestCPUTune | None = None
    features: list[str] = field(default_factory=list)
    clock: LibvirtConfigGuestClock | None = None
    sysinfo: LibvirtConfigGuestSysinfo | None = None
    os_type: str | None = None
    os_mach_type: str | None = None
    os_kernel: str | None = None
    os_initrd: str | None = None
    os_cmdline: str | None = None
    os_boot_dev: list[str] = field(default_factory=list)
    os_smbios: str | None = None
    os_bootmenu: bool = False
    metadata: list[LibvirtConfigObject] = field(default_factory=list)
    devices: list[LibvirtConfigObject] = field(default_factory=list)

    def add_device(self, device: LibvirtConfigObject) -> None:
        """Append a device."""
        self.devices.append(device)

    def format_dom(self) -> Element:
        """Return ``<domain>`` with everything in Nova's order."""
        root = self._new_node(self.root_name, type=self.virt_type)
        self._format_basic_props(root)
        if self.sysinfo is not None:
            root.append(self.sysinfo.format_dom())
        self._format_os(root)
        self._format_features(root)
        for part in (self.cputune, self.clock, self.cpu):
            if part is not None:
                root.append(part.format_dom())
        self._format_devices(root)
        return root

    def _format_basic_props(self, root: Element) -> None:
        for name, value in (
            ("uuid", self.uuid),
            ("name", self.name),
            ("memory", self.memory),
            ("vcpu", self.vcpus),
        ):
            root.append(self._text_node(name, value))
        if self.metadata:
            metadata = self._new_node("metadata")
            metadata.extend(each.format_dom() for each in self.metadata)
            root.append(metadata)

    def _format_os(self, root: Element) -> None:
        os = self._new_node("os")
        type_node = self._text_node("type", self.os_type)
        if self.os_mach_type is not None:
            type_node.set("machine", self.os_mach_type)
        os.append(type_node)
        for name in ("kernel", "initrd", "cmdline"):
            value = getattr(self, f"os_{name}")
            if value is not None:
                os.append(self._text_node(name, value))
        os.extend(self._new_node("boot", dev=device) for device in self.os_boot_dev)
        if self.os_smbios is not None:
            os.append(self._new_node("smbios", mode=self.os_smbios))
        if self.os_bootmenu:
            os.append(self._new_node("bootmenu", enable="yes"))
        root.append(os)

    def _format_features(self, root: Element) -> None:
        if self.features:
            features = self._new_node("features")
            features.extend(self._new_node(name) for name in self.features)
            root.append(features)

    def _format_devices(self, root: Element) -> None:
        if self.devices:
            devices = self._new_node("devices")
            devices.extend(device.format_dom() for device in self.devices)
            root.append(devices)
