"""The devices of a guest's definition.

Nova: nova/virt/libvirt/config.py LibvirtConfigGuestDevice and its children. Left out:
network disks, host devices, file systems.
"""

from dataclasses import dataclass

from tracenova.virt.libvirt.config import Element, LibvirtConfigObject


@dataclass(slots=True)
class LibvirtConfigGuestDisk(LibvirtConfigObject):
    """A disk.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestDisk
    """

    root_name = "disk"
    source_type: str = "file"
    source_device: str = "disk"
    driver_name: str | None = None
    driver_format: str | None = None
    driver_cache: str | None = None
    source_path: str = ""
    target_dev: str = ""
    target_bus: str = ""
    serial: str | None = None
    readonly: bool = False
    boot_order: str | None = None

    def format_dom(self) -> Element:
        """Return ``<disk type=… device=…><driver/><source/><target/>``."""
        disk = self._new_node(
            self.root_name, type=self.source_type, device=self.source_device
        )
        driver = self._new_node("driver")
        for attribute, value in (
            ("name", self.driver_name),
            ("type", self.driver_format),
            ("cache", self.driver_cache),
        ):
            if value is not None:
                driver.set(attribute, value)
        if driver.attrib:
            disk.append(driver)
        where = "dev" if self.source_type == "block" else "file"
        disk.append(self._new_node("source", **{where: self.source_path}))
        disk.append(self._new_node("target", dev=self.target_dev, bus=self.target_bus))
        if self.serial is not None:
            disk.append(self._text_node("serial", self.serial))
        if self.readonly:
            disk.append(self._new_node("readonly"))
        if self.boot_order:
            disk.append(self._new_node("boot", order=self.boot_order))
        return disk


@dataclass(slots=True)
class LibvirtConfigGuestInterface(LibvirtConfigObject):
    """A network card, and what it is plugged into.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestInterface
    """

    root_name = "interface"
    net_type: str = "bridge"
    mac_addr: str = ""
    model: str | None = None
    driver_name: str | None = None
    source_dev: str | None = None
    target_dev: str | None = None
    vporttype: str | None = None
    vport_interfaceid: str | None = None
    subnet: tuple[str, str] | None = None  # of net_type user: address, prefix

    def format_dom(self) -> Element:
        """Return ``<interface type=…><mac/><model/><source/><target/>``."""
        interface = self._new_node(self.root_name, type=self.net_type)
        interface.append(self._new_node("mac", address=self.mac_addr))
        if self.model:
            interface.append(self._new_node("model", type=self.model))
        if self.driver_name:
            interface.append(self._new_node("driver", name=self.driver_name))
        if self.net_type in {"bridge", "network"} and self.source_dev:
            interface.append(
                self._new_node("source", **{self.net_type: self.source_dev})
            )
        if self.subnet is not None:
            address, prefix = self.subnet
            interface.append(
                self._new_node("ip", family="ipv4", address=address, prefix=prefix)
            )
        if self.target_dev is not None:
            interface.append(self._new_node("target", dev=self.target_dev))
        if self.vporttype is not None:
            port = self._new_node("virtualport", type=self.vporttype)
            if self.vport_interfaceid is not None:
                port.append(
                    self._new_node("parameters", interfaceid=self.vport_interfaceid)
                )
            interface.append(port)
        return interface


@dataclass(slots=True)
class LibvirtConfigGuestSerial(LibvirtConfigObject):
    """A serial port: the console's log file, or a terminal.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestSerial
    """

    root_name = "serial"
    type: str = "pty"
    source_path: str | None = None

    def format_dom(self) -> Element:
        """Return ``<serial type=…><source path=…/>``."""
        serial = self._new_node(self.root_name, type=self.type)
        if self.type == "file" and self.source_path is not None:
            serial.append(self._new_node("source", path=self.source_path))
        return serial


@dataclass(slots=True)
class LibvirtConfigGuestInput(LibvirtConfigObject):
    """A pointing device.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestInput
    """

    root_name = "input"
    type: str = "tablet"
    bus: str = "usb"

    def format_dom(self) -> Element:
        """Return ``<input type=… bus=…/>``."""
        return self._new_node(self.root_name, type=self.type, bus=self.bus)


@dataclass(slots=True)
class LibvirtConfigGuestGraphics(LibvirtConfigObject):
    """A screen that is served over the network.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestGraphics
    """

    root_name = "graphics"
    type: str = "vnc"
    autoport: bool = True
    keymap: str | None = None
    listen: str | None = None

    def format_dom(self) -> Element:
        """Return ``<graphics type=… autoport=… keymap=… listen=…/>``."""
        graphics = self._new_node(self.root_name, type=self.type)
        graphics.set("autoport", "yes" if self.autoport else "no")
        if self.keymap:
            graphics.set("keymap", self.keymap)
        if self.listen:
            graphics.set("listen", self.listen)
        return graphics


@dataclass(slots=True)
class LibvirtConfigGuestVideo(LibvirtConfigObject):
    """A graphics card.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestVideo
    """

    root_name = "video"
    type: str = "cirrus"

    def format_dom(self) -> Element:
        """Return ``<video><model type=…/>``."""
        video = self._new_node(self.root_name)
        video.append(self._new_node("model", type=self.type))
        return video


@dataclass(slots=True)
class LibvirtConfigGuestChannel(LibvirtConfigObject):
    """A line between host and guest, for the guest agent.

    Nova: nova/virt/libvirt/config.py LibvirtConfigGuestChannel
    """

    root_name = "channel"
    type: str = "unix"
    source_path: str = ""
    target_name: str = "org.qemu.guest_agent.0"

    def format_dom(self) -> Element:
        """Return ``<channel type=…><source/><target type="virtio" name=…/>``."""
        channel = self._new_node(self.root_name, type=self.type)
        if self.source_path:
            channel.append(self._new_node("source", mode="bind", path=self.source_path))
        channel.append(self._new_node("target", type="virtio", name=self.target_name))
        return channel


@dataclass(slots=True)
class LibvirtConfigMemoryBalloon(LibvirtConfigObject):
    """What tells the host how much memory the guest really uses.

    Nova: nova/virt/libvirt/config.py LibvirtConfigMemoryBalloon
    """

    root_name = "memballoon"
    model: str = "virtio"
    period: int | None = None

    def format_dom(self) -> Element:
        """Return ``<memballoon model=…><stats period=…/>``."""
        balloon = self._new_node(self.root_name, model=self.model)
        if self.period is not None:
            balloon.append(self._new_node("stats", period=str(self.period)))
        return balloon
