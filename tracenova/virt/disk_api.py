"""File systems on a guest's empty disks.

Nova: nova/virt/disk/api.py mkfs, nova/utils.py mkfs. Left out: commands per operating
system ([DEFAULT]virt_mkfs), and all of the injection.
"""

import logging
import shutil
from pathlib import Path
from typing import Final

from oslo_concurrency import processutils

from tracenova.conf import CONF
from tracenova.virt.libvirt import seam

LOG = logging.getLogger(__name__)

_FS_BY_OS: Final = {"linux": "ext4", "windows": "ntfs"}
_DEFAULT_FS: Final = "vfat"
_LABEL_OPTION: Final = {"ntfs": "-L", "vfat": "-n", "swap": "-L"}
_LONGEST_LABEL: Final = {"vfat": 11}


def file_system_for(os_type: str | None, wanted: str | None = None) -> str:
    """Return the file system: the user's wish, the configured one, or the system's.

    Nova: nova/virt/disk/api.py mkfs
    """
    by_os = _FS_BY_OS.get(os_type or "", _DEFAULT_FS)
    return wanted or CONF.default_ephemeral_format or by_os


def mkfs(file_system: str, path: Path, label: str | None = None) -> None:
    """Make the file system.

    Raises:
        ProcessExecutionError: it cannot be made.

    Nova: nova/utils.py mkfs. Where the program is not installed the disk stays empty,
    and the log says so.
    """
    program = "mkswap" if file_system == "swap" else f"mkfs.{file_system}"
    found = shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin")
    if found is None:
        LOG.warning("%s stays without a file system: no %s here", path, program)
        return
    command = [found]
    if file_system in {"ext3", "ext4"}:
        command.append("-F")  # a file is not a device, and that is fine
    elif file_system == "ntfs":
        command += ["--fast", "--force"]
    if label:
        text = label[: _LONGEST_LABEL.get(file_system)]
        command += [_LABEL_OPTION.get(file_system, "-L"), text]
    with seam.traced("create_image", command=[program, str(path)]):
        processutils.execute(*command, str(path))
