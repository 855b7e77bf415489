"""The config drive: a CD on which a guest finds out who it is.

Nova: nova/virt/configdrive.py. Left out: vfat, which needs root to be written.
"""

import logging
import tempfile
from pathlib import Path
from typing import Any, Final

from oslo_concurrency import processutils

from tracenova import exception
from tracenova.conf import CONF
from tracenova.virt.instance_metadata import InstanceMetadata
from tracenova.virt.libvirt import seam

LOG = logging.getLogger(__name__)

_PUBLISHER: Final = "OpenStack Nova 14.1.0"
_LABEL: Final = "config-2"  # guests look for it


class ConfigDriveBuilder:
    """Collects the files of a config drive, and writes it.

    Args:
        instance_md: who the guest is.

    Nova: nova/virt/configdrive.py ConfigDriveBuilder
    """

    def __init__(self, instance_md: InstanceMetadata | None = None) -> None:
        self.mdfiles: list[tuple[str, bytes]] = []
        if instance_md is not None:
            self.add_instance_metadata(instance_md)

    def add_instance_metadata(self, instance_md: InstanceMetadata) -> None:
        """Put all files about the instance on the drive."""
        self.mdfiles.extend(instance_md.metadata_for_config_drive())

    def make_drive(self, path: Path) -> None:
        """Write the drive.

        Raises:
            ConfigDriveUnsupportedFormat: another format than iso9660 is configured.
            ProcessExecutionError: the CD could not be made.
        """
        if CONF.config_drive_format != "iso9660":
            raise exception.ConfigDriveUnsupportedFormat(
                format=CONF.config_drive_format
            )
        with tempfile.TemporaryDirectory(prefix="tracenova-cd-") as folder:
            for name, data in self.mdfiles:
                file = Path(folder) / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            self._make_iso9660(path, folder)

    def _make_iso9660(self, path: Path, folder: str) -> None:
        how = ("-ldots", "-allow-lowercase", "-allow-multidot", "-l", "-quiet")
        who = ("-publisher", _PUBLISHER, "-J", "-r", "-V", _LABEL)
        command = (CONF.mkisofs_cmd, "-o", str(path), *how, *who, folder)
        with seam.traced("make_drive", command=[command[0], "-o", str(path)]):
            processutils.execute(*command, attempts=1)

    def __repr__(self) -> str:
        """Name the files; their content is the guest's own affair."""
        return f"<ConfigDriveBuilder: {[name for name, _data in self.mdfiles]}>"


def required_by(instance: Any) -> bool:
    """Say whether user, image or configuration wants a config drive.

    Nova: nova/virt/configdrive.py required_by
    """
    wish = instance.image_meta.properties.get("img_config_drive", "optional")
    return bool(instance.config_drive or CONF.force_config_drive or wish == "mandatory")


def update_instance(instance: Any) -> None:
    """Note in the instance that it has a config drive, whoever wanted it.

    Nova: nova/virt/configdrive.py update_instance
    """
    if not instance.config_drive and required_by(instance):
        instance.config_drive = True
