"""Everything of a guest that is not the guest: definition, plugs, files.

Nova: nova/virt/libvirt/driver.py LibvirtDriver (its methods of these names)
"""

import logging
import shutil
from pathlib import Path
from typing import Any

from oslo_utils import uuidutils

from tracenova import exception
from tracenova.conf import CONF
from tracenova.virt.libvirt import host as libvirt_host
from tracenova.virt.libvirt import utils as libvirt_utils
from tracenova.virt.libvirt.vif import LibvirtGenericVIFDriver
from tracenova.virt.taps import TapWatch

LOG = logging.getLogger(__name__)


class GuestRemains:
    """Plugs a guest's network cards, and clears up behind it."""

    _host: libvirt_host.Host
    vif_driver: LibvirtGenericVIFDriver
    taps: TapWatch

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
        """Remove definition, plugs and files of a guest that does not run."""
        if destroy_vifs:
            self.unplug_vifs(instance, network_info)
        try:
            self._host.get_guest(instance).delete_configuration()
        except exception.InstanceNotFound:
            LOG.debug("Instance %s has no definition", instance.uuid)
        if destroy_disks:
            self.delete_instance_files(instance)

    def delete_instance_files(self, instance: Any) -> bool:
        """Remove the guest's folder; renamed first, so that none sees half of it."""
        folder = libvirt_utils.get_instance_path(instance)
        doomed = folder.with_name(folder.name + "_del")
        if folder.exists():
            folder.rename(doomed)
        if doomed.exists():
            LOG.info("Deleting instance files %s", doomed)
            shutil.rmtree(doomed)
        return not doomed.exists()

    def remove_strays(self, keep: set[str]) -> list[str]:
        """Remove every guest of this host, and every folder, but those of the uuids.

        For a lab's administrator, while nothing is built on the host; Nova has no such
        thing.

        Returns:
            Names of the guests and paths of the files that were removed.
        """
        removed = []
        for guest in self._host.list_guests():
            if guest.uuid not in keep:
                LOG.warning("Removing stray guest %s", guest.name)
                removed.append(guest.name)
                if guest.is_active():
                    guest.poweroff()
                guest.delete_configuration()
        for path in [*_stray_folders(keep), *_half_made()]:
            LOG.warning("Removing stray %s", path)
            removed.append(str(path))
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return removed

    def plug_vifs(self, instance: Any, network_info: Any) -> None:
        """Plug each network card."""
        for vif in network_info:
            self.vif_driver.plug(instance, vif)

    def unplug_vifs(self, instance: Any, network_info: Any) -> None:
        """Unplug each network card, and tell the network's agent."""
        for vif in network_info or ():
            self.vif_driver.unplug(instance, vif)
            self.taps.removed(vif["id"])


def _stray_folders(keep: set[str]) -> list[Path]:
    """Return folders of guests that are not to be kept, half-deleted ones too."""
    root = Path(CONF.instances_path)
    return [
        folder
        for folder in (sorted(root.iterdir()) if root.is_dir() else ())
        if uuidutils.is_uuid_like(folder.name.removesuffix("_del"))
        and folder.name not in keep
    ]


def _half_made() -> list[Path]:
    """Return files of the image cache that nobody will finish any more."""
    base = libvirt_utils.get_base_path()
    return sorted([*base.glob("*.part"), *base.glob("*.converted")])
