"""Pausing, suspending, switching off and on again.

Nova: nova/virt/libvirt/driver.py LibvirtDriver (its methods of these names)
"""

import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any

from tracenova import exception
from tracenova.conf import CONF
from tracenova.virt.libvirt import blockinfo
from tracenova.virt.libvirt import guest as libvirt_guest
from tracenova.virt.libvirt import host as libvirt_host

LOG = logging.getLogger(__name__)


class PowerActions:
    """What changes whether a guest runs."""

    _host: libvirt_host.Host
    virt_type: str
    _get_guest_xml: Callable[..., str]
    _create_domain_and_network: Callable[..., libvirt_guest.Guest]

    def pause(self, instance: Any) -> None:
        """Stop the guest's processors; it stays in memory."""
        self._host.get_guest(instance).pause()

    def unpause(self, instance: Any) -> None:
        """Let a paused guest go on."""
        self._host.get_guest(instance).resume()

    def suspend(self, context: Any, instance: Any) -> None:
        """Save the guest's memory to disk, and stop it."""
        self._host.get_guest(instance).save_memory_state()

    def resume(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        block_device_info: dict[str, Any] | None = None,
    ) -> None:
        """Start a suspended guest as libvirt knows it, where its memory was saved.

        Nova: nova/virt/libvirt/driver.py LibvirtDriver.resume
        """
        xml = self._host.get_guest(instance).get_xml_desc()
        self._create_domain_and_network(
            context,
            xml,
            instance,
            network_info,
            block_device_info=block_device_info,
            vifs_already_plugged=True,
        )

    def power_off(
        self, instance: Any, timeout: int = 0, retry_interval: int = 0
    ) -> None:
        """Switch the guest off: ask first if there is time, then pull the plug."""
        guest = self._host.get_guest(instance)
        if timeout and guest.is_active():
            self._clean_shutdown(guest, timeout, retry_interval)
        if guest.is_active():
            guest.poweroff()

    def _clean_shutdown(
        self, guest: libvirt_guest.Guest, timeout_s: int, retry_interval_s: int = 0
    ) -> bool:
        """Ask the guest to switch itself off, now and then again; say whether it did.

        Nova: nova/virt/libvirt/driver.py LibvirtDriver._clean_shutdown
        """
        guest.shutdown()
        deadline = time.monotonic() + timeout_s
        ask_again = time.monotonic() + (retry_interval_s or timeout_s)
        while time.monotonic() < deadline:
            if not guest.is_active():
                return True
            if time.monotonic() >= ask_again:
                guest.shutdown()
                ask_again += retry_interval_s or timeout_s
            time.sleep(0.1)
        LOG.info("Guest %s failed to shut down in %d seconds.", guest.uuid, timeout_s)
        return False

    def power_on(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        block_device_info: dict[str, Any] | None = None,
    ) -> None:
        """Start the guest from a definition made anew: the old one may be stale.

        Nova: nova/virt/libvirt/driver.py LibvirtDriver.power_on
        """
        self._hard_reboot(context, instance, network_info, block_device_info)

    def reboot(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        reboot_type: str,
        block_device_info: dict[str, Any] | None = None,
        bad_volumes_callback: Callable[..., None] | None = None,
    ) -> None:
        """Restart the guest; a SOFT restart that fails becomes a hard one.

        Nova: nova/virt/libvirt/driver.py LibvirtDriver.reboot
        """
        if reboot_type == "SOFT" and self._soft_reboot(instance):
            LOG.info("Instance %s soft rebooted successfully.", instance.uuid)
            return
        self._hard_reboot(context, instance, network_info, block_device_info)

    def _soft_reboot(self, instance: Any) -> bool:
        """Ask the guest to switch itself off, and start it again.

        Nova: nova/virt/libvirt/driver.py LibvirtDriver._soft_reboot
        """
        guest = self._host.get_guest(instance)
        if not guest.is_active():
            return False
        if not self._clean_shutdown(guest, CONF.libvirt.wait_soft_reboot_seconds):
            return False
        guest.launch()
        return True

    def _hard_reboot(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        block_device_info: dict[str, Any] | None = None,
    ) -> None:
        """Pull the plug, define the guest anew, start it; its ports are active already.

        A guest that libvirt has forgotten is no hindrance: its disks are what counts.

        Nova: nova/virt/libvirt/driver.py LibvirtDriver._hard_reboot
        """
        with contextlib.suppress(exception.InstanceNotFound):
            guest = self._host.get_guest(instance)
            if guest.is_active():
                guest.poweroff()
            guest.forget_memory_state()
        disk_info = blockinfo.get_disk_info(
            self.virt_type, instance, instance.image_meta, block_device_info
        )
        xml = self._get_guest_xml(
            context,
            instance,
            network_info,
            disk_info,
            instance.image_meta,
            block_device_info,
        )
        self._create_domain_and_network(
            context,
            xml,
            instance,
            network_info,
            block_device_info=block_device_info,
            vifs_already_plugged=True,
        )
