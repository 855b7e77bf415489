"""Image files on a host: download, look inside, convert.

All work is done by qemu-img where it is installed. Without it images are taken for
raw and copied byte by byte, and the span says so.

Nova: nova/virt/images.py
"""

import functools
import json
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oslo_concurrency import processutils
from oslo_utils import fileutils

from tracenova import exception, image
from tracenova.conf import CONF
from tracenova.virt.libvirt import seam

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QemuImgInfo:
    """What qemu-img says of a file.

    Attributes:
        file_format: raw, qcow2 …
        virtual_size: bytes, as a guest sees the disk.
        backing_file: the file below it, if any.
    """

    file_format: str
    virtual_size: int
    backing_file: str | None = None


@functools.cache
def has_qemu_img() -> bool:
    """Say whether qemu-img is installed."""
    return shutil.which("qemu-img") is not None


def run_qemu_img(*arguments: str) -> str:
    """Run qemu-img, and return what it prints.

    Raises:
        ProcessExecutionError: it failed.
    """
    with seam.traced("create_image", command=["qemu-img", *arguments]):
        output, _errors = processutils.execute(
            "env", "LC_ALL=C", "qemu-img", *arguments
        )
    return str(output)


def qemu_img_info(path: Path) -> QemuImgInfo:
    """Return what kind of image the file is.

    Raises:
        DiskNotFound: there is no such file.
        InvalidDiskInfo: qemu-img does not understand it.
    """
    if not path.exists():
        raise exception.DiskNotFound(location=str(path))
    if not has_qemu_img():
        with seam.traced("create_image", command=["taken for raw: no qemu-img"]):
            return QemuImgInfo("raw", path.stat().st_size)
    try:
        found = json.loads(run_qemu_img("info", "--output=json", str(path)))
    except (processutils.ProcessExecutionError, ValueError) as error:
        reason = f"qemu-img failed to execute on {path} : {error}"
        raise exception.InvalidDiskInfo(reason=reason) from error
    return QemuImgInfo(
        found["format"], int(found["virtual-size"]), found.get("backing-filename")
    )


def convert_image(source: Path, dest: Path, in_format: str, out_format: str) -> None:
    """Write the image in another format.

    Raises:
        ImageUnacceptable: qemu-img cannot do it.
    """
    command = ("convert", "-f", in_format, "-O", out_format, str(source), str(dest))
    try:
        run_qemu_img(*command)
    except processutils.ProcessExecutionError as error:
        reason = f"Unable to convert image to {out_format}: {error}"
        raise exception.ImageUnacceptable(
            image_id=str(source), reason=reason
        ) from error


def fetch(context: Any, image_href: str, path: Path) -> None:
    """Download an image to the file; a broken download leaves none."""
    with fileutils.remove_path_on_error(str(path)):
        image.API().download(context, image_href, dest_path=path)


def fetch_to_raw(context: Any, image_href: str, path: Path) -> None:
    """Download an image, make it raw, and only then give it its name.

    Raises:
        ImageUnacceptable: it has a backing file (which could be any file of the
            host), or it cannot be made raw.

    Nova: nova/virt/images.py fetch_to_raw
    """
    partial = path.with_name(path.name + ".part")
    fetch(context, image_href, partial)
    with fileutils.remove_path_on_error(str(partial)):
        info = qemu_img_info(partial)
        if info.backing_file is not None:
            reason = f"fmt={info.file_format} backed by: {info.backing_file}"
            raise exception.ImageUnacceptable(image_id=image_href, reason=reason)
        if info.file_format == "raw" or not CONF.force_raw_images:
            partial.rename(path)
            return
        LOG.debug("%s was %s, converting to raw", image_href, info.file_format)
        converted = path.with_name(path.name + ".converted")
        with fileutils.remove_path_on_error(str(converted)):
            convert_image(partial, converted, info.file_format, "raw")
            partial.unlink()
            converted.rename(path)
