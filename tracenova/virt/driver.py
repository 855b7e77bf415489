"""What the compute manager may ask of a hypervisor, whichever it is.

Nova: nova/virt/driver.py (changes of running guests in driver_changes.py). Left out:
methods of migration, rescue, consoles beyond the log, and of single hypervisors (xen,
vmware, ironic).
"""

import logging
import sys
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from oslo_utils import importutils

from tracenova import identity
from tracenova.conf import CONF
from tracenova.virt.block_device_info import (
    block_device_info_get_ephemerals,
    block_device_info_get_mapping,
    block_device_info_get_root,
    block_device_info_get_swap,
    get_block_device_info,
    swap_is_usable,
)
from tracenova.virt.driver_changes import GuestChanges
from tracenova.virt.hardware import InstanceInfo
from tracenova.virt.host_resources import HostResources
from tracenova.virt.taps import TapWatch

__all__ = [
    "ComputeDriver",
    "HostResources",
    "block_device_info_get_ephemerals",
    "block_device_info_get_mapping",
    "block_device_info_get_root",
    "block_device_info_get_swap",
    "get_block_device_info",
    "load_compute_driver",
    "swap_is_usable",
]

LOG = logging.getLogger(__name__)


class ComputeDriver(GuestChanges):
    """One hypervisor, spoken to by one nova-compute.

    A method that a driver does not have raises NotImplementedError; the manager knows
    for which of them it must have an answer of its own.

    Args:
        virtapi: the manager's services to the driver: waiting for events.
        host: name of the host, and of its only node; default: the acting service's.
        resources: the size to report instead of the machine's own.

    Nova: nova/virt/driver.py ComputeDriver (host, resources and taps are ours: several
    hosts share a process here).
    """

    capabilities: ClassVar[dict[str, bool]] = {
        "has_imagecache": False,
        "supports_recreate": False,
        "supports_migrate_to_same_host": False,
        "supports_attach_interface": False,
        "supports_device_tagging": False,
    }

    def __init__(
        self,
        virtapi: Any,
        host: str | None = None,
        resources: HostResources | None = None,
    ) -> None:
        acting = identity.current()
        self.virtapi = virtapi
        self.host = host or (acting.host if acting else CONF.host)
        self.resources_override = resources
        self.taps = TapWatch()
        self._compute_event_callback: Callable[[Any], None] | None = None

    # --- the host -------------------------------------------------------------

    def init_host(self, host: str) -> None:
        """Get ready, when the service starts."""
        raise NotImplementedError

    def cleanup_host(self, host: str) -> None:
        """Let go of the hypervisor, when the service ends."""

    def get_available_nodes(self, refresh: bool = False) -> list[str]:
        """Return the names of the nodes behind this driver: one, save for ironic."""
        raise NotImplementedError

    def node_is_available(self, nodename: str) -> bool:
        """Say whether the driver manages the node."""
        return nodename in self.get_available_nodes()

    def get_available_resource(self, nodename: str) -> dict[str, Any]:
        """Return the node's size and kind; it becomes the ComputeNode record."""
        raise NotImplementedError

    def get_host_ip_addr(self) -> str:
        """Return the host's address, as the ComputeNode record has it."""
        raise NotImplementedError

    def estimate_instance_overhead(self, instance_info: Any) -> dict[str, int]:
        """Return what the hypervisor itself needs for such a guest: nothing here."""
        return {"memory_mb": 0, "disk_gb": 0}

    def get_per_instance_usage(self) -> dict[str, dict[str, Any]]:
        """Return uuid and memory of each guest, to find those without a server.

        A driver that cannot tell returns nothing, as libvirt's does.
        """
        return {}

    # --- the guests -----------------------------------------------------------

    def get_info(self, instance: Any) -> InstanceInfo:
        """Return the guest's state.

        Raises:
            InstanceNotFound: the hypervisor does not know the guest.
        """
        raise NotImplementedError

    def get_num_instances(self) -> int:
        """Return how many guests the hypervisor has."""
        return len(self.list_instances())

    def instance_exists(self, instance: Any) -> bool:
        """Say whether the hypervisor knows the guest."""
        return instance.uuid in self.list_instance_uuids()

    def list_instances(self) -> list[str]:
        """Return the names of the guests."""
        raise NotImplementedError

    def list_instance_uuids(self) -> list[str]:
        """Return the uuids of the guests."""
        raise NotImplementedError

    def instance_on_disk(self, instance: Any) -> bool:
        """Say whether the guest's files are on this host (shared storage)."""
        return False

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
        """Make the guest and start it; return when it runs."""
        raise NotImplementedError

    def destroy(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        block_device_info: dict[str, Any] | None = None,
        destroy_disks: bool = True,
        migrate_data: Any = None,
    ) -> None:
        """Stop the guest and remove everything of it; silent when it is not there."""
        raise NotImplementedError

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
        """Remove what is left of a guest that no longer runs."""
        raise NotImplementedError

    def reboot(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        reboot_type: str,
        block_device_info: dict[str, Any] | None = None,
        bad_volumes_callback: Callable[..., None] | None = None,
    ) -> None:
        """Restart the guest, ``SOFT`` or ``HARD``."""
        raise NotImplementedError

    def power_off(
        self, instance: Any, timeout: int = 0, retry_interval: int = 0
    ) -> None:
        """Switch the guest off, politely for ``timeout`` seconds."""
        raise NotImplementedError

    def power_on(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        block_device_info: dict[str, Any] | None = None,
    ) -> None:
        """Switch the guest on."""
        raise NotImplementedError

    def get_console_output(self, context: Any, instance: Any) -> str:
        """Return what the guest has written to its serial console."""
        raise NotImplementedError

    def get_host_uptime(self) -> str:
        """Return what ``uptime`` says on the host."""
        raise NotImplementedError

    # --- network --------------------------------------------------------------

    def plug_vifs(self, instance: Any, network_info: Any) -> None:
        """Connect the guest's network cards to the host's network."""
        raise NotImplementedError

    def unplug_vifs(self, instance: Any, network_info: Any) -> None:
        """Disconnect the guest's network cards."""
        raise NotImplementedError

    def network_binding_host_id(self, context: Any, instance: Any) -> str:
        """Return the host that neutron shall bind the ports to."""
        return str(instance.get("host"))

    def deallocate_networks_on_reschedule(self, instance: Any) -> bool:
        """Say whether a failed build must give its ports back before the next host."""
        return False

    def macs_for_instance(self, instance: Any) -> set[str] | None:
        """Return the only MAC addresses the guest may use; None: any."""
        return None

    def dhcp_options_for_instance(self, instance: Any) -> list[Any] | None:
        """Return DHCP options for the guest's ports (bare metal has some)."""
        return None

    def ensure_filtering_rules_for_instance(
        self, instance: Any, network_info: Any
    ) -> None:
        """Set up packet filters; neutron does that here."""

    def unfilter_instance(self, instance: Any, network_info: Any) -> None:
        """Remove packet filters; neutron does that here."""

    # --- disks ----------------------------------------------------------------

    def default_root_device_name(
        self, instance: Any, image_meta: Any, root_bdm: Any
    ) -> str | None:
        """Return the root disk's device name, such as ``/dev/vda``."""
        raise NotImplementedError

    def default_device_names_for_instance(
        self, instance: Any, root_device_name: str | None, *block_device_lists: Any
    ) -> None:
        """Fill in the device names that are still missing."""
        raise NotImplementedError

    def get_volume_connector(self, instance: Any) -> dict[str, Any]:
        """Return who will connect to a volume, for os-initialize_connection."""
        raise NotImplementedError

    def need_legacy_block_device_info(self) -> bool:
        """Say whether the driver wants the old form of the block device list."""
        return False

    # --- events ---------------------------------------------------------------

    def register_event_listener(self, callback: Callable[[Any], None] | None) -> None:
        """Call back with every lifecycle event from now on; None: nobody listens."""
        self._compute_event_callback = callback

    def emit_event(self, event: Any) -> None:
        """Hand a lifecycle event to the compute manager, whose errors stay here."""
        if self._compute_event_callback is None:
            LOG.debug("Discarding event %s: nobody listens", event)
            return
        try:
            self._compute_event_callback(event)
        except Exception as error:  # noqa: BLE001 - the hypervisor's thread must live
            LOG.error("Exception dispatching event %s: %s", event, error)


def load_compute_driver(
    virtapi: Any,
    compute_driver: str | None = None,
    *,
    host: str | None = None,
    resources: HostResources | None = None,
) -> ComputeDriver:
    """Return the driver that ``compute_driver`` names, ready to be initialised.

    Args:
        virtapi: see ComputeDriver.
        compute_driver: ``fake.FakeDriver``, ``libvirt.LibvirtDriver``, below
            ``tracenova.virt``; default: the configuration's.
        host: see ComputeDriver.
        resources: see ComputeDriver.

    Raises:
        SystemExit: no driver is named, or it cannot be loaded.

    Nova: nova/virt/driver.py load_compute_driver
    """
    compute_driver = compute_driver or CONF.compute_driver
    if not compute_driver:
        LOG.error("Compute driver option required, but not specified")
        sys.exit(1)
    LOG.info("Loading compute driver '%s'", compute_driver)
    try:
        driver_class = importutils.import_class(f"{__package__}.{compute_driver}")
        driver = driver_class(virtapi, host=host, resources=resources)
    except ImportError:
        LOG.exception("Unable to load the virtualization driver")
        sys.exit(1)
    if not isinstance(driver, ComputeDriver):
        raise TypeError(f"{compute_driver} is no ComputeDriver")
    return driver
