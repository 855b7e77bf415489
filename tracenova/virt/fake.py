"""A hypervisor made of a dict: a guest runs as soon as it is named.

The lab's default driver: everything of a boot happens but the guest.

Nova: nova/virt/fake.py FakeDriver. Unlike there a driver knows its own host, waits
for the network like a real one, and tells the lab's network agent of the guest's
devices. What it does to guests that run stands in fake_changes.py.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from oslo_serialization import jsonutils
from oslo_utils import versionutils

from tracenova import exception, profiler
from tracenova.compute import power_state
from tracenova.conf import CONF
from tracenova.virt import driver, hardware
from tracenova.virt.fake_changes import FakeChanges
from tracenova.virt.host_resources import HostResources

LOG = logging.getLogger(__name__)

CPU_INFO = {
    "arch": "x86_64",
    "model": "Nehalem",
    "vendor": "Intel",
    "features": ["pge", "clflush"],
    "topology": {"cores": 1, "threads": 1, "sockets": 4},
}


@dataclass(slots=True)
class FakeInstance:
    """A guest of the fake hypervisor."""

    name: str
    state: int
    uuid: str
    memory_mb: int = 0
    vcpus: int = 0


class FakeDriver(FakeChanges, driver.ComputeDriver):
    """A hypervisor that always succeeds, and pretends to any size.

    Nova: nova/virt/fake.py FakeDriver
    """

    capabilities: ClassVar[dict[str, bool]] = {
        **driver.ComputeDriver.capabilities,
        "has_imagecache": True,
        "supports_recreate": True,
        "supports_migrate_to_same_host": True,
        "supports_attach_interface": True,
    }

    # without a real hypervisor it pretends to lots of disk and memory
    vcpus = 1000
    memory_mb = 800000
    local_gb = 600000

    def __init__(
        self,
        virtapi: Any,
        host: str | None = None,
        resources: HostResources | None = None,
    ) -> None:
        super().__init__(virtapi, host, resources)
        self.instances: dict[str, FakeInstance] = {}
        self.size = resources or HostResources(
            self.vcpus, self.memory_mb, self.local_gb
        )
        self._disk_gb: dict[str, int] = {}
        self._mounts = {}
        self._interfaces = {}

    def init_host(self, host: str) -> None:
        """Have nothing to do."""

    def list_instances(self) -> list[str]:
        """Return the names of the guests."""
        return [guest.name for guest in self.instances.values()]

    def list_instance_uuids(self) -> list[str]:
        """Return the uuids of the guests."""
        return list(self.instances)

    @profiler.trace
    def plug_vifs(self, instance: Any, network_info: Any) -> None:
        """Connect nothing."""

    @profiler.trace
    def unplug_vifs(self, instance: Any, network_info: Any) -> None:
        """Say that the guest's devices are gone."""
        for vif in network_info or []:
            self.taps.removed(vif["id"])

    @profiler.trace
    def spawn(
        self,
        context: Any,
        instance: Any,
        image_meta: Any,
        injected_files: Sequence[Any],
        admin_password: str | None,
        network_info: Any = None,
        block_device_info: dict[str, Any] | None = None,
    ) -> None:
        """Call the guest running; its network must have been allocated by now."""
        vifs = list(network_info or [])
        flavor = instance.flavor
        self.instances[instance.uuid] = FakeInstance(
            instance.name,
            power_state.RUNNING,
            instance.uuid,
            flavor.memory_mb,
            flavor.vcpus,
        )
        self._disk_gb[instance.uuid] = flavor.root_gb
        for vif in vifs:
            self.taps.created(vif["id"], vif["devname"])

    def destroy(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        block_device_info: dict[str, Any] | None = None,
        destroy_disks: bool = True,
        migrate_data: Any = None,
    ) -> None:
        """Forget the guest."""
        self._disk_gb.pop(instance.uuid, None)
        self._mounts.pop(instance.name, None)
        for vif in network_info or []:
            self._interfaces.pop(vif["id"], None)
        if self.instances.pop(instance.uuid, None) is None:
            LOG.warning(
                "Key '%s' not in instances '%s'", instance.uuid, list(self.instances)
            )
        self.unplug_vifs(instance, network_info)

    def cleanup(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        block_device_info: dict[str, Any] | None = None,
        destroy_disks: bool = True,
        migrate_data: Any = None,
        destroy_vifs: bool = True,
    ) -> None:
        """Have nothing to remove."""

    def reboot(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        reboot_type: str,
        block_device_info: dict[str, Any] | None = None,
        bad_volumes_callback: Callable[..., None] | None = None,
    ) -> None:
        """Call the guest running again."""
        self._set_state(instance, power_state.RUNNING)

    def power_off(
        self, instance: Any, timeout: int = 0, retry_interval: int = 0
    ) -> None:
        """Call the guest switched off (Nova's fake driver leaves its state alone)."""
        self._set_state(instance, power_state.SHUTDOWN)

    def power_on(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        block_device_info: dict[str, Any] | None = None,
    ) -> None:
        """Call the guest running."""
        self._set_state(instance, power_state.RUNNING)

    def _set_state(self, instance: Any, state: int) -> None:
        self._guest(instance).state = state

    def _guest(self, instance: Any) -> FakeInstance:
        guest = self.instances.get(instance.uuid)
        if guest is None:
            raise exception.InstanceNotFound(instance_id=instance.uuid)
        return guest

    @profiler.trace
    def get_info(self, instance: Any) -> hardware.InstanceInfo:
        """Return the guest's state."""
        guest = self._guest(instance)
        return hardware.InstanceInfo(
            state=guest.state,
            max_mem_kb=guest.memory_mb * 1024,
            mem_kb=guest.memory_mb * 1024,
            num_cpu=guest.vcpus,
            cpu_time_ns=0,
        )

    def get_console_output(self, context: Any, instance: Any) -> str:
        """Return three made-up lines."""
        return "FAKE CONSOLE OUTPUT\nANOTHER\nLAST LINE"

    def get_available_nodes(self, refresh: bool = False) -> list[str]:
        """Return the host's own name."""
        return [self.host]

    def get_host_ip_addr(self) -> str:
        """Return the configured address."""
        return str(CONF.my_ip)

    def get_available_resource(self, nodename: str) -> dict[str, Any]:
        """Return the host's size, less what its guests use."""
        if nodename != self.host:
            return {}
        guests = list(self.instances.values())
        return {
            "hypervisor_type": "fake",
            "hypervisor_version": versionutils.convert_version_to_int("1.0"),
            "hypervisor_hostname": nodename,
            "cpu_info": jsonutils.dumps(CPU_INFO),
            # Nova's fake says 0, and DiskFilter then refuses every disk
            "disk_available_least": self.size.local_gb - sum(self._disk_gb.values()),
            "supported_instances": [("x86_64", "fake", "hvm")],
            "numa_topology": None,
            "vcpus": self.size.vcpus,
            "memory_mb": self.size.memory_mb,
            "local_gb": self.size.local_gb,
            "vcpus_used": sum(guest.vcpus for guest in guests),
            "memory_mb_used": sum(guest.memory_mb for guest in guests),
            "local_gb_used": sum(self._disk_gb.values()),
            "host_hostname": nodename,
            "host_name_label": nodename,
        }


class FakeVirtAPI:
    """Services to a driver without a compute manager: no event is waited for.

    Nova: nova/virt/fake.py FakeVirtAPI
    """

    @contextlib.contextmanager
    def wait_for_instance_event(
        self,
        instance: Any,
        event_names: list[Any],
        deadline: int = 300,
        error_callback: Callable[..., Any] | None = None,
    ) -> Iterator[None]:
        """Run the block and go on."""
        yield
