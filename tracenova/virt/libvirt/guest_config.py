"""From an instance to its guest's definition, element by element in Nova's order.

Nova: nova/virt/libvirt/driver.py LibvirtDriver._get_guest_config and what it calls.
Left out: NUMA, pinning, PCI devices, Windows, machines other than x86.
"""

import logging
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from tracenova import block_device
from tracenova.conf import CONF
from tracenova.network import model as network_model
from tracenova.virt import driver, hardware
from tracenova.virt.libvirt import (
    blockinfo,
    config_meta,
    diskbus,
    imagebackend,
    marks,
)
from tracenova.virt.libvirt import config as vconfig
from tracenova.virt.libvirt import config_devices as vdevices
from tracenova.virt.libvirt import utils as libvirt_utils
from tracenova.virt.libvirt.vif import LibvirtGenericVIFDriver

LOG = logging.getLogger(__name__)

PACKAGE: Final = "14.1.0-tracenova"
_X86 = ("x86_64", "i686")


class GuestConfigBuilder:
    """Fills in a guest's definition.

    Args:
        virt_type: kind of guest: ``kvm``, ``qemu``, ``test``.
        serial: the host's serial number, for the guest's SMBIOS.
        backend: knows the disks' files.
        vif_driver: knows the network cards.
        controls_cpu: whether the host can give guests shares of its processors.
    """

    def __init__(
        self,
        virt_type: str,
        serial: str,
        backend: imagebackend.Backend,
        vif_driver: LibvirtGenericVIFDriver,
        controls_cpu: bool = True,
    ) -> None:
        self._virt_type = virt_type
        self._controls_cpu = controls_cpu
        self._serial = serial
        self._backend = backend
        self._vif_driver = vif_driver

    def build(
        self,
        context: Any,
        instance: Any,
        network_info: Iterable[network_model.VIF],
        image_meta: Any,
        disk_info: dict[str, Any],
        block_device_info: dict[str, Any] | None = None,
    ) -> vconfig.LibvirtConfigGuest:
        """Return the whole definition; notes the root device's name in the instance."""
        guest = vconfig.LibvirtConfigGuest(
            virt_type=self._virt_type,
            name=instance.name,
            uuid=instance.uuid,
            memory=instance.flavor.memory_mb * 1024,
            vcpus=instance.flavor.vcpus,
            os_type="hvm",
            features=["acpi", "apic"],
        )
        guest.metadata.append(_metadata(context, instance))
        if CONF.libvirt.mark:
            guest.metadata.append(marks.LibvirtConfigGuestMetaOwner(CONF.libvirt.mark))
        if self._controls_cpu:
            guest.cputune = vconfig.LibvirtConfigGuestCPUTune(1024 * guest.vcpus)
        guest.cpu = self._cpu(instance.flavor, image_meta)
        self._set_machine(guest, instance, image_meta, disk_info)
        guest.clock = self._clock(image_meta)
        for device in (
            *self._disks(instance, disk_info, block_device_info),
            *self._cards(instance, network_info, image_meta),
            *self._consoles(instance),
            *self._screen(image_meta),
            *self._lines_to_the_host(instance, image_meta),
        ):
            guest.add_device(device)
        return guest

    def _cpu(self, flavor: Any, image_meta: Any) -> vconfig.LibvirtConfigGuestCPU:
        topology = hardware.get_best_cpu_topology(flavor, image_meta)
        mode = CONF.libvirt.cpu_mode or "host-model"
        cpu = vconfig.LibvirtConfigGuestCPU(
            sockets=topology.sockets, cores=topology.cores, threads=topology.threads
        )
        if mode != "none":
            cpu.mode = mode
            cpu.model = CONF.libvirt.cpu_model if mode == "custom" else None
        return cpu

    def _set_machine(
        self,
        guest: vconfig.LibvirtConfigGuest,
        instance: Any,
        image_meta: Any,
        disk_info: dict[str, Any],
    ) -> None:
        mapping = disk_info["mapping"]
        if "root" in mapping:
            instance.root_device_name = block_device.prepend_dev(mapping["root"]["dev"])
        arch = libvirt_utils.get_arch(image_meta)
        if arch in _X86:
            guest.sysinfo = vconfig.LibvirtConfigGuestSysinfo(
                system_manufacturer="OpenStack Foundation",
                system_product="OpenStack Nova",
                system_version=PACKAGE,
                system_serial=self._serial,
                system_uuid=instance.uuid,
                system_family="Virtual Machine",
            )
            guest.os_smbios = "sysinfo"
        guest.os_mach_type = _machine_type(image_meta, arch)
        guest.os_bootmenu = bool(image_meta.properties.get("hw_boot_menu", False))
        if getattr(instance, "kernel_id", None):
            folder = libvirt_utils.get_instance_path(instance)
            guest.os_kernel = str(folder / "kernel")
            guest.os_cmdline = image_meta.properties.get("os_command_line") or (
                f"root={instance.root_device_name} console=tty0 console=ttyS0"
            )
            if instance.ramdisk_id:
                guest.os_initrd = str(folder / "ramdisk")
        else:
            guest.os_boot_dev = blockinfo.get_boot_order(disk_info)

    def _clock(self, image_meta: Any) -> vconfig.LibvirtConfigGuestClock:
        clock = vconfig.LibvirtConfigGuestClock()
        if self._virt_type == "kvm":
            timer = vconfig.LibvirtConfigGuestTimer
            clock.add_timer(timer(name="pit", tickpolicy="delay"))
            clock.add_timer(timer(name="rtc", tickpolicy="catchup"))
            if libvirt_utils.get_arch(image_meta) in _X86:
                clock.add_timer(timer(name="hpet", present=False))
        return clock

    def _disks(
        self,
        instance: Any,
        disk_info: dict[str, Any],
        block_device_info: dict[str, Any] | None,
    ) -> list[vconfig.LibvirtConfigObject]:
        mapping: diskbus.Mapping = disk_info["mapping"]
        ephemerals = driver.block_device_info_get_ephemerals(block_device_info)
        names = ["disk", "disk.local"]
        names += [blockinfo.get_eph_disk(index) for index in range(len(ephemerals))]
        names += ["disk.swap"]
        disks: list[vconfig.LibvirtConfigObject] = [
            self._backend.image(instance, name).libvirt_info(
                mapping[name], _cache_mode(libvirt_utils.get_instance_path(instance))
            )
            for name in names
            if name in mapping
        ]
        volumes = driver.block_device_info_get_mapping(block_device_info)
        disks += [
            volume_config(
                volume["connection_info"],
                mapping[str(block_device.prepend_dev(volume["mount_device"]))],
                libvirt_utils.get_instance_path(instance),
            )
            for volume in volumes
        ]
        if "disk.config" in mapping:
            drive = self._backend.image(instance, "disk.config", "raw")
            cache = _cache_mode(libvirt_utils.get_instance_path(instance))
            disks.append(drive.libvirt_info(mapping["disk.config"], cache))
        return disks

    def _cards(
        self, instance: Any, network_info: Iterable[network_model.VIF], image_meta: Any
    ) -> list[vconfig.LibvirtConfigObject]:
        return [
            self._vif_driver.get_config(instance, vif, image_meta, self._virt_type)
            for vif in network_info
        ]

    def _consoles(self, instance: Any) -> list[vconfig.LibvirtConfigObject]:
        log = libvirt_utils.get_instance_path(instance) / "console.log"
        return [
            vdevices.LibvirtConfigGuestSerial(type="file", source_path=str(log)),
            vdevices.LibvirtConfigGuestSerial(type="pty"),
        ]

    def _screen(self, image_meta: Any) -> list[vconfig.LibvirtConfigObject]:
        if not CONF.vnc.enabled:
            return []
        devices: list[vconfig.LibvirtConfigObject] = []
        if (
            image_meta.properties.get("hw_pointer_model", CONF.pointer_model)
            == "usbtablet"
        ):
            devices.append(vdevices.LibvirtConfigGuestInput())
        devices.append(
            vdevices.LibvirtConfigGuestGraphics(
                keymap=CONF.vnc.keymap, listen=CONF.vnc.vncserver_listen
            )
        )
        model = image_meta.properties.get("hw_video_model") or "cirrus"
        devices.append(vdevices.LibvirtConfigGuestVideo(type=model))
        return devices

    def _lines_to_the_host(
        self, instance: Any, image_meta: Any
    ) -> list[vconfig.LibvirtConfigObject]:
        devices: list[vconfig.LibvirtConfigObject] = []
        if image_meta.properties.get("hw_qemu_guest_agent", False):
            name = "org.qemu.guest_agent.0"
            path = f"/var/lib/libvirt/qemu/{name}.{instance.name}.sock"
            devices.append(vdevices.LibvirtConfigGuestChannel(source_path=path))
        if CONF.libvirt.mem_stats_period_seconds > 0:
            devices.append(
                vdevices.LibvirtConfigMemoryBalloon(
                    period=CONF.libvirt.mem_stats_period_seconds
                )
            )
        return devices


def _metadata(
    context: Any, instance: Any
) -> config_meta.LibvirtConfigGuestMetaNovaInstance:
    flavor = instance.flavor
    meta = config_meta.LibvirtConfigGuestMetaNovaInstance(
        package=PACKAGE,
        name=instance.display_name,
        creation_time=time.time(),
        flavor=config_meta.LibvirtConfigGuestMetaNovaFlavor(
            name=flavor.name,
            memory=flavor.memory_mb,
            disk=flavor.root_gb,
            swap=flavor.swap,
            ephemeral=flavor.ephemeral_gb,
            vcpus=flavor.vcpus,
        ),
    )
    if instance.image_ref:
        meta.roottype, meta.rootid = "image", instance.image_ref
    if context is not None:
        meta.owner = config_meta.LibvirtConfigGuestMetaNovaOwner(
            userid=context.user_id,
            username=context.user_name,
            projectid=context.project_id,
            projectname=context.project_name,
        )
    return meta


def _machine_type(image_meta: Any, arch: str) -> str | None:
    """Return the machine: the image's wish, or the configuration's for the arch."""
    wish = image_meta.properties.get("hw_machine_type")
    if wish:
        return str(wish)
    configured = (entry.partition("=") for entry in CONF.libvirt.hw_machine_type or ())
    return {name: machine for name, _equals, machine in configured}.get(arch)


def _cache_mode(folder: Path) -> str:
    """Return how the host caches files: as configured, else not at all if it can."""
    for entry in CONF.libvirt.disk_cachemodes:
        kind, _equals, mode = entry.partition("=")
        if kind == "file":
            return str(mode)
    return "none" if libvirt_utils.supports_direct_io(folder) else "writethrough"


def volume_config(
    connection: dict[str, Any], info: dict[str, Any], folder: Path
) -> vdevices.LibvirtConfigGuestDisk:
    """Return a volume that the host sees as a file or a block device.

    Args:
        connection: what cinder says of it.
        info: its entry of the disk mapping.
        folder: the guest's.
    """
    path = str(connection["data"]["device_path"])
    is_file = connection["driver_volume_type"] in {"local", "file"}
    return vdevices.LibvirtConfigGuestDisk(
        source_type="file" if is_file else "block",
        source_device=info["type"],
        driver_name="qemu",
        driver_format="raw",
        driver_cache=_cache_mode(folder) if is_file else "none",
        source_path=path,
        target_dev=info["dev"],
        target_bus=info["bus"],
        serial=connection.get("serial"),
    )
