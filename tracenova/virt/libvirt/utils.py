"""Small things about guests' files.

Nova: nova/virt/libvirt/utils.py
"""

import os
import platform
from pathlib import Path
from typing import Any

from tracenova.conf import CONF


def get_instance_path(instance: Any) -> Path:
    """Return the folder of the guest's files: ``instances_path/<uuid>``."""
    return Path(CONF.instances_path) / instance.uuid


def get_base_path() -> Path:
    """Return the folder of cached images: ``instances_path/_base``."""
    return Path(CONF.instances_path) / CONF.image_cache_subdirectory_name


def get_arch(image_meta: Any) -> str:
    """Return the processor architecture: the image's, else this machine's."""
    return str(image_meta.properties.get("hw_architecture") or platform.machine())


def supports_direct_io(folder: Path) -> bool:
    """Say whether files in the folder can be opened past the host's cache.

    Nova: nova/virt/libvirt/driver.py _supports_direct_io
    """
    probe = folder / f".directio.test.{os.getpid()}"
    try:
        descriptor = os.open(probe, os.O_CREAT | os.O_WRONLY | os.O_DIRECT)
    except OSError:
        return False
    else:
        os.close(descriptor)
        return True
    finally:
        probe.unlink(missing_ok=True)
