"""What the compute manager asks the driver without changing anything.

Nova: nova/virt/libvirt/driver.py LibvirtDriver (its methods of these names)
"""

from typing import Any

from oslo_concurrency import processutils
from oslo_serialization import jsonutils

from tracenova.compute import power_state
from tracenova.conf import CONF
from tracenova.virt import driver, hardware
from tracenova.virt.host_resources import HostResources
from tracenova.virt.libvirt import blockinfo, diskbus, machine
from tracenova.virt.libvirt import host as libvirt_host
from tracenova.virt.libvirt import utils as libvirt_utils


class HostQuestions:
    """Looks at host and guests."""

    _host: libvirt_host.Host
    host: str
    virt_type: str
    resources_override: HostResources | None

    def get_info(self, instance: Any) -> hardware.InstanceInfo:
        """Return the guest's state."""
        return self._host.get_guest(instance).get_info(self._host)

    def list_instances(self) -> list[str]:
        """Return the names of Nova's guests."""
        return [guest.name for guest in self._host.list_guests()]

    def list_instance_uuids(self) -> list[str]:
        """Return the uuids of Nova's guests."""
        return [guest.uuid for guest in self._host.list_guests()]

    def instance_on_disk(self, instance: Any) -> bool:
        """Say whether the guest's folder is here."""
        return libvirt_utils.get_instance_path(instance).is_dir()

    def get_console_output(self, context: Any, instance: Any) -> str:
        """Return the last 100 KB of the console's log."""
        log = libvirt_utils.get_instance_path(instance) / "console.log"
        if not log.exists():
            return ""
        return log.read_bytes()[-102400:].decode(errors="replace")

    def get_host_uptime(self) -> str:
        """Return what ``uptime`` says on this host."""
        out, _ = processutils.execute("env", "LANG=C", "uptime")
        return str(out)

    def default_root_device_name(
        self, instance: Any, image_meta: Any, root_bdm: Any
    ) -> str | None:
        """Return the root disk's name, ``/dev/vda`` on virtio."""
        disk_bus = diskbus.get_disk_bus_for_device_type(
            instance, self.virt_type, image_meta, "disk"
        )
        cdrom_bus = diskbus.get_disk_bus_for_device_type(
            instance, self.virt_type, image_meta, "cdrom"
        )
        info = blockinfo.get_root_info(
            instance, self.virt_type, image_meta, root_bdm, disk_bus, cdrom_bus
        )
        return f"/dev/{info['dev']}"

    def default_device_names_for_instance(
        self, instance: Any, root_device_name: str | None, *block_device_lists: Any
    ) -> None:
        """Choose and save the names of the other disks."""
        ephemerals, swap, mapping = block_device_lists[:3]
        info = {
            "root_device_name": root_device_name,
            "swap": driver.get_block_device_info(instance, swap)["swap"],
            "ephemerals": driver.get_block_device_info(instance, ephemerals)[
                "ephemerals"
            ],
            "block_device_mapping": driver.get_block_device_info(instance, mapping)[
                "block_device_mapping"
            ],
        }
        blockinfo.default_device_names(
            self.virt_type, None, instance, info, instance.image_meta
        )

    def get_volume_connector(self, instance: Any) -> dict[str, Any]:
        """Return who connects to volumes."""
        return {"ip": CONF.my_ip, "host": self.host, "initiator": f"iqn.{self.host}"}

    def get_host_ip_addr(self) -> str:
        """Return the configured address."""
        return str(CONF.my_ip)

    def get_available_nodes(self, refresh: bool = False) -> list[str]:
        """Return the host's own name."""
        return [self.host]

    def get_available_resource(self, nodename: str) -> dict[str, Any]:
        """Return the host's size and kind, as the lab or libvirt says."""
        size = machine.measure(self._host, self.resources_override)
        guests = [guest.get_info(self._host) for guest in self._host.list_guests()]
        running = [guest for guest in guests if guest.state == power_state.RUNNING]
        free_gb = machine.free_gb()
        return {
            "supported_instances": machine.supported_instances(self._host),
            "vcpus": size.vcpus,
            "memory_mb": size.memory_mb,
            "local_gb": size.local_gb,
            "vcpus_used": sum(guest.num_cpu for guest in running),
            "memory_mb_used": sum(guest.mem_kb for guest in running) // 1024
            + int(CONF.reserved_host_memory_mb),
            "local_gb_used": 0 if self.resources_override else size.local_gb - free_gb,
            "hypervisor_type": self._host.get_driver_type(),
            "hypervisor_version": self._host.get_version(),
            "hypervisor_hostname": self.host,
            "cpu_info": jsonutils.dumps(machine.cpu_info(self._host)),
            "disk_available_least": size.local_gb
            if self.resources_override
            else free_gb,
            "pci_passthrough_devices": "[]",
            "numa_topology": None,
        }
