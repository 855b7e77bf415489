"""Devices of a guest that is defined already: one more, one less.

Libvirt's test driver can change no guest that runs: there the definition alone is
changed, and the guest has the device from its next start on.

Nova: nova/virt/libvirt/guest.py Guest [attach_device, detach_device, get_disk,
get_interface_by_cfg, detach_device_with_retry]
"""

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from tracenova import exception
from tracenova.virt.libvirt import seam
from tracenova.virt.libvirt.config import LibvirtConfigObject

if TYPE_CHECKING:
    from tracenova.virt.libvirt.host import Host

LOG = logging.getLogger(__name__)

DETACH_RETRIES: Final = 7
RETRY_AFTER_S: Final = 2  # and two seconds more each time
LOOK_EVERY_S: Final = 0.1

Element = Any  # lxml speaks no types


class GuestDevices:
    """The part of a guest that knows its devices.

    Nova: nova/virt/libvirt/guest.py Guest
    """

    _host: "Host"
    _domain: Any

    def attach_device(self, conf: LibvirtConfigObject, live: bool) -> None:
        """Plug a device in, now if the guest runs (``live``), and for every later start."""
        xml = conf.to_xml()
        with seam.traced("attachDeviceFlags", xml=xml, live=live):
            if self._host.is_test:
                self._redefine(added=etree.fromstring(xml))
            else:
                self._domain.attachDeviceFlags(xml, _flags(live))

    def detach_device(self, device: Element, live: bool) -> None:
        """Unplug a device, now if the guest runs, and for every later start."""
        xml = str(etree.tostring(device, encoding="unicode"))
        with seam.traced("detachDeviceFlags", xml=xml, live=live):
            if self._host.is_test:
                self._redefine(removed=device)
            else:
                self._domain.detachDeviceFlags(xml, _flags(live))

    def get_disk(self, device: str) -> Element | None:
        """Return the disk with the device name, ``vdb``; None: there is none."""
        found = self._device_with(f"disk/target[@dev='{device}']")
        return None if found is None else found.getparent()

    def find_disk(self) -> tuple[Path, str]:
        """Return the first disk's file and its format: what the guest boots from.

        Nova: nova/virt/libvirt/utils.py find_disk
        """
        disk = self._definition().find("devices/disk")
        return Path(disk.find("source").get("file")), str(
            disk.find("driver").get("type")
        )

    def get_interface(self, mac_address: str) -> Element | None:
        """Return the network card with the address; None: there is none."""
        found = self._device_with(f"interface/mac[@address='{mac_address}']")
        return None if found is None else found.getparent()

    def detach_device_with_retry(self, find: Any, name: str, live: bool) -> None:
        """Unplug a device and wait until it is gone: a guest that runs has to agree.

        Asked again up to seven times, as in Nova; between that the definition is
        looked at, not just slept.

        Args:
            find: ``get_disk`` or ``get_interface``.
            name: of the device.
            live: whether the guest runs.

        Raises:
            DeviceNotFound: the guest has no such device.
            DeviceDetachFailed: it is still there after all.
        """
        device = find(name)
        if device is None:
            raise exception.DeviceNotFound(device=name)
        for attempt in range(DETACH_RETRIES + 1):
            self._try_detach(device, name, live)
            device = _gone_within(find, name, RETRY_AFTER_S * (attempt + 1))
            if device is None:
                return
            LOG.debug("Device %s is still attached", name)
        reason = "Unable to detach from guest transient domain."
        raise exception.DeviceDetachFailed(device=name, reason=reason)

    def _try_detach(self, device: Element, name: str, live: bool) -> None:
        libvirt = seam.libvirt()
        try:
            self.detach_device(device, live)
        except libvirt.libvirtError as error:
            text = str(error)
            if "not found" in text or "no target device" in text:
                raise exception.DeviceNotFound(device=name) from error
            if "in the process of unplug" not in text:
                raise

    def _device_with(self, path: str) -> Element | None:
        return self._definition().find(f"devices/{path}")

    def _definition(self) -> Element:
        """Return what the guest has now; on the test driver: from its next start on."""
        libvirt = seam.libvirt()
        flags = libvirt.VIR_DOMAIN_XML_INACTIVE if self._host.is_test else 0
        return etree.fromstring(self._domain.XMLDesc(flags).encode())

    def _redefine(
        self, added: Element | None = None, removed: Element | None = None
    ) -> None:
        root = self._definition()
        devices = root.find("devices")
        if added is not None:
            devices.append(added)
        if removed is not None:
            wanted = _key(removed)
            for device in devices.findall(removed.tag):
                if _key(device) == wanted:
                    devices.remove(device)
        text = str(etree.tostring(root, encoding="unicode"))
        self._host.get_connection().defineXML(text)


def _gone_within(find: Any, name: str, seconds: float) -> Element | None:
    """Look until the device is gone, or the time is over; return it if it is not."""
    deadline = time.monotonic() + seconds
    while (device := find(name)) is not None and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_S)
    return device


def _key(device: Element) -> tuple[str | None, ...]:
    """Return what tells a disk or a card from others of its guest."""
    target, mac = device.find("target"), device.find("mac")
    return (
        None if mac is None else mac.get("address"),
        target.get("dev") if device.tag == "disk" and target is not None else None,
    )


def _flags(live: bool) -> int:
    libvirt = seam.libvirt()
    flags = libvirt.VIR_DOMAIN_AFFECT_CONFIG
    if live:
        flags |= libvirt.VIR_DOMAIN_AFFECT_LIVE
    return int(flags)
