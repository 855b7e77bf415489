"""The libvirt driver: a guest from image to running.

Nova: nova/virt/libvirt/driver.py LibvirtDriver. Beside it: devices.py, disks.py,
guest_config.py, device_metadata.py, power.py, questions.py, remains.py, snapshots.py.
Left out: firewall, migration, rescue. Unlike Nova it also waits for network-vif-plugged on libvirt's test driver,
as on qemu and kvm, so that a boot on either takes the same path.
"""

import functools
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from oslo_utils import excutils

from tracenova import exception, objects, profiler
from tracenova.compute import power_state
from tracenova.conf import CONF
from tracenova.network import model as network_model
from tracenova.virt import configdrive, driver
from tracenova.virt.host_resources import HostResources
from tracenova.virt.instance_metadata import InstanceMetadata
from tracenova.virt.libvirt import (
    blockinfo,
    device_metadata,
    disks,
    imagebackend,
    kvm,
    machine,
)
from tracenova.virt.libvirt import guest as libvirt_guest
from tracenova.virt.libvirt import host as libvirt_host
from tracenova.virt.libvirt import utils as libvirt_utils
from tracenova.virt.libvirt.devices import DeviceChanges
from tracenova.virt.libvirt.guest_config import GuestConfigBuilder
from tracenova.virt.libvirt.power import PowerActions
from tracenova.virt.libvirt.questions import HostQuestions
from tracenova.virt.libvirt.remains import GuestRemains
from tracenova.virt.libvirt.snapshots import Snapshots
from tracenova.virt.libvirt.vif import LibvirtGenericVIFDriver

LOG = logging.getLogger(__name__)

BOOT_POLL_INTERVAL_S = 0.5


class LibvirtDriver(
    PowerActions,
    DeviceChanges,
    Snapshots,
    HostQuestions,
    GuestRemains,
    driver.ComputeDriver,
):
    """Guests by libvirt: kvm, qemu, or its test driver.

    Nova: nova/virt/libvirt/driver.py LibvirtDriver
    """

    capabilities: ClassVar[dict[str, bool]] = {
        **driver.ComputeDriver.capabilities,
        "has_imagecache": True,
        "supports_recreate": True,
        "supports_device_tagging": True,
        "supports_attach_interface": True,
    }

    def __init__(
        self,
        virtapi: Any,
        host: str | None = None,
        resources: HostResources | None = None,
    ) -> None:
        super().__init__(virtapi, host, resources)
        self._host = libvirt_host.Host(self._uri(), self.emit_event)
        self.virt_type = "test" if self._host.is_test else CONF.libvirt.virt_type
        self.image_backend = imagebackend.Backend()
        self.vif_driver = LibvirtGenericVIFDriver()
        self._disk_maker = disks.DiskMaker(self.image_backend)
        self._config_builder = GuestConfigBuilder(
            self.virt_type,
            machine.serial(self.host),
            self.image_backend,
            self.vif_driver,
            self._host.is_cpu_control_policy_capable(),
        )

    @staticmethod
    def _uri() -> str:
        if CONF.libvirt.connection_uri:
            return str(CONF.libvirt.connection_uri)
        defaults = {"test": "test:///default"}
        return defaults.get(CONF.libvirt.virt_type, "qemu:///system")

    def init_host(self, host: str) -> None:
        """Connect to the hypervisor, and listen to what happens to its guests."""
        self._host.initialize()
        if not self._host.is_test:
            self._host.acceleration = kvm.said(self._uri(), self.virt_type)

    def cleanup_host(self, host: str) -> None:
        """Let go of the hypervisor."""
        self._host.close()

    # --- spawn ----------------------------------------------------------------

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
        """Make the disks, define the guest, start it when its network is ready.

        The network may still be in the making when this begins; the first look into
        ``network_info`` waits for it.

        Raises:
            VirtualInterfaceCreateException: the network was not ready in time.
            FlavorDiskSmallerThanImage: the image does not fit the flavor.

        Nova: nova/virt/libvirt/driver.py LibvirtDriver.spawn
        """
        disk_info = blockinfo.get_disk_info(
            self.virt_type, instance, image_meta, block_device_info
        )
        self._disk_maker.create_image(
            context, instance, disk_info["mapping"], block_device_info
        )
        self._ensure_console_log_for_instance(instance)
        xml = self._get_guest_xml(
            context, instance, network_info, disk_info, image_meta, block_device_info
        )
        self._create_domain_and_network(
            context,
            xml,
            instance,
            network_info,
            block_device_info=block_device_info,
            post_xml_callback=functools.partial(
                self._create_configdrive,
                context,
                instance,
                admin_pass=admin_password,
                files=injected_files,
                network_info=network_info,
            ),
            destroy_disks_on_failure=True,
        )
        LOG.debug("Instance %s is running", instance.uuid)
        while not self._wait_for_boot(instance):
            time.sleep(BOOT_POLL_INTERVAL_S)

    def _wait_for_boot(self, instance: Any) -> bool:
        """Look whether the guest runs: at once, then every half second, for ever."""
        if self.get_info(instance).state != power_state.RUNNING:
            return False
        LOG.info("Instance %s spawned successfully.", instance.uuid)
        return True

    def _ensure_console_log_for_instance(self, instance: Any) -> None:
        """Make the console's log before libvirt does: as root it could not be read."""
        (libvirt_utils.get_instance_path(instance) / "console.log").touch()

    def _get_guest_xml(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        disk_info: dict[str, Any],
        image_meta: Any,
        block_device_info: dict[str, Any] | None = None,
    ) -> str:
        config = self._config_builder.build(
            context,
            instance,
            network_info or (),
            image_meta,
            disk_info,
            block_device_info,
        )
        return config.to_xml()

    def _create_configdrive(
        self,
        context: Any,
        instance: Any,
        admin_pass: str | None = None,
        files: Sequence[tuple[str, bytes]] | None = None,
        network_info: Any = None,
    ) -> None:
        """Write the config drive, if one is wanted: once defined, before it runs.

        Nova: nova/virt/libvirt/driver.py LibvirtDriver._create_configdrive
        """
        instance.device_metadata = self._build_device_metadata(context, instance)
        if not configdrive.required_by(instance):
            return
        LOG.info("Using config drive for instance %s", instance.uuid)
        told = InstanceMetadata(
            instance,
            content=files or (),
            extra_md={"admin_pass": admin_pass} if admin_pass else None,
            network_info=network_info,
        )
        path = self.image_backend.image(instance, "disk.config", "raw").path
        configdrive.ConfigDriveBuilder(instance_md=told).make_drive(path)

    def _build_device_metadata(self, context: Any, instance: Any) -> Any:
        """Return the tagged devices; asks the conductor for cards, then disks."""
        uuid = instance.uuid
        vifs = objects.VirtualInterfaceList.get_by_instance_uuid(context, uuid)
        bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(context, uuid)
        domain_xml = self._host.get_guest(instance).get_xml_desc()
        return device_metadata.tagged_devices(domain_xml, vifs, bdms)

    def _create_domain_and_network(
        self,
        context: Any,
        xml: str,
        instance: Any,
        network_info: Any,
        block_device_info: dict[str, Any] | None = None,
        power_on: bool = True,
        vifs_already_plugged: bool = False,
        post_xml_callback: Callable[[], None] | None = None,
        destroy_disks_on_failure: bool = False,
    ) -> libvirt_guest.Guest:
        """Plug, define, start paused, wait for neutron's word, let go.

        The events are registered before the guest starts: they come because it does.

        Nova: nova/virt/libvirt/driver.py LibvirtDriver._create_domain_and_network
        """
        vifs = list(network_info or ())
        waits = power_on and not vifs_already_plugged and CONF.vif_plugging_timeout
        events = self._get_neutron_events(vifs) if waits else []
        started: list[libvirt_guest.Guest] = []
        clean_up = functools.partial(
            self._cleanup_failed_start,
            context,
            instance,
            vifs,
            block_device_info,
            started,
            destroy_disks_on_failure,
        )
        try:
            with self.virtapi.wait_for_instance_event(
                instance,
                events,
                deadline=CONF.vif_plugging_timeout,
                error_callback=self._neutron_failed_callback,
            ):
                self.plug_vifs(instance, vifs)
                self._create_domain(
                    xml,
                    instance,
                    vifs,
                    started,
                    post_xml_callback,
                    power_on,
                    bool(events),
                )
        except TimeoutError:
            LOG.warning(
                "Timeout waiting for vif plugging callback for instance %s",
                instance.uuid,
            )
            if CONF.vif_plugging_is_fatal:
                clean_up()
                raise exception.VirtualInterfaceCreateException from None
        except Exception:  # noqa: BLE001 - raised again
            with excutils.save_and_reraise_exception():
                LOG.error("Failed to start libvirt guest %s", instance.uuid)
                clean_up()
        guest = started[0]
        if events:
            guest.resume()
        return guest

    def _create_domain(
        self,
        xml: str,
        instance: Any,
        vifs: list[network_model.VIF],
        started: list[libvirt_guest.Guest],
        post_xml_callback: Callable[[], None] | None,
        power_on: bool,
        pause: bool,
    ) -> None:
        guest = libvirt_guest.Guest.create(xml, self._host)
        started.append(guest)
        if post_xml_callback is not None:
            post_xml_callback()
        if power_on or pause:
            guest.launch(pause=pause)
            for vif in vifs:
                self.taps.created(vif["id"], vif["devname"])

    def _get_neutron_events(
        self, network_info: Iterable[network_model.VIF]
    ) -> list[tuple[str, str]]:
        """Return what to wait for: a word on each card that is not active yet."""
        return [
            ("network-vif-plugged", vif["id"])
            for vif in network_info
            if vif.get("active", True) is False
        ]

    def _neutron_failed_callback(self, event_name: str, instance: Any) -> None:
        LOG.error(
            "Neutron Reported failure on event %s for instance %s",
            event_name,
            instance.uuid,
        )
        if CONF.vif_plugging_is_fatal:
            raise exception.VirtualInterfaceCreateException

    def _cleanup_failed_start(
        self,
        context: Any,
        instance: Any,
        network_info: list[network_model.VIF],
        block_device_info: dict[str, Any] | None,
        started: list[libvirt_guest.Guest],
        destroy_disks: bool,
    ) -> None:
        try:
            for guest in started:
                if guest.is_active():
                    guest.poweroff()
        finally:
            self.cleanup(
                context, instance, network_info, block_device_info, destroy_disks
            )

    # --- destroy --------------------------------------------------------------

    @profiler.trace
    def destroy(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        block_device_info: dict[str, Any] | None = None,
        destroy_disks: bool = True,
        migrate_data: Any = None,
    ) -> None:
        """Stop the guest, make libvirt forget it, remove its files."""
        try:
            guest = self._host.get_guest(instance)
        except exception.InstanceNotFound:
            LOG.debug("Instance %s is not there: only cleaning up", instance.uuid)
        else:
            if guest.is_active():
                guest.poweroff()
        self.cleanup(context, instance, network_info, block_device_info, destroy_disks)
